/** Scripts: hostile jobs that are one shell script, the same inside and outside. They print `ran`, and `breached` when they got it. */
import { floods } from './floods.ts';
import type { Seen } from './judge.ts';
import { reach, tools } from './reach.ts';
import { network, secrets } from './secrets.ts';

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
  /** The machine may refuse it to ordinary processes too; the case is skipped there. */
  readonly perhaps?: true;
  /** Milliseconds that the command may take. */
  readonly timeout?: number;
}

export const scripts: readonly Script[] = [...secrets, ...network, ...floods, ...tools, ...reach];
