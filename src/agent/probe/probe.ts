/** What a probe of a model's endpoint asks and tells: the shape of its cases, and how one is tried. */
import { asSluiceError, errors, type SluiceError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';

/** The endpoint that is probed, reached as the App reaches it. */
export interface ProbedEndpoint {
  /** As configured, or under another name. */
  model(name?: string): Model;
  /** How many requests for answers were sent so far. */
  requests(): number;
  /** Tokens that the endpoint says the model can read and write; undefined where it does not say it. Never throws. */
  contextTokens(signal: AbortSignal): Promise<number | undefined>;
}

/** How long the probe waits, all in milliseconds. */
export interface Patience {
  /** For an answer of a few words. */
  readonly short: number;
  /** For a long answer: what the App itself waits. */
  readonly long: number;
  /** After which a long answer is stopped, when it takes that long. */
  readonly beforeStop: number;
  /** What a stop, or the answer after it, may take beyond what is usual here. */
  readonly slack: number;
}

export interface Kit {
  readonly endpoint: ProbedEndpoint;
  readonly clock: Clock;
  readonly patience: Patience;
  /** What earlier cases took, in milliseconds. */
  readonly took: ReadonlyMap<string, number>;
}

/** Something that the endpoint cannot do. `fail`: generate cannot work with it. */
export interface Shortcoming {
  readonly level: 'weaker' | 'fail';
  readonly what: string;
  /** What follows from it for Sluice, or the remedy. */
  readonly meaning: string;
}

/** What one case came to, as it looked at the answers. */
export interface Seen {
  /** In words, for people. */
  readonly seen: string;
  readonly shortcomings: readonly Shortcoming[];
  /** The answers that count as costs. */
  readonly answers: readonly ModelAnswer[];
}

export interface ProbeCase {
  readonly name: string;
  /** What is sent, in words. */
  readonly sent: string;
  /** Throws only what the endpoint's failure throws; a shortcoming is told, not thrown. */
  readonly run: (kit: Kit) => Promise<Seen>;
}

/** An answer, or why there is none. */
export type Tried = ModelAnswer | { readonly error: SluiceError };

/** Throws what the model throws, and unavailable when patience runs out. */
export async function answerOf(
  kit: Kit,
  request: Omit<ModelRequest, 'task'>,
  milliseconds: number = kit.patience.short,
): Promise<ModelAnswer> {
  const signal = AbortSignal.timeout(milliseconds);
  try {
    return await kit.endpoint.model().complete({ task: 'probe', ...request }, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw errors.modelUnavailable(
      `none within ${String(Math.round(milliseconds / 1000))} s.`,
      'Is the model loaded, and its machine strong enough? A first answer may take longer: try again.',
    );
  }
}

export async function tryFor(answer: Promise<ModelAnswer>): Promise<Tried> {
  return answer.catch((thrown: unknown) => ({ error: asSluiceError(thrown) }));
}

/** What was written, short and on one line, without signs that a terminal would obey. */
export function quote(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 80 ? `"${line.slice(0, 60)} ... ${line.slice(-15)}"` : `"${line}"`;
}
