/** REST: the App, its installations, its tokens, its webhook and the log of deliveries. */
import { suspend, uninstall } from '#local-github/actions/installations.ts';
import { Refusal, notFound } from '#local-github/refusal.ts';
import { appShape, installationShape } from '#local-github/shapes/accounts.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import type { Account, Installation, InstallationToken } from '#local-github/state.ts';
import { mintToken, repositoriesOf } from '#local-github/tokens.ts';
import { given, optionalNumbers, optionalRecord, optionalTexts } from '#local-github/body.ts';
import { created, findRepository, idOf, noContent, ok, page, paged } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

/** Throws 401 for anybody but the App itself. */
export function demandApp({ caller }: Exchange): Account {
  if (caller.kind === 'app') return caller.account;
  throw new Refusal(401, 'A JSON web token could not be decoded');
}

function demandToken({ caller }: Exchange): InstallationToken {
  if (caller.kind === 'installation') return caller.token;
  const anonymous = caller.kind === 'anonymous';
  throw anonymous
    ? new Refusal(401, 'Requires authentication')
    : new Refusal(
        403,
        'You must authenticate with an installation access token in order to list repositories for an installation.',
      );
}

function installationOf(exchange: Exchange): Installation {
  demandApp(exchange);
  const id = idOf(exchange, 'installation');
  const found = exchange.github.state.installations.find((each) => each.id === id);
  if (!found) throw notFound();
  return found;
}

function showApp(exchange: Exchange): Answer {
  demandApp(exchange);
  const { github } = exchange;
  const { installations, app } = github.state;
  return ok({ ...appShape(github, app), installations_count: installations.length });
}

function listInstallations(exchange: Exchange): Answer {
  demandApp(exchange);
  const { github } = exchange;
  return paged(exchange, github.state.installations, (each) => installationShape(github, each));
}

function createToken(exchange: Exchange): Answer {
  const installation = installationOf(exchange);
  if (installation.suspendedAt !== null)
    throw new Refusal(403, 'This installation has been suspended');
  const { github, body, headers } = exchange;
  const token = mintToken(github, installation, {
    ...given({
      repositoryIds: optionalNumbers(body, 'repository_ids'),
      repositories: optionalTexts(body, 'repositories'),
      permissions: optionalRecord(body, 'permissions'),
    }),
    stateless: headers['x-github-stateless-s2s-token'] !== 'disabled',
  });
  const narrowed = token.repositories !== null || installation.repositories !== 'all';
  const chosen = github.state.repositories.filter(({ id }) => token.repositories?.has(id));
  return created({
    token: token.token,
    expires_at: new Date(token.expiresAt).toISOString().replace('.000Z', 'Z'),
    permissions: token.permissions,
    repository_selection: narrowed ? 'selected' : 'all',
    ...(token.repositories
      ? { repositories: chosen.map((each) => repositoryShape(github, each)) }
      : {}),
  });
}

function revokeToken(exchange: Exchange): Answer {
  demandToken(exchange).revoked = true;
  return noContent;
}

function listRepositories(exchange: Exchange): Answer {
  const token = demandToken(exchange);
  const { github } = exchange;
  const all = repositoriesOf(github.state, token.installation).filter(
    ({ id }) => token.repositories === null || token.repositories.has(id),
  );
  const { items, headers } = page(exchange, all);
  const repositories = items.map((each) => repositoryShape(github, each));
  const repository_selection = all.length > 0 && token.repositories ? 'selected' : 'all';
  return {
    status: 200,
    body: { total_count: all.length, repository_selection, repositories },
    headers,
  };
}

/** By repository, organisation or user: the App asks where it is installed. */
function findInstallation(exchange: Exchange): Answer {
  demandApp(exchange);
  const { github, params } = exchange;
  const { owner = '', repo, login = owner } = params;
  const repository = repo === undefined ? undefined : findRepository(github, owner, repo);
  const found = github.state.installations.find(
    ({ account, repositories }) =>
      account.login.toLowerCase() === login.toLowerCase() &&
      (repo === undefined ||
        (repository && (repositories === 'all' || repositories.has(repository.id)))),
  );
  if (!found) throw notFound();
  return ok(installationShape(github, found));
}

function setSuspended(exchange: Exchange, suspended: boolean): Answer {
  suspend(exchange.github, installationOf(exchange), { suspended });
  return noContent;
}

function remove(exchange: Exchange): Answer {
  uninstall(exchange.github, installationOf(exchange));
  return noContent;
}

export const appRoutes: readonly Route[] = [
  { method: 'GET', path: '/app', run: showApp },
  { method: 'GET', path: '/app/installations', run: listInstallations },
  {
    method: 'GET',
    path: '/app/installations/:installation',
    run: (exchange) => ok(installationShape(exchange.github, installationOf(exchange))),
  },
  { method: 'DELETE', path: '/app/installations/:installation', run: remove },
  { method: 'POST', path: '/app/installations/:installation/access_tokens', run: createToken },
  {
    method: 'PUT',
    path: '/app/installations/:installation/suspended',
    run: (exchange) => setSuspended(exchange, true),
  },
  {
    method: 'DELETE',
    path: '/app/installations/:installation/suspended',
    run: (exchange) => setSuspended(exchange, false),
  },
  { method: 'DELETE', path: '/installation/token', run: revokeToken },
  { method: 'GET', path: '/installation/repositories', run: listRepositories },
  { method: 'GET', path: '/repos/:owner/:repo/installation', run: findInstallation },
  { method: 'GET', path: '/orgs/:login/installation', run: findInstallation },
  { method: 'GET', path: '/users/:login/installation', run: findInstallation },
];
