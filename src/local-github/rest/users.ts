/** REST: people, and what GitHub says about itself. */
import { notFound, Refusal } from '#local-github/refusal.ts';
import { ownProfileShape, profileShape } from '#local-github/shapes/accounts.ts';
import { apiRoot } from '#local-github/shapes/links.ts';
import { countedOf } from '#local-github/limits/counted.ts';
import type { Resource } from '#local-github/limits/meter.ts';
import { ok } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function showSelf({ github, caller }: Exchange): Answer {
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  if (caller.kind !== 'user') throw new Refusal(403, 'Resource not accessible by integration');
  return ok(ownProfileShape(github, caller.account));
}

function showUser({ github, params }: Exchange): Answer {
  const login = (params.login ?? '').toLowerCase();
  const account = github.state.accounts.find((each) => each.login.toLowerCase() === login);
  if (!account) throw notFound();
  return ok(profileShape(github, account));
}

function showRate({ github, caller }: Exchange): Answer {
  const counted = countedOf(github, caller);
  const rate = (resource: Resource) => github.meter.rate(counted, resource);
  const core = rate('core');
  const resources = {
    core,
    search: rate('search'),
    code_search: rate('code_search'),
    graphql: rate('graphql'),
  };
  return ok({ resources, rate: core });
}

function showMeta(): Answer {
  const loopback = ['127.0.0.1/32', '::1/128'];
  return ok({
    verifiable_password_authentication: false,
    hooks: loopback,
    web: loopback,
    api: loopback,
    git: loopback,
  });
}

function showRoot({ github }: Exchange): Answer {
  const api = apiRoot(github);
  return ok({
    current_user_url: `${api}/user`,
    rate_limit_url: `${api}/rate_limit`,
    repository_url: `${api}/repos/{owner}/{repo}`,
    user_url: `${api}/users/{user}`,
  });
}

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/user', run: showSelf },
  { method: 'GET', path: '/users/:login', run: showUser },
  { method: 'GET', path: '/rate_limit', run: showRate },
  { method: 'GET', path: '/meta', run: showMeta },
  { method: 'GET', path: '/', run: showRoot },
];
