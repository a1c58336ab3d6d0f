/** Reviews: written at once or kept pending, submitted, changed, dismissed, and told to the App. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notAccessible, notFound, unprocessable } from '#local-github/refusal.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account } from '#local-github/state.ts';
import type { Anchor, Review } from '#local-github/state/reviews.ts';
import { groundAt, place } from './anchors.ts';
import type { Ground, Misplaced } from './anchors.ts';
import { bodyLimit } from './issues.ts';
import {
  addComment,
  commentsIn,
  newReview,
  newThread,
  pendingOf,
  removeComments,
  reviewNeed,
  seesReview,
  settle,
  tellReview,
} from './review-parts.ts';
import type { ReviewEvent, WantedComment } from './review-parts.ts';
import { touch } from './tell.ts';

export interface NewReview {
  readonly body?: string;
  /** Absent: it stays pending. */
  readonly event?: ReviewEvent;
  /** Absent: the head. */
  readonly commit?: string;
  readonly comments?: readonly WantedComment[];
}

/** Throws 422 when anything of it is wrong, without saying which comment: then nothing of it is written. */
export async function createReview(
  scope: Scope,
  issue: PullRequest,
  input: NewReview,
): Promise<Review> {
  const author = demand(scope, reviewNeed);
  const { body = '', event, comments = [] } = input;
  demandNoPending(issue, author);
  checkLength(body);
  if (event) checkEvent(issue, { author, event, body, comments: comments.length });
  const ground = await groundAt(scope, issue, input.commit ?? issue.pull.head.sha);
  if (!ground) throw unprocessable('The commitOID is not part of the pull request');
  const placed = comments.map((wanted) => ({ wanted, anchor: placeOf(ground, wanted) }));
  const review = newReview(scope, issue, { author, body, commit: ground.commit });
  for (const { wanted, anchor } of placed)
    addComment(scope, { review, thread: newThread(scope, issue, { wanted, anchor }) }, wanted.body);
  if (event) settle(scope, issue, { review, event });
  return review;
}

/** One pending review for each person; it stands in the way of every other word of theirs. */
export function demandNoPending(issue: PullRequest, author: Account): void {
  if (pendingOf(issue, author))
    throw unprocessable('User can only have one pending review per pull request');
}

function checkLength(body: string): void {
  if (body.length > bodyLimit)
    throw unprocessable(`Body is too long (maximum is ${bodyLimit} characters)`);
}

interface Submission {
  readonly author: Account;
  readonly event: ReviewEvent;
  readonly body: string;
  readonly comments: number;
}

function checkEvent(issue: PullRequest, { author, event, body, comments }: Submission): void {
  const own = issue.author.id === author.id;
  if (own && event === 'APPROVE') throw unprocessable('Can not approve your own pull request');
  if (own && event === 'REQUEST_CHANGES')
    throw unprocessable('Can not request changes on your own pull request');
  if (event !== 'APPROVE' && body.trim() === '' && comments === 0)
    throw unprocessable('You need to leave a comment indicating the requested changes.');
}

const complaints: Readonly<Record<Misplaced, string>> = {
  path: 'Path could not be resolved',
  line: 'Line could not be resolved',
  position: 'Position is invalid',
  'start line': 'Pull request review thread start line must be part of the same hunk as the line.',
  'start line order': 'Pull request review thread start line must precede the end line.',
};

function placeOf(ground: Ground, wanted: WantedComment): Anchor {
  if (wanted.body.trim() === '') throw unprocessable("Body can't be blank");
  checkLength(wanted.body);
  const anchor = place(ground, wanted);
  if (typeof anchor === 'string') throw unprocessable(complaints[anchor]);
  return anchor;
}

/** Throws 404 on somebody else's pending review too. */
export function reviewById(scope: Scope, { pull }: PullRequest, id: number): Review {
  const review = pull.discussion.reviews.find((each) => each.id === id);
  if (!review || !seesReview(scope, review)) throw notFound();
  return review;
}

export function submitReview(
  scope: Scope,
  issue: PullRequest,
  input: { readonly review: Review; readonly event: ReviewEvent; readonly body?: string },
): Review {
  const author = demand(scope, reviewNeed);
  const { review, event, body = review.body } = input;
  if (review.state !== 'PENDING')
    throw unprocessable('Can not submit a review that is not pending');
  checkLength(body);
  const comments = commentsIn(scope, issue).filter(
    ({ comment }) => comment.review === review,
  ).length;
  checkEvent(issue, { author, event, body, comments });
  review.body = body;
  settle(scope, issue, { review, event });
  return review;
}

export function editReview(
  scope: Scope,
  issue: PullRequest,
  { review, body }: { readonly review: Review; readonly body: string },
): Review {
  const sender = demandOwn(scope, review);
  if (body.trim() === '' && review.state !== 'APPROVED') throw unprocessable("Body can't be blank");
  checkLength(body);
  const changes = { body: { from: review.body } };
  review.body = body;
  review.updatedAt = scope.github.now();
  if (review.state !== 'PENDING')
    tellReview(scope, issue, { review, action: 'edited', sender, more: { changes } });
  return review;
}

/** Authors change their own, others need write. */
function demandOwn(scope: Scope, { author }: Review): Account {
  const { caller } = scope;
  const own = caller.kind === 'user' && caller.account.id === author.id;
  const sender = demand(scope, { ...reviewNeed, role: own ? 'read' : 'write' });
  if (caller.kind === 'installation' && sender.id !== author.id) throw notAccessible();
  return sender;
}

export function deletePendingReview(scope: Scope, issue: PullRequest, review: Review): void {
  demandOwn(scope, review);
  if (review.state !== 'PENDING')
    throw unprocessable('Can not delete a non-pending pull request review');
  const { reviews } = issue.pull.discussion;
  removeComments(issue, (comment) => comment.review === review);
  reviews.splice(reviews.indexOf(review), 1);
  touch(scope, issue);
}

export function dismissReview(
  scope: Scope,
  issue: PullRequest,
  { review, message }: { readonly review: Review; readonly message: string },
): Review {
  const sender = demand(scope, { ...reviewNeed, role: 'write' });
  if (message.trim() === '')
    throw invalid({ resource: 'PullRequestReview', field: 'message', code: 'missing_field' });
  if (!['APPROVED', 'CHANGES_REQUESTED'].includes(review.state))
    throw unprocessable(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  review.state = 'DISMISSED';
  review.updatedAt = scope.github.now();
  tellReview(scope, issue, { review, action: 'dismissed', sender });
  return review;
}
