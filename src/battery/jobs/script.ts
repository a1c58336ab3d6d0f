/** Script: what a hostile job that is one shell script consists of, and what its judge has seen when it ended. */
import type { Execution } from '#ports/sandbox.ts';
import type { Stage, Victim } from './stage.ts';

export interface Seen {
  readonly execution: Execution;
  readonly stage: Stage;
  readonly token: string;
  readonly victim: Victim;
  /** Whether the file of this try with that name lies on the stage. */
  readonly left: (name: string) => boolean;
  /** Whether a process of the machine has this word among its arguments. */
  readonly runs: (word: string) => boolean;
}

export interface Script {
  readonly name: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident?: string;
  /** Names are those of the stage, `TOKEN` and `VICTIM` of this try. `echo ran` is put in front. */
  readonly script: string;
  /** What runs says `ran` itself: it is started by a tool, which may leave it. */
  readonly marks?: true;
  /** Files of the repository. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where it shows elsewhere than in its own words. */
  readonly breached?: (seen: Seen) => boolean;
  /** A limit is tried: the sandbox has small ones, so that the control stays small too. */
  readonly narrow?: true;
  /** The machine may refuse it to ordinary processes too, or have nothing there; the case is skipped there. */
  readonly perhaps?: true;
  /** Milliseconds that the command may take. */
  readonly timeout?: number;
}
