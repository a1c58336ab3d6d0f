/** Threads of review comments: begun, answered, edited, resolved, and told to the App. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notAccessible, notFound } from '#local-github/refusal.ts';
import type { FieldError } from '#local-github/refusal.ts';
import { nodeId } from '#local-github/shapes/links.ts';
import { isPull, pullShape } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import { reviewCommentShape } from '#local-github/shapes/reviews.ts';
import type { Account, Comment, Issue } from '#local-github/state.ts';
import type { Review, ReviewComment } from '#local-github/state/reviews.ts';
import { groundAt, place } from './anchors.ts';
import type { Misplaced } from './anchors.ts';
import { bodyLimit, tooLong } from './issues.ts';
import {
  addComment,
  commentsIn,
  newReview,
  newThread,
  pendingOf,
  removeComments,
  reviewNeed,
  settle,
  tellComment,
} from './review-parts.ts';
import type { PlacedReviewComment, PlacedThread, WantedComment } from './review-parts.ts';
import { touch } from './tell.ts';

const resource = 'PullRequestReviewComment';

const complaints: Readonly<Record<Misplaced, FieldError>> = {
  path: wrong('path', 'could not be resolved'),
  line: wrong('line', 'could not be resolved'),
  position: { resource, field: 'position', code: 'invalid' },
  'start line': wrong(
    'start_line',
    'pull_request_review_thread.start_line must be part of the same hunk as the line.',
  ),
  'start line order': wrong(
    'start_line',
    'pull_request_review_thread.start_line must precede the end line.',
  ),
};

function wrong(field: string, message: string): FieldError {
  return { resource, code: 'custom', field: `pull_request_review_thread.${field}`, message };
}

function checkBody(body: string): void {
  if (body.trim() === '') throw invalid({ resource, field: 'body', code: 'missing_field' });
  if (body.length > bodyLimit) throw tooLong(resource, 'body', bodyLimit);
}

/** One comment of its own: GitHub makes a review around it. */
export async function commentOnChange(
  scope: Scope,
  issue: PullRequest,
  input: WantedComment & { readonly commit: string },
): Promise<PlacedReviewComment> {
  const author = demand(scope, reviewNeed);
  checkBody(input.body);
  demandFree(issue, author);
  const ground = await groundAt(scope, issue, input.commit);
  if (!ground) throw invalid(wrong('commit_id', 'commit_id is not part of the pull request'));
  const anchor = place(ground, input);
  if (typeof anchor === 'string') throw invalid(complaints[anchor]);
  const thread = newThread(scope, issue, { wanted: input, anchor });
  return say(scope, { issue, thread }, { author, body: input.body });
}

function demandFree(issue: PullRequest, author: Account): void {
  if (!pendingOf(issue, author)) return;
  const message = 'user_id can only have one pending review per pull request';
  throw invalid({ resource: 'PullRequestReview', code: 'custom', field: 'user_id', message });
}

function say(
  scope: Scope,
  { issue, thread }: PlacedThread,
  { author, body }: { readonly author: Account; readonly body: string },
): PlacedReviewComment {
  const review = newReview(scope, issue, { author, body: '', commit: issue.pull.head.sha });
  const comment = addComment(scope, { review, thread }, body);
  settle(scope, issue, { review, event: 'COMMENT' });
  return { issue, thread, comment };
}

/** Answers in a thread. Throws 422 while the author has a pending review. */
export function reply(scope: Scope, place: PlacedThread, body: string): PlacedReviewComment {
  const author = demand(scope, reviewNeed);
  checkBody(body);
  demandFree(place.issue, author);
  return say(scope, place, { author, body });
}

/** Adds to the author's own pending review. */
export function replyPending(
  scope: Scope,
  { issue, thread, review }: PlacedThread & { readonly review: Review },
  body: string,
): PlacedReviewComment {
  checkBody(body);
  return { issue, thread, comment: addComment(scope, { review, thread }, body) };
}

/** Folds a comment up for everybody, with a reason; null unfolds it. */
export function minimize(
  scope: Scope,
  { issue, comment }: { readonly issue: Issue; readonly comment: Comment },
  reason: string | null,
): void {
  const permission = issue.pull ? 'issues|pull_requests' : 'issues';
  const own = scope.caller.kind === 'user' && scope.caller.account.id === comment.author.id;
  demand(scope, { permission, level: 'write', role: own ? 'read' : 'write' });
  comment.minimized = reason;
  touch(scope, issue);
}

/** Throws 404 when there is none, or when it is still pending: GitHub hides those here even from their authors. */
export function reviewCommentById(scope: Scope, id: number): PlacedReviewComment {
  for (const issue of [...scope.repository.issues.values()].filter(isPull))
    for (const placed of commentsIn(scope, issue))
      if (placed.comment.id === id && placed.comment.review.submittedAt !== null) return placed;
  throw notFound();
}

/** Authors change their own, others need write; an App only its own. */
function demandOwn(scope: Scope, { author }: ReviewComment): Account {
  const { caller } = scope;
  const own = caller.kind === 'user' && caller.account.id === author.id;
  const sender = demand(scope, { ...reviewNeed, role: own ? 'read' : 'write' });
  if (caller.kind === 'installation' && sender.id !== author.id) throw notAccessible();
  return sender;
}

export function editReviewComment(scope: Scope, placed: PlacedReviewComment, body: string): void {
  const { comment } = placed;
  const sender = demandOwn(scope, comment);
  checkBody(body);
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = scope.github.now();
  tellComment(scope, placed, { action: 'edited', sender, more: { changes } });
}

export function deleteReviewComment(scope: Scope, placed: PlacedReviewComment): void {
  const { comment, issue } = placed;
  const sender = demandOwn(scope, comment);
  removeComments(issue, (each) => each === comment);
  tellComment(scope, placed, { action: 'deleted', sender });
}

/**
 * GitHub asks an App for `contents: write` here, not for `pull_requests: write`. People need write, or to have opened
 * the pull request.
 */
export function setResolved(
  scope: Scope,
  { issue, thread }: PlacedThread,
  resolved: boolean,
): void {
  const { github, repository, caller } = scope;
  const own = caller.kind === 'user' && caller.account.id === issue.author.id;
  const role = own ? 'read' : 'write';
  const sender = demand(scope, { permission: 'contents', level: 'write', role });
  if ((thread.resolvedBy !== null) === resolved) return;
  thread.resolvedBy = resolved ? sender : null;
  touch(scope, issue);
  const place = { repository, issue, thread };
  const payload = {
    pull_request: pullShape(github, repository, issue),
    thread: {
      node_id: nodeId('PRRT', thread.id),
      comments: thread.comments.map((each) => reviewCommentShape(github, place, each)),
    },
  };
  const action = resolved ? 'resolved' : 'unresolved';
  github.emit({ event: 'pull_request_review_thread', action, repository, sender, payload });
}
