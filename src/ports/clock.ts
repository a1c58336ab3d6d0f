/** The only source of time and chance: what a test can set by hand. */

export interface Clock {
  now(): Date;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A new random UUID. */
  id(): string;
}
