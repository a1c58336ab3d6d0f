/** Evidence: what ran, on which tree, and how each test ended; the only thing that can prove a change. */

export type CaseState = 'passed' | 'failed' | 'skipped';

/** One test as its runner's reporter told it. */
export interface TestCase {
  /** File, suite and title joined by ` > `; the identity by which two runs are compared. */
  readonly id: string;
  readonly file: string;
  readonly state: CaseState;
  /** Why it failed: message without times and host paths, at most 2,000 characters; null unless failed. */
  readonly message: string | null;
  /** Whether the failure is an assertion or an exception of the code under test, or the test could not even load. */
  readonly fault: 'assertion' | 'exception' | 'load' | null;
}

/** How a whole suite run ended; told apart as the checks do it, never by exit code alone. */
export interface SuiteReport {
  readonly runner: string;
  /** As a person would type it. */
  readonly command: string;
  readonly state: 'passed' | 'failed' | 'crashed' | 'timed-out' | 'skipped';
  /** Why it crashed or was skipped; the tail of its output without times and host paths. */
  readonly reason: string | null;
  readonly cases: readonly TestCase[];
}

/** One row of the table in the pull request: a command, its result on base and on head. */
export interface EvidenceRow {
  readonly name: string;
  readonly command: string;
  readonly before: string;
  readonly after: string;
  readonly verdict: 'proves' | 'holds' | 'breaks' | 'unknown';
}
