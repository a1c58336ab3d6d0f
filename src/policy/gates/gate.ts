/**
 * Gate: may this change leave? Decides from facts alone; never asks a model.
 * To add one: a file in this folder with a value of this type, and its line in `all.ts`.
 */
import type { Change, FileMode } from '#core/change.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { SuiteReport } from '#core/evidence.ts';
import type { Ruled } from '#core/policies.ts';
import type { Verdict } from '#core/verdict.ts';
import type { Settings } from '#core/settings.ts';

export interface GateFacts {
  readonly settings: Settings;
  /** The whole change: source and test. */
  readonly change: Change;
  /** What stands on the base commit: files with their modes, and what is no file: links, submodules, unreadable names. */
  readonly base: {
    readonly modes: ReadonlyMap<string, FileMode>;
    readonly others: ReadonlySet<string>;
  };
  /** The text of each changed file on the base commit; a new file is not in it, one that is no text is null. */
  readonly originals: ReadonlyMap<string, string | null>;
  /** Paths of the change that are the proof's test files. */
  readonly testPaths: readonly string[];
  /** The base commit's own tests. */
  readonly before: SuiteReport;
  /** The new test on the base commit's source. */
  readonly reproduced: SuiteReport;
  /** All tests on the changed tree. */
  readonly after: SuiteReport;
  readonly lint: {
    readonly command: string;
    readonly before: LintState;
    readonly after: LintState;
    /** Findings that the change brought, without lines; null where the linter cannot be read so closely. */
    readonly added: readonly string[] | null;
  } | null;
  /** What the checks that fit say of the change; those that do not look at such files are not among them. */
  readonly checks: readonly CheckResult[];
  /** What the rules of the repository and the operator said; none where nobody wrote one. */
  readonly rules: readonly Ruled[];
}

export type LintState = 'clean' | 'findings' | 'crashed' | 'timed-out';

export interface Gate {
  readonly name: string;
  /** What it wants to be so, as a sentence for the check run. */
  readonly asks: string;
  decide(facts: GateFacts): Verdict;
}
