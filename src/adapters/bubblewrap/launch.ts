/** Launch: starts one program in its sandbox from the runner, with every limit, and follows the processes that it becomes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '#core/errors.ts';
import type { Group } from './cgroups.ts';
import { commandArguments, type CommandSpec } from './command-line.ts';
import { killProcess, killWithChildren } from './kill.ts';
import type { Slot } from '#workspace/write.ts';
import { closeDescriptors } from './pipes.ts';
import { systemPath } from './system.ts';

export interface Machinery {
  /** Path of the seccomp program, or undefined on machines without a table. */
  readonly filter: string | undefined;
}

export interface Order {
  readonly spec: Omit<CommandSpec, 'statusDescriptor' | 'seccompDescriptor'>;
  readonly slot: Slot | undefined;
  /** Where there are control groups: entered before anything else. */
  readonly group: Group | undefined;
}

/** Input, output and error stream: nothing, a pipe of Node's, or a descriptor. */
export type Streams = readonly ['ignore' | 'pipe', 'pipe' | number, 'pipe' | number];

export interface Launched {
  readonly process: ChildProcess;
  readonly tree: Tree;
}

/** Enters the groups given before `--`, then becomes the rest: the words are arguments, the script never changes. */
const enterGroups =
  'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"';

/** Throws invalid `workspace-refused` on words that the system does not take. */
export function launch(machinery: Machinery, order: Order, streams: Streams): Launched {
  const { group } = order;
  const filters = machinery.filter === undefined ? [] : [openSync(machinery.filter, 'r')];
  const [program, ...args] = argumentsOf(order, group, filters.length > 0);
  try {
    const child = spawn(program, args, {
      env: { PATH: systemPath },
      cwd: '/',
      stdio: [...streams, 'pipe', ...filters],
    });
    const status = child.stdio[3];
    if (!status || !('read' in status)) throw new Error('a pipe is missing');
    return { process: child, tree: watchTree(child, status) };
  } catch (error) {
    // Words that are too long for the system, which a model may have written.
    throw errors.workspaceRefused(`The command cannot be started: ${wordsOf(error)}`);
  } finally {
    closeDescriptors(filters);
  }
}

/** A program and its arguments. */
type Vector = readonly [string, ...string[]];

function argumentsOf(order: Order, group: Group | undefined, isFiltered: boolean): Vector {
  const inSandbox = commandArguments({
    ...order.spec,
    statusDescriptor: 3,
    seccompDescriptor: isFiltered ? 4 : undefined,
  });
  const bubblewrap: Vector = ['bwrap', ...inSandbox];
  const asSlot: Vector = order.slot ? [...dropTo(order.slot), ...bubblewrap] : bubblewrap;
  if (group) return ['/bin/sh', '-c', enterGroups, 'sh', ...group.entries, '--', ...asSlot];
  return asSlot;
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function dropTo({ uid, gid }: Slot): Vector {
  return [
    'setpriv',
    ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--'],
  ];
}

export interface Tree {
  /** The process that the whole sandbox lives by; undefined until there is one. */
  first(): number | undefined;
  kill(): void;
  wasKilled(): boolean;
  /** Resolves when no process of the sandbox is left. */
  gone(): Promise<void>;
  /** The command's exit code as bubblewrap tells it; undefined when it never came to run it. */
  exitCode(): number | undefined;
}

/** Follows bubblewrap's status lines: the process that the whole sandbox dies with, and how the command ended. */
function watchTree(child: ChildProcess, status: Readable): Tree {
  let text = '';
  let killed = false;
  status.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  status.on('error', () => undefined);
  const number = (name: string) => {
    const found = new RegExp(`"${name}"\\s*:\\s*(\\d+)`, 'u').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const first = () => number('child-pid');
  return {
    first,
    exitCode: () => number('exit-code'),
    wasKilled: () => killed,
    kill: () => {
      killed = true;
      const { pid: outer } = child;
      // Never started: there is nothing to kill, and 0 would be all of us.
      if (outer === undefined) return;
      const all = () => void killWithChildren(outer).catch(() => child.kill('SIGKILL'));
      const pid = first();
      // Its own first process takes all others with it, and bubblewrap, which waits for it, stays to clean up.
      if (pid === undefined || !killProcess(pid)) all();
      else setTimeout(() => child.exitCode ?? child.signalCode ?? all(), 500).unref();
    },
    gone: async () => {
      const pid = first();
      // bubblewrap ends with its command; what that left running lives until this process is dead too.
      while (pid !== undefined && killProcess(pid)) await sleep(1);
    },
  };
}

/** From now on: how many processes of the group the kernel killed for want of memory. */
export function countKills({ group }: Order): () => number {
  const before = group?.outOfMemoryKills() ?? 0;
  return () => (group?.outOfMemoryKills() ?? 0) - before;
}
