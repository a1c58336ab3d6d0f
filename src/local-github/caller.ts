/** Caller: who asks, and whether their role or their token's permissions allow it. */
import { notAccessible, notFound, Refusal } from './refusal.ts';
import { roles } from './state.ts';
import type { Account, GitHub, InstallationToken, Level, Repository, Role } from './state.ts';

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly account: Account }
  /** The App itself, by a JWT: it may read about itself and mint tokens, nothing else. */
  | { readonly kind: 'app'; readonly account: Account }
  | { readonly kind: 'installation'; readonly account: Account; readonly token: InstallationToken };

/** Who acts where: what every action is handed first. */
export interface Scope {
  readonly github: GitHub;
  readonly caller: Caller;
  readonly repository: Repository;
}

/** For pages, where a person acts by a button. Throws 404 on an unknown login. */
export function userScope(github: GitHub, login: string, repository: Repository): Scope {
  const account = github.state.accounts.find(
    (candidate) => candidate.login === login && candidate.type === 'User',
  );
  if (!account) throw notFound();
  return { github, caller: { kind: 'user', account }, repository };
}

export function roleOf(repository: Repository, login: string): Role | undefined {
  if (repository.owner.login === login) return 'admin';
  return repository.collaborators.get(login) ?? (repository.private ? undefined : 'read');
}

export function hasRole(repository: Repository, login: string, least: Role): boolean {
  const role = roleOf(repository, login);
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(least);
}

const levels: readonly Level[] = ['read', 'write', 'admin'];

export function tokenAllows(token: InstallationToken, permission: string, least: Level): boolean {
  // What the installation lost since the token was made, the token lost too.
  return [token.permissions[permission], token.installation.permissions[permission]].every(
    (granted) => granted !== undefined && levels.indexOf(granted) >= levels.indexOf(least),
  );
}

/** Whether the token's installation, as the token was narrowed, holds the repository. */
export function tokenReaches(token: InstallationToken, repository: Repository): boolean {
  const { installation } = token;
  if (installation.account.id !== repository.owner.id) return false;
  if (installation.repositories !== 'all' && !installation.repositories.has(repository.id))
    return false;
  return token.repositories === null || token.repositories.has(repository.id);
}

/** What an action needs: of an App one of these permissions (joined by `|`) at this level, of a person at least this role. */
export interface Need {
  readonly permission: string;
  readonly level: Level;
  readonly role: Role;
}

/** Throws as GitHub refuses: 401 without a caller on writes, 404 where the repository cannot be seen, else 403. */
export function demand({ caller, repository }: Scope, need: Need): Account {
  if (caller.kind === 'installation') return demandOfToken(caller.token, repository, need);
  if (caller.kind === 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  if (caller.kind === 'anonymous') {
    if (repository.private) throw notFound();
    throw new Refusal(401, 'Requires authentication');
  }
  const { login } = caller.account;
  if (roleOf(repository, login) === undefined) throw notFound();
  if (!hasRole(repository, login, need.role))
    throw new Refusal(403, 'Must have admin rights to Repository.');
  return caller.account;
}

function demandOfToken(token: InstallationToken, repository: Repository, need: Need): Account {
  if (!tokenReaches(token, repository)) throw notFound();
  const allowed = need.permission
    .split('|')
    .some((permission) => tokenAllows(token, permission, need.level));
  if (!allowed)
    throw notAccessible(need.permission.replaceAll('|', `=${need.level}; `) + `=${need.level}`);
  return token.bot;
}

/** For reading: everybody may read a public repository, an App only with the permission. */
export function demandRead(scope: Scope, permission: string): void {
  if (scope.caller.kind === 'anonymous' && !scope.repository.private) return;
  demand(scope, { permission, level: 'read', role: 'read' });
}
