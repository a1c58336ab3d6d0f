/** REST: commit statuses, one by one and combined. */
import { createStatus } from '#local-github/actions/statuses.ts';
import { optionalOneOf, optionalText, supplied } from '#local-github/body.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { resolveCommit } from '#local-github/git/objects.ts';
import { notFound } from '#local-github/refusal.ts';
import { repositoryApi } from '#local-github/shapes/links.ts';
import { combined, statusesOn } from '#local-github/shapes/mergeability.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import { shortStatusShape, statusShape } from '#local-github/shapes/statuses.ts';
import { statusStates } from '#local-github/state/checks.ts';
import { created, page, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

async function addStatus(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body, params } = exchange;
  supplied(body, 'state');
  const status = await createStatus(scope, params.sha ?? '', {
    state: optionalOneOf(body, 'state', statusStates) ?? 'pending',
    context: optionalText(body, 'context') ?? 'default',
    description: optionalText(body, 'description') ?? null,
    targetUrl: optionalText(body, 'target_url') ?? null,
  });
  return created(statusShape(scope.github, scope.repository, status));
}

async function commitOf(exchange: Exchange): Promise<{ scope: Scope; sha: string }> {
  const scope = scopeOf(exchange);
  demandRead(scope, 'statuses');
  const sha = await resolveCommit(scope.repository.folder, exchange.params.ref ?? '');
  if (sha === undefined) throw notFound();
  return { scope, sha };
}

async function listStatuses(exchange: Exchange): Promise<Answer> {
  const { scope, sha } = await commitOf(exchange);
  const { github, repository } = scope;
  const found = repository.statuses.filter((each) => each.sha === sha).toReversed();
  return paged(exchange, found, (each) => statusShape(github, repository, each));
}

async function showCombined(exchange: Exchange): Promise<Answer> {
  const { scope, sha } = await commitOf(exchange);
  const { github, repository } = scope;
  const newest = statusesOn(repository, sha);
  const { items, headers } = page(exchange, newest);
  const api = `${repositoryApi(github, repository)}/commits/${sha}`;
  const body = {
    state: combined(newest),
    statuses: items.map((each) => shortStatusShape(github, repository, each)),
    sha,
    total_count: newest.length,
    repository: repositoryShape(github, repository),
    commit_url: api,
    url: `${api}/status`,
  };
  return { status: 200, body, headers };
}

const repo = '/repos/:owner/:repo';

export const statusRoutes: readonly Route[] = [
  { method: 'POST', path: `${repo}/statuses/:sha`, run: addStatus },
  { method: 'GET', path: `${repo}/commits/:ref*/statuses`, run: listStatuses },
  { method: 'GET', path: `${repo}/commits/:ref*/status`, run: showCombined },
];
