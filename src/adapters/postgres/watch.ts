/** Watch: finds jobs whose worker gives no sign of life any more, and does not hold against a worker that nobody could give one. */
import type { Log } from '#ports/telemetry.ts';

export interface Watch {
  /** Resolves when nobody is looked for any more. */
  stop(): Promise<void>;
}

interface Parts {
  /** Seconds without a sign of life after which a job goes to another worker. */
  readonly heartbeat: number;
  /** Answers as soon as the database does. */
  readonly ask: () => Promise<unknown>;
  /** Takes jobs from those that are dead by the database's clock. */
  readonly judge: () => Promise<unknown>;
  readonly log: Log;
}

/** Milliseconds from one look to the next, at most. */
const longestPace = 1000;

/**
 * Whether signs of life may be missed by now, by the times in milliseconds at which the database was asked and answered.
 * After a pause of its own, or of the database, in which others may have been as silent, they get a whole heartbeat to show
 * that they live.
 */
export function fairJudge(heartbeat: number): (asked: number, answered: number) => boolean {
  const longestGap = (heartbeat * 1000) / 2;
  let last: number | undefined;
  let fairFrom = Number.NEGATIVE_INFINITY;
  return (asked, answered) => {
    const wasAway = answered - asked > longestGap || asked - (last ?? asked) > longestGap;
    if (wasAway) fairFrom = answered + heartbeat * 1000;
    last = answered;
    return answered >= fairFrom;
  };
}

/** From now on, in every process: who looks is the first that comes. */
export function keepWatch({ heartbeat, ask, judge, log }: Parts): Watch {
  const isFair = fairJudge(heartbeat);
  const pace = Math.min(longestPace, (heartbeat * 1000) / 4);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<'stopped'>();
  async function look(): Promise<void> {
    const asked = performance.now();
    await ask();
    if (isFair(asked, performance.now())) await judge();
  }
  async function keepOn(): Promise<void> {
    for (;;) {
      await look().catch((error: unknown) =>
        log.warn({ error }, 'nobody could look for workers that died'),
      );
      const late = Promise.withResolvers<'go on'>();
      const timer = setTimeout(() => late.resolve('go on'), pace);
      const next = await Promise.race([stopped, late.promise]);
      clearTimeout(timer);
      if (next === 'stopped') return;
    }
  }
  const done = keepOn();
  return {
    stop() {
      stop('stopped');
      return done;
    },
  };
}
