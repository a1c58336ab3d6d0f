/** REST: comments on the changes of pull requests, with their replies and reactions. */
import { given, optionalNumber, optionalOneOf, text } from '#local-github/body.ts';
import { react } from '#local-github/actions/comments.ts';
import { commentsIn } from '#local-github/actions/review-parts.ts';
import type { PlacedReviewComment } from '#local-github/actions/review-parts.ts';
import {
  commentOnChange,
  deleteReviewComment,
  editReviewComment,
  reply,
  reviewCommentById,
} from '#local-github/actions/threads.ts';
import { demand, demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notFound } from '#local-github/refusal.ts';
import { reactionShape } from '#local-github/shapes/issues.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import { reviewCommentShape } from '#local-github/shapes/reviews.ts';
import { pullVisit, wantedIn } from './reviews.ts';
import { created, idOf, noContent, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const resource = 'PullRequestReviewComment';

function shape({ github, repository }: Scope, { issue, thread, comment }: PlacedReviewComment) {
  return reviewCommentShape(github, { repository, issue, thread }, comment);
}

function commentVisit(exchange: Exchange) {
  const scope = scopeOf(exchange);
  demandRead(scope, 'pull_requests');
  return { scope, placed: reviewCommentById(scope, idOf(exchange, 'id')) };
}

function listOfPull(exchange: Exchange): Answer {
  const { scope, issue } = pullVisit(exchange);
  return listed(exchange, scope, commentsIn(scope, issue));
}

function listOfRepository(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, 'pull_requests');
  const pulls = [...scope.repository.issues.values()].filter(isPull);
  return listed(
    exchange,
    scope,
    pulls.flatMap((issue) => commentsIn(scope, issue)),
  );
}

/** Oldest first unless asked otherwise; `direction` counts only with `sort`; pending comments never stand here. */
function listed(exchange: Exchange, scope: Scope, all: readonly PlacedReviewComment[]): Answer {
  const { query } = exchange;
  const sort = query.get('sort');
  const since = query.get('since');
  const key = ({ comment }: PlacedReviewComment): string =>
    sort === 'updated' ? comment.updatedAt : comment.createdAt;
  const found = all
    .filter(({ comment }) => comment.review.submittedAt !== null)
    .filter(({ comment }) => since === null || Date.parse(comment.updatedAt) >= Date.parse(since))
    .toSorted((a, b) => key(a).localeCompare(key(b)) || a.comment.id - b.comment.id);
  const newest = sort !== null && query.get('direction') === 'desc';
  return paged(exchange, newest ? found.toReversed() : found, (each) => shape(scope, each));
}

async function create(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullVisit(exchange);
  const { body } = exchange;
  const words = text(body, 'body', resource);
  const answered = optionalNumber(body, 'in_reply_to');
  if (answered !== undefined)
    return created(shape(scope, reply(scope, rootOf(scope, issue.number, answered), words)));
  const made = await commentOnChange(scope, issue, {
    body: words,
    commit: text(body, 'commit_id', resource),
    path: text(body, 'path', resource),
    ...given({ subject: optionalOneOf(body, 'subject_type', ['line', 'file']) }),
    ...wantedIn(body),
  });
  return created(shape(scope, made));
}

/** The thread that a first comment opened; replies to replies are not supported. */
function rootOf(scope: Scope, number: number, id: number): PlacedReviewComment {
  const placed = reviewCommentById(scope, id);
  if (placed.issue.number !== number) throw notFound();
  if (placed.comment.replyTo !== null)
    throw invalid({ resource, field: 'in_reply_to', code: 'invalid' });
  return placed;
}

function answer(exchange: Exchange): Answer {
  const { scope, issue } = pullVisit(exchange);
  const root = rootOf(scope, issue.number, idOf(exchange, 'id'));
  return created(shape(scope, reply(scope, root, text(exchange.body, 'body', resource))));
}

function show(exchange: Exchange): Answer {
  const { scope, placed } = commentVisit(exchange);
  return ok(shape(scope, placed));
}

function change(exchange: Exchange): Answer {
  const { scope, placed } = commentVisit(exchange);
  editReviewComment(scope, placed, text(exchange.body, 'body', resource));
  return ok(shape(scope, placed));
}

function remove(exchange: Exchange): Answer {
  const { scope, placed } = commentVisit(exchange);
  deleteReviewComment(scope, placed);
  return noContent;
}

function listReactions(exchange: Exchange): Answer {
  const { scope, placed } = commentVisit(exchange);
  const content = exchange.query.get('content');
  const found = placed.comment.reactions.filter(
    (each) => content === null || each.content === content,
  );
  return paged(exchange, found, (each) => reactionShape(scope.github, each));
}

function addReaction(exchange: Exchange): Answer {
  const { scope, placed } = commentVisit(exchange);
  demand(scope, { permission: 'pull_requests', level: 'write', role: 'read' });
  const { issue, comment } = placed;
  const content = text(exchange.body, 'content', 'Reaction');
  const { reaction, isNew } = react(scope, { issue, reactions: comment.reactions }, content);
  return { status: isNew ? 201 : 200, body: reactionShape(scope.github, reaction) };
}

function removeReaction(exchange: Exchange): Answer {
  const { scope, placed } = commentVisit(exchange);
  const sender = demand(scope, { permission: 'pull_requests', level: 'write', role: 'read' });
  const { reactions } = placed.comment;
  const id = idOf(exchange, 'reaction');
  const at = reactions.findIndex((each) => each.id === id && each.user.id === sender.id);
  if (at < 0) throw notFound();
  reactions.splice(at, 1);
  return noContent;
}

const pulls = '/repos/:owner/:repo/pulls';
const one = `${pulls}/comments/:id`;

export const reviewCommentRoutes: readonly Route[] = [
  { method: 'GET', path: `${pulls}/comments`, run: listOfRepository },
  { method: 'GET', path: `${pulls}/:number/comments`, run: listOfPull },
  { method: 'POST', path: `${pulls}/:number/comments`, run: create },
  { method: 'POST', path: `${pulls}/:number/comments/:id/replies`, run: answer },
  { method: 'GET', path: one, run: show },
  { method: 'PATCH', path: one, run: change },
  { method: 'DELETE', path: one, run: remove },
  { method: 'GET', path: `${one}/reactions`, run: listReactions },
  { method: 'POST', path: `${one}/reactions`, run: addReaction },
  { method: 'DELETE', path: `${one}/reactions/:reaction`, run: removeReaction },
];
