/**
 * Rule: one behaviour of GitHub that the double keeps, where it is stated, and a probe over HTTP that shows it.
 * The table of rules is what the double promises: a test runs every row against the double, `doctor --live` runs those
 * that change nothing against a real repository. To add one: a row in its area's file in this folder; a new area also
 * needs its line in `all.ts`.
 */
import type { Ask, Seen } from '#local-github/probing/ask.ts';
import type { Double } from '#local-github/probing/double.ts';

export interface Rule {
  /** `area/what`; never renamed, because reports and recordings name it. */
  readonly id: string;
  /** What GitHub does, in one sentence. */
  readonly rule: string;
  /**
   * The address of the page or thread that states it, `openapi OPERATION` for GitHub's own description of its API, or
   * `assumed` where nobody states it.
   */
  readonly source: string;
  /** `nothing`: safe on a real repository, also where GitHub behaves otherwise than the rule says. */
  readonly changes: 'nothing' | 'something';
  /** Value by path into what the probe saw (`status`, `headers.etag`, `body.errors.0.code`); an expression tests text. */
  readonly expect: Readonly<Record<string, Expected>>;
  /** Throws Skipped where a real repository does not hold what it needs. */
  readonly probe: (place: Place) => Promise<Seen | Facts>;
}

/** What a probe saw beside one answer, as plain data. */
export type Facts = Readonly<Record<string, unknown>>;

export type Expected = RegExp | string | number | boolean | null | readonly unknown[] | object;

/** Where a probe acts. */
export interface Place {
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    readonly defaultBranch: string;
  };
  /** `/repos/OWNER/NAME`. */
  readonly root: string;
  readonly ask: Ask;
  /** The App's JWT, with claims spoiled: `exp` ahead of what is allowed, `iss` of nobody. */
  readonly jwt: (claims?: object) => string;
  /** The double itself, for rules that change something; a probe that changes nothing must do without. */
  readonly double: Double;
}

/** The probe needs something that this repository does not hold. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}
