/** How a repository lets branches be merged: its methods, the words of its commits, and what branches are protected by. */

export const mergeMethods = ['merge', 'squash', 'rebase'] as const;
export type MergeMethod = (typeof mergeMethods)[number];

export interface MergeSettings {
  readonly methods: readonly MergeMethod[];
  readonly deleteBranch: boolean;
  readonly squashTitle: 'COMMIT_OR_PR_TITLE' | 'PR_TITLE';
  readonly squashMessage: 'COMMIT_MESSAGES' | 'PR_BODY' | 'BLANK';
  readonly mergeTitle: 'MERGE_MESSAGE' | 'PR_TITLE';
  readonly mergeMessage: 'PR_TITLE' | 'PR_BODY' | 'BLANK';
  /** How often a pull request is asked for after a move of either side before it tells whether it can be merged. */
  readonly unknownFor: number;
}

/** What a merge into a branch needs. */
export interface Protection {
  /** Names of check runs or statuses that have to succeed. */
  readonly checks: readonly string[];
  /** Whether the head must hold all of the base. */
  readonly strict: boolean;
  /** Reviews that approve. */
  readonly approvals: number;
}

/** What was asked about whether a pull request can be merged. */
export interface MergeQuestion {
  /** Base and head that it was asked for. */
  readonly sides: string;
  readonly times: number;
}
