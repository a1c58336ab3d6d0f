/** REST: milestones, to be read. */
import { demandRead } from '#local-github/caller.ts';
import { notFound } from '#local-github/refusal.ts';
import { milestoneShape } from '#local-github/shapes/releases.ts';
import { idOf, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const readable = 'issues|pull_requests';

/** Open ones, unless the caller says otherwise; those due first stand first. */
function list(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  const { github, repository } = scope;
  const state = exchange.query.get('state') ?? 'open';
  const found = repository.milestones
    .filter((each) => state === 'all' || each.state === state)
    .toSorted((a, b) => (a.dueOn ?? '9').localeCompare(b.dueOn ?? '9'));
  const order = exchange.query.get('direction') === 'desc' ? found.toReversed() : found;
  return paged(exchange, order, (each) => milestoneShape(github, repository, each));
}

function show(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  const { github, repository } = scope;
  const number = idOf(exchange, 'number');
  const milestone = repository.milestones.find((each) => each.number === number);
  if (!milestone) throw notFound();
  return ok(milestoneShape(github, repository, milestone));
}

const milestones = '/repos/:owner/:repo/milestones';

export const milestoneRoutes: readonly Route[] = [
  { method: 'GET', path: milestones, run: list },
  { method: 'GET', path: `${milestones}/:number`, run: show },
];
