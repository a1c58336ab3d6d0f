/** What is known of a pull request's reviews, their threads of comments, and who was asked to review. */
import type { Account } from './accounts.ts';
import type { Comment } from './comments.ts';
import type { Team } from './releases.ts';

export const sides = ['LEFT', 'RIGHT'] as const;
export type Side = (typeof sides)[number];

export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';

/** Where a thread stands in the difference of one commit. */
export interface Anchor {
  readonly commit: string;
  /** Lines below the file's first hunk header; 1 of a whole file. */
  readonly position: number;
  /** The last line; null when the thread is about the whole file. */
  readonly line: number | null;
  readonly side: Side;
  /** The first line; null when there is only one. */
  readonly startLine: number | null;
  readonly startSide: Side | null;
  /** From the hunk's header to the line; empty of a whole file. */
  readonly hunk: string;
}

export interface ReviewComment extends Comment {
  readonly review: Review;
  /** The first comment of its thread; null when it is that itself. */
  readonly replyTo: number | null;
}

export interface Thread {
  readonly id: number;
  readonly path: string;
  readonly subject: 'line' | 'file';
  /** Where it was written. */
  readonly original: Anchor;
  /** Where it stood last. */
  current: Anchor;
  /** Its lines are not in the pull request any more. */
  outdated: boolean;
  resolvedBy: Account | null;
  readonly comments: ReviewComment[];
}

export interface Review {
  readonly id: number;
  readonly author: Account;
  readonly viaApp: boolean;
  state: ReviewState;
  body: string;
  /** The head that was reviewed. */
  commit: string;
  readonly createdAt: string;
  updatedAt: string;
  /** Null while it is pending: only its author sees it then. */
  submittedAt: string | null;
}

/** What is said about a pull request's changes. */
export interface Discussion {
  readonly reviews: Review[];
  readonly threads: Thread[];
  readonly reviewers: Account[];
  readonly teams: Team[];
}

export function newDiscussion(): Discussion {
  return { reviews: [], threads: [], reviewers: [], teams: [] };
}
