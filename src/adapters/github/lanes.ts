/** One lane of requests per installation: writes one after another within GitHub's limits, nothing at all while it asked for a pause. */
import { errors } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';

/**
 * GitHub allows 80 requests a minute that make content. A lane starts with half of them and gains the other half over a
 * minute, so that a usual run never waits and no minute sees more than 80.
 */
const burst = 40;
const millisecondsPerWrite = 60_000 / burst;
/** It allows 500 an hour, of which some are left to other processes of the App, and to a count that differs from ours. */
const perHour = 450;
/** From here on the rest is spread over what is left of the hour. */
const unhurried = 300;
/** Milliseconds for which a write waits in its place. Beyond that its run gives the worker free, and goes on later. */
const longestWait = 20_000;
/** So many writes are free again when a run that was put off goes on: what a usual one makes. */
const usualRun = 40;
const hour = 3_600_000;

export interface Lane {
  /** Throws exhausted while GitHub's pause lasts. */
  check(doing: string): void;
  /** GitHub asked for a pause: going on would get the App banned. */
  pause(until: Date): void;
  /** Throws exhausted where the hour is used up. */
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
  /** When the writes of the last hour were made, oldest first. */
  const written: number[] = [];

  const takeTurn = async () => {
    const now = clock.now().getTime();
    spare = Math.min(burst, spare + (now - countedAt) / millisecondsPerWrite);
    countedAt = now;
    const pause = Math.max(ofMinute(spare), ofHour(now));
    if (pause > 0) await clock.sleep(pause);
    spare -= 1;
    written.push(clock.now().getTime());
  };

  /** How long the next write waits so that the hour's last ones are spread evenly. */
  const ofHour = (now: number): number => {
    while (written[0] !== undefined && written[0] <= now - hour) written.shift();
    const [oldest] = written;
    if (oldest === undefined || written.length < unhurried) return 0;
    const left = oldest + hour - now;
    if (written.length >= perHour)
      throw errors.forgeExhausted(
        'write more within the hour',
        new Date((written[usualRun] ?? now) + hour),
      );
    return Math.min(left / (perHour - written.length), longestWait);
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

function ofMinute(spare: number): number {
  return spare < 1 ? (1 - spare) * millisecondsPerWrite : 0;
}

/** The caller gets the same failure from its own promise; the next write only has to wait for the end of this one. */
function leftToTheCaller(): void {
  return undefined;
}
