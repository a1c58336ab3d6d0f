/** REST: reviews of pull requests, from pending to dismissed. */
import {
  given,
  optionalNumber,
  optionalOneOf,
  optionalRecords,
  optionalText,
  text,
} from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';
import { pullByNumber } from '#local-github/actions/pulls.ts';
import { commentsIn, seesReview } from '#local-github/actions/review-parts.ts';
import type { WantedComment } from '#local-github/actions/review-parts.ts';
import {
  createReview,
  deletePendingReview,
  dismissReview,
  editReview,
  reviewById,
  submitReview,
} from '#local-github/actions/reviews.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { unprocessable } from '#local-github/refusal.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import { reviewCommentShape, reviewShape } from '#local-github/shapes/reviews.ts';
import type { Review } from '#local-github/state/reviews.ts';
import { sides } from '#local-github/state/reviews.ts';
import { idOf, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const events = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const;

export interface Visit {
  readonly scope: Scope;
  readonly issue: PullRequest;
}

export function pullVisit(exchange: Exchange): Visit {
  const scope = scopeOf(exchange);
  demandRead(scope, 'pull_requests');
  return { scope, issue: pullByNumber(scope, idOf(exchange, 'number')) };
}

function reviewVisit(exchange: Exchange): Visit & { readonly review: Review } {
  const visit = pullVisit(exchange);
  return { ...visit, review: reviewById(visit.scope, visit.issue, idOf(exchange, 'review')) };
}

function shaped({ scope, issue }: Visit, review: Review): Answer {
  const { github, repository } = scope;
  return ok(reviewShape(github, { repository, issue }, review));
}

function list(exchange: Exchange): Answer {
  const { scope, issue } = pullVisit(exchange);
  const { github, repository } = scope;
  const seen = issue.pull.discussion.reviews.filter((review) => seesReview(scope, review));
  return paged(exchange, seen, (each) => reviewShape(github, { repository, issue }, each));
}

/** Where a comment is to stand, as a body says it. */
export function wantedIn(body: Body): Omit<WantedComment, 'path' | 'body'> {
  return given({
    line: optionalNumber(body, 'line'),
    side: optionalOneOf(body, 'side', sides),
    startLine: optionalNumber(body, 'start_line'),
    startSide: optionalOneOf(body, 'start_side', sides),
    position: optionalNumber(body, 'position'),
  });
}

function wantedComment(body: Body): WantedComment {
  const resource = 'PullRequestReviewComment';
  const [path, words] = [text(body, 'path', resource), text(body, 'body', resource)];
  return { path, body: words, ...wantedIn(body) };
}

async function create(exchange: Exchange): Promise<Answer> {
  const visit = pullVisit(exchange);
  const { body } = exchange;
  const fields = given({
    body: optionalText(body, 'body'),
    event: optionalOneOf(body, 'event', events),
    commit: optionalText(body, 'commit_id'),
    comments: optionalRecords(body, 'comments')?.map(wantedComment),
  });
  return shaped(visit, await createReview(visit.scope, visit.issue, fields));
}

function show(exchange: Exchange): Answer {
  const visit = reviewVisit(exchange);
  return shaped(visit, visit.review);
}

function change(exchange: Exchange): Answer {
  const { scope, issue, review } = reviewVisit(exchange);
  const body = text(exchange.body, 'body', 'PullRequestReview');
  return shaped({ scope, issue }, editReview(scope, issue, { review, body }));
}

function remove(exchange: Exchange): Answer {
  const { scope, issue, review } = reviewVisit(exchange);
  const answer = shaped({ scope, issue }, review);
  deletePendingReview(scope, issue, review);
  return answer;
}

function submit(exchange: Exchange): Answer {
  const { scope, issue, review } = reviewVisit(exchange);
  const event = optionalOneOf(exchange.body, 'event', events);
  if (!event) throw unprocessable('You must provide an event');
  const words = given({ body: optionalText(exchange.body, 'body') });
  return shaped({ scope, issue }, submitReview(scope, issue, { review, event, ...words }));
}

function dismiss(exchange: Exchange): Answer {
  const { scope, issue, review } = reviewVisit(exchange);
  const message = text(exchange.body, 'message', 'PullRequestReview');
  return shaped({ scope, issue }, dismissReview(scope, issue, { review, message }));
}

/** This list alone has positions and no lines in GitHub's description; GitHub sends both. */
function comments(exchange: Exchange): Answer {
  const { scope, issue, review } = reviewVisit(exchange);
  const { github, repository } = scope;
  const found = commentsIn(scope, issue).filter(({ comment }) => comment.review === review);
  return paged(exchange, found, ({ thread, comment }) =>
    reviewCommentShape(github, { repository, issue, thread }, comment),
  );
}

const reviews = '/repos/:owner/:repo/pulls/:number/reviews';

export const reviewRoutes: readonly Route[] = [
  { method: 'GET', path: reviews, run: list },
  { method: 'POST', path: reviews, run: create },
  { method: 'GET', path: `${reviews}/:review`, run: show },
  { method: 'PUT', path: `${reviews}/:review`, run: change },
  { method: 'DELETE', path: `${reviews}/:review`, run: remove },
  { method: 'GET', path: `${reviews}/:review/comments`, run: comments },
  { method: 'POST', path: `${reviews}/:review/events`, run: submit },
  { method: 'PUT', path: `${reviews}/:review/dismissals`, run: dismiss },
];
