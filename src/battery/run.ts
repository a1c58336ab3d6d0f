/** Run: tries every attack with and without the protection, and says which held, which did not, and which proves nothing. */
import type { Arena } from './arena.ts';
import type { Attack, Group, Trial } from './attack.ts';

/**
 * `held`: it ran, did no harm, and does harm without the protection. `vacuous`: it did not run, or its control did no harm.
 * `skipped`: this machine lacks what it needs; never counted as held.
 */
export type Standing = 'held' | 'breached' | 'vacuous' | 'skipped';

export interface Tried {
  readonly group: string;
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident: string | null;
  readonly standing: Standing;
  /** Null where there is no control, or it was not tried. */
  readonly controlBreached: boolean | null;
  readonly seen: string;
}

export interface Report {
  readonly groups: readonly {
    readonly name: string;
    readonly about: string;
    readonly cases: number;
    readonly held: number;
    readonly skipped: number;
    readonly controls: number;
    readonly controlsBreached: number;
  }[];
  /** Every case that neither held nor was skipped. */
  readonly failures: readonly Tried[];
  readonly cases: readonly Tried[];
  readonly seconds: number;
}

export interface RunOptions {
  readonly groups: readonly Group[];
  readonly arena: Arena;
  /** How many are tried at once. */
  readonly side: number;
  /** Hears of each as it ends. */
  readonly told?: (tried: Tried) => void;
}

/** Never rejects because of a case: one that throws proves nothing. */
export async function runBattery({ groups, arena, side, told }: RunOptions): Promise<Report> {
  const began = performance.now();
  const waiting = groups.flatMap((group) => group.attacks.map((attack) => ({ group, attack })));
  const order = new Map(waiting.map(({ attack }, index) => [attack.id, index]));
  const cases: Tried[] = [];
  const next = waiting.values();
  const worker = async (): Promise<void> => {
    for (const { group, attack } of next) {
      const tried = await tryAttack(attack, group.name, arena);
      cases.push(tried);
      told?.(tried);
    }
  };
  await Promise.all(Array.from({ length: side }, worker));
  cases.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return {
    groups: groups.map(({ name, about }) => ({ name, about, ...count(name, cases) })),
    failures: cases.filter(({ standing }) => standing === 'breached' || standing === 'vacuous'),
    cases,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  };
}

function count(name: string, cases: readonly Tried[]) {
  const all = cases.filter(({ group }) => group === name);
  const controls = all.filter(({ controlBreached }) => controlBreached !== null);
  return {
    cases: all.length,
    held: all.filter(({ standing }) => standing === 'held').length,
    skipped: all.filter(({ standing }) => standing === 'skipped').length,
    controls: controls.length,
    controlsBreached: controls.filter(({ controlBreached }) => controlBreached).length,
  };
}

async function tryAttack(attack: Attack, group: string, arena: Arena): Promise<Tried> {
  const { id, layer, incident = null } = attack;
  const about = { group, id, attack: attack.attack, layer, incident };
  const missing = await attack.missing?.(arena);
  if (missing !== undefined)
    return { ...about, standing: 'skipped', controlBreached: null, seen: missing };
  const attempt = await tryOne(attack.attempt, arena);
  const control = attack.control && (await tryOne(attack.control, arena));
  return {
    ...about,
    standing: standingOf(attempt, control),
    controlBreached: control?.breached ?? null,
    seen: [attempt.seen, ...(control ? [`control: ${control.seen}`] : [])].join('; '),
  };
}

async function tryOne(attempt: Attack['attempt'], arena: Arena): Promise<Trial> {
  try {
    return await attempt(arena);
  } catch (error) {
    return { ran: false, breached: false, seen: `the case broke: ${String(error)}` };
  }
}

function standingOf(attempt: Trial, control: Trial | null): Standing {
  if (attempt.breached) return 'breached';
  if (!attempt.ran) return 'vacuous';
  if (control && !(control.ran && control.breached)) return 'vacuous';
  return 'held';
}
