/** Whom the crash bench kills: each victim with the processes that it needs and the moments at which it is killed. */
import type { Moment } from './crash-moments.ts';

export interface Victim {
  readonly name: string;
  readonly database: 'embedded' | 'server';
  readonly roles: readonly ('all' | 'web' | 'worker')[];
  /** Which of the processes are killed, and the database besides. */
  readonly kills: readonly ('all' | 'web' | 'worker' | 'postgres')[];
  /** How often in one run: a run gives up after five dead workers. */
  readonly perRun: number;
  /** Two victims share the moments of requests, which are nothing to the database: each has every other one. */
  readonly half?: 0 | 1;
}

export const victims: readonly Victim[] = [
  { name: 'all', database: 'embedded', roles: ['all'], kills: ['all'], perRun: 5, half: 0 },
  {
    name: 'worker',
    database: 'server',
    roles: ['web', 'worker'],
    kills: ['worker'],
    perRun: 5,
    half: 1,
  },
  {
    name: 'all and PostgreSQL',
    database: 'embedded',
    roles: ['all'],
    kills: ['all', 'postgres'],
    perRun: 4,
  },
  { name: 'web', database: 'server', roles: ['web', 'worker'], kills: ['web'], perRun: 20 },
  {
    name: 'PostgreSQL, embedded',
    database: 'embedded',
    roles: ['all'],
    kills: ['postgres'],
    perRun: 12,
  },
  {
    name: 'PostgreSQL, server',
    database: 'server',
    roles: ['all'],
    kills: ['postgres'],
    perRun: 12,
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
  const different = moments.filter(
    ({ phase }, index) =>
      phase === 'before' ||
      moments[index + 1]?.phase !== 'before' ||
      victim.kills.includes('postgres'),
  );
  const rows = different.filter(({ what }) => what.startsWith('row '));
  const requests = different.filter((moment) => !rows.includes(moment));
  const mine = requests.filter(
    (_, index) => victim.half === undefined || index % 2 === victim.half,
  );
  // What PostgreSQL can lose is rows alone.
  const able = different.filter(
    (moment) =>
      rows.includes(moment) || (!victim.kills.includes('postgres') && mine.includes(moment)),
  );
  const step = Math.max(1, Math.ceil(able.length / most));
  const chosen = able.filter((_, index) => index % step === step - 1);
  const runs = Math.ceil(chosen.length / victim.perRun);
  return Array.from({ length: runs }, (_, run) => ({
    victim,
    moments: chosen.filter((_moment, index) => index % runs === run),
  }));
}
