/** What reviews and their threads are made of: written into the state, seen or hidden, and told to the App. */
import type { Scope } from '#local-github/caller.ts';
import { pullShape } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import { reviewCommentShape, reviewEventShape } from '#local-github/shapes/reviews.ts';
import type { Account } from '#local-github/state.ts';
import type { Anchor, Review, ReviewComment, Thread } from '#local-github/state/reviews.ts';
import type { Wanted } from './anchors.ts';
import { touch } from './tell.ts';

/** What writing any of it needs. */
export const reviewNeed = { permission: 'pull_requests', level: 'write', role: 'read' } as const;

export interface WantedComment extends Wanted {
  readonly body: string;
}

/** A thread where it stands. */
export interface PlacedThread {
  readonly issue: PullRequest;
  readonly thread: Thread;
}

/** A review comment where it stands. */
export interface PlacedReviewComment extends PlacedThread {
  readonly comment: ReviewComment;
}

export function newReview(
  { github, caller }: Scope,
  { pull }: PullRequest,
  facts: Pick<Review, 'author' | 'body' | 'commit'>,
): Review {
  const now = github.now();
  const review: Review = {
    id: github.state.nextId(),
    viaApp: caller.kind === 'installation',
    state: 'PENDING',
    ...facts,
    createdAt: now,
    updatedAt: now,
    submittedAt: null,
  };
  pull.discussion.reviews.push(review);
  return review;
}

export function newThread(
  { github }: Scope,
  { pull }: PullRequest,
  { wanted, anchor }: { readonly wanted: Wanted; readonly anchor: Anchor },
): Thread {
  const { path, subject = 'line' } = wanted;
  const thread: Thread = {
    id: github.state.nextId(),
    path,
    subject,
    original: anchor,
    current: anchor,
    outdated: false,
    resolvedBy: null,
    comments: [],
  };
  pull.discussion.threads.push(thread);
  return thread;
}

/** Adds to a thread without a word to anybody: comments are told when their review is submitted. */
export function addComment(
  { github }: Scope,
  { review, thread }: { readonly review: Review; readonly thread: Thread },
  body: string,
): ReviewComment {
  const now = github.now();
  const comment: ReviewComment = {
    id: github.state.nextId(),
    author: review.author,
    viaApp: review.viaApp,
    body,
    createdAt: now,
    updatedAt: now,
    reactions: [],
    review,
    replyTo: thread.comments[0]?.id ?? null,
    minimized: null,
  };
  thread.comments.push(comment);
  return comment;
}

/** Takes comments away, and threads that have none left. */
export function removeComments(
  { pull }: PullRequest,
  goes: (comment: ReviewComment) => boolean,
): void {
  const { threads } = pull.discussion;
  for (const thread of threads.slice()) {
    const kept = thread.comments.filter((comment) => !goes(comment));
    thread.comments.splice(0, thread.comments.length, ...kept);
    if (kept.length === 0) threads.splice(threads.indexOf(thread), 1);
  }
}

export function pendingOf({ pull }: PullRequest, author: Account): Review | undefined {
  return pull.discussion.reviews.find(
    (review) => review.state === 'PENDING' && review.author.id === author.id,
  );
}

/** A pending review is its author's own. */
export function seesReview({ caller }: Pick<Scope, 'caller'>, review: Review): boolean {
  if (review.submittedAt !== null) return true;
  if (caller.kind === 'installation') return caller.token.bot.id === review.author.id;
  return caller.kind === 'user' && caller.account.id === review.author.id;
}

/** Every comment that the caller may see, thread by thread. */
export function commentsIn(
  scope: Pick<Scope, 'caller'>,
  issue: PullRequest,
): readonly PlacedReviewComment[] {
  return issue.pull.discussion.threads.flatMap((thread) =>
    thread.comments
      .filter(({ review }) => seesReview(scope, review))
      .map((comment) => ({ issue, thread, comment })),
  );
}

const states = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;
export type ReviewEvent = keyof typeof states;

/** Makes a pending review public, with its comments; what its author was asked for is done. */
export function settle(
  scope: Scope,
  issue: PullRequest,
  { review, event }: { readonly review: Review; readonly event: ReviewEvent },
): void {
  const { reviewers } = issue.pull.discussion;
  review.state = states[event];
  review.submittedAt = scope.github.now();
  review.updatedAt = review.submittedAt;
  const asked = reviewers.findIndex(({ id }) => id === review.author.id);
  if (asked >= 0) reviewers.splice(asked, 1);
  const news = { sender: review.author };
  tellReview(scope, issue, { ...news, review, action: 'submitted' });
  for (const placed of commentsIn(scope, issue))
    if (placed.comment.review === review)
      tellComment(scope, placed, { ...news, action: 'created' });
}

interface News {
  readonly action: string;
  readonly sender: Account;
  readonly more?: object;
}

export function tellReview(
  { github, repository }: Scope,
  issue: PullRequest,
  { review, action, sender, more = {} }: News & { readonly review: Review },
): void {
  touch({ github, repository }, issue);
  const payload = {
    review: reviewEventShape(github, { repository, issue }, review),
    pull_request: pullShape(github, repository, issue),
    ...more,
  };
  github.emit({ event: 'pull_request_review', action, repository, sender, payload });
}

export function tellComment(
  { github, repository }: Scope,
  { issue, thread, comment }: PlacedReviewComment,
  { action, sender, more = {} }: News,
): void {
  touch({ github, repository }, issue);
  const payload = {
    comment: reviewCommentShape(github, { repository, issue, thread }, comment),
    pull_request: pullShape(github, repository, issue),
    ...more,
  };
  github.emit({ event: 'pull_request_review_comment', action, repository, sender, payload });
}
