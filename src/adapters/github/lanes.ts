/** One lane of requests per installation: writes one after another within GitHub's limits, nothing at all while it asked for a pause. */
import { errors } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';

/**
 * GitHub allows 80 requests a minute that make content. A lane starts with half of them and gains the other half over a
 * minute, so that a usual run never waits and no minute sees more than 80.
 */
const burst = 40;
const millisecondsPerWrite = 60_000 / burst;

export interface Lane {
  /** Throws exhausted while GitHub's pause lasts. */
  check(doing: string): void;
  /** GitHub asked for a pause: going on would get the App banned. */
  pause(until: Date): void;
  write<T>(send: () => Promise<T>): Promise<T>;
}

/** Lanes by installation, made when they are first asked for. */
export function lanes(clock: Clock): (installation: number) => Lane {
  const known = new Map<number, Lane>();
  return (installation) => {
    const lane = known.get(installation) ?? newLane(clock);
    known.set(installation, lane);
    return lane;
  };
}

function newLane(clock: Clock): Lane {
  let pausedUntil = new Date(0);
  let last: Promise<unknown> = Promise.resolve();
  let spare = burst;
  let countedAt = clock.now().getTime();

  const takeTurn = async () => {
    const now = clock.now().getTime();
    spare = Math.min(burst, spare + (now - countedAt) / millisecondsPerWrite);
    countedAt = now;
    if (spare < 1) await clock.sleep((1 - spare) * millisecondsPerWrite);
    spare -= 1;
  };

  return {
    check: (doing) => {
      if (clock.now() < pausedUntil) throw errors.forgeExhausted(doing, pausedUntil);
    },
    pause: (until) => {
      if (until > pausedUntil) pausedUntil = until;
    },
    write: (send) => {
      const mine = last.then(takeTurn).then(send);
      last = mine.catch(leftToTheCaller);
      return mine;
    },
  };
}

/** The caller gets the same failure from its own promise; the next write only has to wait for the end of this one. */
function leftToTheCaller(): void {
  return undefined;
}
