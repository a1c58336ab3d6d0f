/** What becomes of a run that threw: its error's kind alone decides. */
import { z } from 'zod';
import { errors, type ErrorKind, type SluiceError } from '#core/errors.ts';
import type { Outcome, RunResult, RunState } from '#core/run.ts';

/** How often a run was put off so far, by reason. */
export const Waits = z.object({ unavailable: z.int(), exhausted: z.int(), crashed: z.int() });
export type Waits = Readonly<z.infer<typeof Waits>>;

export const noWaits: Waits = { unavailable: 0, exhausted: 0, crashed: 0 };

/** The step of the engine's own in which they are kept. */
export const waitStep = 'engine/wait';

export type Next =
  | {
      readonly next: 'end';
      readonly state: Extract<RunState, 'succeeded' | 'failed' | 'cancelled' | 'superseded'>;
      readonly result: RunResult;
      /** Whether the flow gets the chance to tell people. */
      readonly tell: boolean;
    }
  | { readonly next: 'again'; readonly at: Date; readonly waits: Waits; readonly reason: string };

/** Tries before giving up. Eight with doubling pauses are about four minutes. */
const most: Waits = { unavailable: 8, exhausted: 30, crashed: 5 };
/** A pause that is asked for may last a day, in milliseconds: nobody waits longer for an answer to a label. */
const longestWait = 24 * 60 * 60_000;
const firstPause = 1000;
const longestPause = 5 * 60_000;

const outcomeOf: Readonly<Record<ErrorKind, Outcome>> = {
  invalid: 'failed',
  refused: 'refused',
  exhausted: 'unproven',
  unavailable: 'failed',
  unusable: 'unproven',
  stale: 'unproven',
  defect: 'failed',
};

/** `chance` in [0, 1) spreads the retries of many runs. */
export function afterError(
  error: SluiceError,
  waits: Waits,
  { now, chance }: { now: Date; chance: number },
): Next {
  if (error.kind === 'stale') return outdated(error);
  if (isTooLong(error.retryAt, now))
    return end(error, `${error.message} That is too long to wait.`);
  if (error.kind === 'exhausted' && error.retryAt !== undefined) {
    if (waits.exhausted >= most.exhausted) return end(error, gaveUp(error, waits.exhausted));
    const at = new Date(Math.max(error.retryAt.getTime(), now.getTime()) + chance * 1000);
    return {
      next: 'again',
      at,
      waits: { ...waits, exhausted: waits.exhausted + 1 },
      reason: error.message,
    };
  }
  if (error.kind === 'unavailable') {
    if (waits.unavailable >= most.unavailable) return end(error, gaveUp(error, waits.unavailable));
    const pause = Math.min(firstPause * 2 ** waits.unavailable, longestPause) * (0.5 + chance / 2);
    const at = new Date(Math.max(now.getTime() + pause, error.retryAt?.getTime() ?? 0));
    return {
      next: 'again',
      at,
      waits: { ...waits, unavailable: waits.unavailable + 1 },
      reason: error.message,
    };
  }
  return end(error, error.message);
}

/** A superseded run ends without a word: the newer one speaks. */
function outdated(error: SluiceError): Next {
  return error.code === 'superseded'
    ? { ...end(error, error.message), state: 'superseded', tell: false }
    : { ...end(error, error.message), state: 'cancelled' };
}

/** Also a time that is none: whoever asked for the pause may have written anything. */
function isTooLong(retryAt: Date | undefined, now: Date): boolean {
  if (retryAt === undefined) return false;
  const pause = retryAt.getTime() - now.getTime();
  return Number.isNaN(pause) || pause > longestWait;
}

/** What becomes of a run whose worker died: it goes on, unless it is the run that kills workers. */
export function afterCrash(waits: Waits): Waits | Extract<Next, { next: 'end' }> {
  if (waits.crashed < most.crashed) return { ...waits, crashed: waits.crashed + 1 };
  const error = errors.workersDied(waits.crashed + 1);
  return end(error, error.message);
}

function end(error: SluiceError, reason: string): Extract<Next, { next: 'end' }> {
  const outcome = outcomeOf[error.kind];
  const facts = error.hint === undefined ? {} : { hint: error.hint };
  return {
    next: 'end',
    state: outcome === 'failed' ? 'failed' : 'succeeded',
    result: { outcome, reason, code: error.code, facts },
    tell: true,
  };
}

function gaveUp(error: SluiceError, times: number): string {
  return `${error.message} Given up after ${times} more tries.`;
}
