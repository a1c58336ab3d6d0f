/** The switchboard: which faults are on, which request or webhook each strikes, and how often it did. */
import type { EventEmitter } from 'node:events';
import type { Topic } from '#local-github/state.ts';
import { faultKinds } from '#local-github/faults/all.ts';
import type { Bend, Fault, Strike, Struck } from '#local-github/faults/fault.ts';
import { readFault } from './read.ts';

/** A fault that is on. */
export interface Active {
  readonly id: number;
  readonly fault: Fault;
  /** What matched so far, and how much of it was struck. */
  readonly matched: number;
  readonly struck: number;
}

export interface Faults {
  /** Throws FaultError on what is no fault. */
  add(fault: Fault): Active;
  /** In place of all that are on. Throws FaultError and changes nothing when one of them is none. */
  set(faults: readonly Fault[]): void;
  remove(id: number): void;
  clear(): void;
  list(): readonly Active[];
}

export interface Request extends Struck {
  readonly on: 'api' | 'git';
  readonly method: string;
}

export interface Switchboard extends Faults {
  /** What the faults that are on make of this request. */
  strike(request: Request): Strike;
  bend(event: string, action: string | null): Bend;
}

interface Counting {
  readonly id: number;
  readonly fault: Fault;
  matched: number;
  struck: number;
}

export function createSwitchboard(changes: EventEmitter<{ changed: [Topic] }>): Switchboard {
  let on: Counting[] = [];
  let lastId = 0;
  const make = (fault: Fault): Counting => {
    lastId += 1;
    return { id: lastId, fault: readFault(fault), matched: 0, struck: 0 };
  };
  const change = (next: readonly Counting[]): void => {
    on = [...next];
    changes.emit('changed', 'faults');
  };
  const hits = (matches: (fault: Fault) => boolean): readonly Fault[] => {
    const struck = on.filter((active) => matches(active.fault) && countHit(active));
    if (struck.length > 0) changes.emit('changed', 'faults');
    return struck.map(({ fault }) => fault);
  };
  return {
    add(fault) {
      const active = make(fault);
      change([...on, active]);
      return { ...active };
    },
    set: (faults) => change(faults.map(make)),
    remove: (id) => change(on.filter((active) => active.id !== id)),
    clear: () => change([]),
    list: () => on.map((active) => ({ ...active })),
    strike: (request) =>
      merged(
        hits((fault) => strikes(fault, request)),
        request,
      ),
    bend: (event, action) =>
      hits((fault) => isAbout(fault, event, action)).reduce<Bend>((bend, fault) => {
        const kind = kindOf(fault);
        return kind?.of === 'webhook' ? { ...bend, ...kind.bend(fault) } : bend;
      }, {}),
  };
}

/** Whether this match is one that it strikes. */
function countHit(active: Counting): boolean {
  const { nth = 1, times = 1 } = active.fault;
  active.matched += 1;
  const isLate = times > 0 && active.matched >= nth + times;
  if (active.matched < nth || isLate) return false;
  active.struck += 1;
  return true;
}

function kindOf(fault: Fault) {
  return faultKinds.find(({ name }) => name === fault.kind);
}

function strikes(fault: Fault, { on, method, path }: Request): boolean {
  if (kindOf(fault)?.of !== 'request') return false;
  if ((fault.on ?? 'api') !== on) return false;
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.path === undefined || globbed(fault.path, path);
}

function isAbout(fault: Fault, event: string, action: string | null): boolean {
  if (kindOf(fault)?.of !== 'webhook') return false;
  if (fault.event === undefined || fault.event === event) return true;
  return globbed(fault.event, action === null ? event : `${event}.${action}`);
}

function globbed(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.\\+?()[\]{}^$|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** Waits add up; of what else happens, the first fault decides. */
function merged(faults: readonly Fault[], request: Request): Strike {
  return faults.reduce<Strike>((all, fault) => {
    const kind = kindOf(fault);
    if (kind?.of !== 'request') return all;
    const { wait = 0, ...strike } = kind.strike(fault, request);
    return { ...strike, ...all, wait: (all.wait ?? 0) + wait };
  }, {});
}
