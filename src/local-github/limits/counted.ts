/** Whom a request is counted for, and what it takes of their limits. */
import type { Caller } from '#local-github/caller.ts';
import type { GitHub, Installation } from '#local-github/state.ts';
import { repositoriesOf } from '#local-github/tokens.ts';
import type { Counted, Resource, Taken } from './meter.ts';

const searches = { search: 30, code_search: 10 };

export function countedOf(github: GitHub, caller: Caller): Counted {
  if (caller.kind === 'anonymous')
    return { name: '127.0.0.1', limits: { core: 60, search: 10, code_search: 10, graphql: 0 } };
  if (caller.kind === 'installation') {
    const { installation } = caller.token;
    const core = installationLimit(github, installation);
    return { name: installationName(installation), limits: { core, graphql: core, ...searches } };
  }
  const name =
    caller.kind === 'app' ? `app ID ${github.state.app.id}` : `user ID ${caller.account.id}`;
  return { name, limits: { core: 5000, graphql: 5000, ...searches } };
}

export function installationName({ id }: Installation): string {
  return `installation ID ${id}`;
}

/** 5,000 an hour, and in organisations 50 more for each repository and each person beyond twenty, at most 12,500. */
function installationLimit({ state }: GitHub, installation: Installation): number {
  if (installation.account.type !== 'Organization') return 5000;
  const beyond = (count: number): number => 50 * Math.max(0, count - 20);
  const people = state.accounts.filter(({ type }) => type === 'User').length;
  return Math.min(
    12_500,
    5000 + beyond(repositoriesOf(state, installation).length) + beyond(people),
  );
}

/** Paths without `/api/v3`. What a GraphQL query costs is told when it was run. */
export function takenBy(method: string, path: string): Taken {
  const resource = resourceOf(path);
  const reads = method === 'GET' || method === 'HEAD';
  const free = path === '/rate_limit' || resource === 'graphql';
  return {
    resource,
    points: reads || resource === 'graphql' ? 1 : 5,
    creates: ['POST', 'PATCH', 'PUT'].includes(method) && /^(\/api\/uploads)?\/repos\//.test(path),
    cost: free ? 0 : 1,
  };
}

export function resourceOf(path: string): Resource {
  if (path === '/search/code') return 'code_search';
  if (path.startsWith('/search/')) return 'search';
  return path === '/graphql' || path === '/api/graphql' ? 'graphql' : 'core';
}
