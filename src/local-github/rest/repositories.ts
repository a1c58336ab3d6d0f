/** REST: a repository, and what a person may do in it. */
import { demand, demandRead, roleOf } from '#local-github/caller.ts';
import { notFound } from '#local-github/refusal.ts';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { fullRepositoryShape, rights } from '#local-github/shapes/repositories.ts';
import type { Role } from '#local-github/state.ts';
import { ok, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function showRepository(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, 'metadata');
  return ok(fullRepositoryShape(scope.github, scope.repository, scope.caller));
}

/** The old field knows no triage and no maintain: `role_name` tells them apart. */
const oldNames: Readonly<Record<Role, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
};

function showPermission(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demand(scope, { permission: 'metadata', level: 'read', role: 'read' });
  const { github, repository } = scope;
  const login = (exchange.params.user ?? '').toLowerCase();
  const account = github.state.accounts.find((each) => each.login.toLowerCase() === login);
  if (!account) throw notFound();
  // A bot is in no team: its role is nobody's, whatever its installation may do.
  const role = account.type === 'Bot' ? undefined : roleOf(repository, account.login);
  const role_name = role ?? 'none';
  const user = {
    ...accountShape(github, account),
    permissions: rights(role),
    role_name,
  };
  return ok({ permission: role ? oldNames[role] : 'none', role_name, user });
}

export const repositoryRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo', run: showRepository },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/collaborators/:user/permission',
    run: showPermission,
  },
];
