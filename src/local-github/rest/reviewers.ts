/** REST: who is asked to review, and what is wrong with the file that names the owners. */
import { optionalTexts } from '#local-github/body.ts';
import { ownersFile, removeReviewers, requestReviewers } from '#local-github/actions/reviewers.ts';
import type { Asked } from '#local-github/actions/reviewers.ts';
import { demandRead } from '#local-github/caller.ts';
import { errorMessage } from '#local-github/codeowners.ts';
import { notFound } from '#local-github/refusal.ts';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { pullShape } from '#local-github/shapes/pulls.ts';
import { teamShape } from '#local-github/shapes/teams.ts';
import { pullVisit } from './reviews.ts';
import { created, ok, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function list(exchange: Exchange): Answer {
  const { scope, issue } = pullVisit(exchange);
  const { github, repository } = scope;
  const { reviewers, teams } = issue.pull.discussion;
  return ok({
    users: reviewers.map((each) => accountShape(github, each)),
    teams: teams.map((each) => teamShape(github, repository.owner, each)),
  });
}

function asked({ body }: Exchange): Asked {
  const people = optionalTexts(body, 'reviewers') ?? [];
  return { people, teams: optionalTexts(body, 'team_reviewers') ?? [] };
}

async function add(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullVisit(exchange);
  await requestReviewers(scope, issue, asked(exchange));
  return created(pullShape(scope.github, scope.repository, issue));
}

async function remove(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullVisit(exchange);
  await removeReviewers(scope, issue, asked(exchange));
  return ok(pullShape(scope.github, scope.repository, issue));
}

async function ownersErrors(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  const ref = exchange.query.get('ref') ?? scope.repository.defaultBranch;
  const file = await ownersFile(scope, ref);
  if (!file) throw notFound();
  const { path } = file;
  return ok({
    errors: file.errors.map((each) => ({ ...each, message: errorMessage(each), path })),
  });
}

const reviewers = '/repos/:owner/:repo/pulls/:number/requested_reviewers';

export const reviewerRoutes: readonly Route[] = [
  { method: 'GET', path: reviewers, run: list },
  { method: 'POST', path: reviewers, run: add },
  { method: 'DELETE', path: reviewers, run: remove },
  { method: 'GET', path: '/repos/:owner/:repo/codeowners/errors', run: ownersErrors },
];
