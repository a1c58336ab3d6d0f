/** Whom the crash bench kills: each victim with the processes that it needs and the moments at which it is killed. */
import type { Moment } from './crash-moments.ts';

/** `spare` is a second worker. */
export type ProcessName = 'all' | 'web' | 'worker' | 'spare';

export interface Victim {
  readonly name: string;
  readonly database: 'embedded' | 'server';
  readonly roles: readonly ProcessName[];
  /** Which of the processes are killed, and the database besides; none where they are only stopped for a while. */
  readonly kills: readonly ('all' | 'web' | 'worker' | 'postgres')[];
  /** How often in one run. */
  readonly perRun: number;
  /** Where another victim dies at all moments in the same way, each so-manieth is enough. */
  readonly each?: number;
  /** Whether a quick bench takes it. */
  readonly quick?: boolean;
  /** Two victims share the moments of requests, which are nothing to the database: each has every other one. */
  readonly half?: 0 | 1;
}

export const victims: readonly Victim[] = [
  {
    name: 'worker',
    database: 'server',
    roles: ['web', 'worker'],
    kills: ['worker'],
    perRun: 16,
    half: 1,
    quick: true,
  },
  {
    name: 'all and PostgreSQL',
    database: 'embedded',
    roles: ['all'],
    kills: ['all', 'postgres'],
    perRun: 20,
    quick: true,
  },
  {
    name: 'all',
    database: 'embedded',
    roles: ['all'],
    kills: ['all'],
    perRun: 12,
    half: 0,
    each: 3,
  },
  {
    name: 'worker, stopped for a while',
    database: 'server',
    roles: ['web', 'worker', 'spare'],
    kills: [],
    perRun: 8,
    each: 3,
    quick: true,
  },
  {
    name: 'web',
    database: 'server',
    roles: ['web', 'worker'],
    kills: ['web'],
    perRun: 24,
    quick: true,
  },
  {
    name: 'PostgreSQL, embedded',
    database: 'embedded',
    roles: ['all'],
    kills: ['postgres'],
    perRun: 24,
  },
  {
    name: 'PostgreSQL, server',
    database: 'server',
    roles: ['all'],
    kills: ['postgres'],
    perRun: 24,
    quick: true,
  },
];

/** Whose process acts at this moment: the one that takes webhooks until the run is kept, then the one that works. */
export function holderDies({ kills }: Victim, { what }: Moment): boolean {
  return kills.includes('all') || kills.includes(what === 'row run queued' ? 'web' : 'worker');
}

export interface Scenario {
  readonly victim: Victim;
  /** In the order of the calm run. */
  readonly moments: readonly Moment[];
}

/**
 * Each moment of a row in one scenario, and of a request where it is the victim's to take; those of one scenario as far
 * apart as possible, and `most` of them in all. What dies with the worker keeps no memory, so that after one deed and
 * before the next are the same to it.
 */
export function scenariosOf(victim: Victim, moments: readonly Moment[], most: number): Scenario[] {
  const able = ableOf(victim, moments);
  const alone = most === Infinity ? able.filter((moment) => isOnce(victim, moment)) : [];
  const others = able.filter((moment) => !isOnce(victim, moment));
  const wanted = others.filter((_, index) => index % (victim.each ?? 1) === 0);
  const count = Math.min(most, wanted.length);
  const chosen = Array.from(
    { length: count },
    (_, nth) => wanted[Math.floor(((nth + 0.5) * wanted.length) / count)]!,
  );
  const runs = Math.ceil(chosen.length / victim.perRun);
  return [
    ...Array.from({ length: runs }, (_, run) => ({
      victim,
      moments: chosen.filter((_moment, index) => index % runs === run),
    })),
    ...alone.map((moment) => ({ victim, moments: [moment] })),
  ];
}

/** The moments at which the victim can die, or sleep, in its own way. */
function ableOf(victim: Victim, moments: readonly Moment[]): readonly Moment[] {
  const isRow = ({ what }: Moment) => what.startsWith('row ');
  if (victim.kills.length === 0)
    return moments.filter(
      (moment) =>
        isRow(moment) &&
        moment.phase === 'after' &&
        // The door's, or the last word to a queue that nobody has to take over.
        !/^row (run queued|job completed)$/.test(moment.what),
    );
  const databaseDies = victim.kills.includes('postgres');
  const different = moments.filter(
    ({ phase }, index) =>
      phase === 'before' || moments[index + 1]?.phase !== 'before' || databaseDies,
  );
  const requests = different.filter((moment) => !isRow(moment));
  const mine = requests.filter(
    (moment, index) =>
      victim.half === undefined || victim.half === (isOnce(victim, moment) ? 1 : index % 2),
  );
  // What PostgreSQL can lose is rows alone.
  return different.filter((moment) => isRow(moment) || (!databaseDies && mine.includes(moment)));
}

/**
 * Tokens are given back at the end, and a worker that takes over mints only those that it still needs: how many is no
 * promise, so that such a moment is one of a run that nobody took over yet.
 */
function isOnce({ kills }: Victim, { what }: Moment): boolean {
  return what.includes('DELETE /installation/token') && kills.some((name) => name !== 'web');
}
