/** What every page is handed: whose eyes it is seen through and which repository it is about. */
import { hasRole, roleOf, userScope, type Scope } from '#local-github/caller.ts';
import { notFound } from '#local-github/refusal.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { Switchboard } from '#local-github/trouble/switchboard.ts';
import type { Account, Delivery, GitHub, Repository, Role } from '#local-github/state.ts';
import type { Html } from './html.ts';

/** The running local GitHub, with what only its own pages and doors know. */
export type Site = GitHub & {
  readonly notice?: string | undefined;
  readonly faults: Switchboard;
  readonly redeliver: (delivery: Delivery) => void;
  /** The table of rules as Markdown. */
  readonly rules?: (() => string) | undefined;
};

export interface Visit {
  readonly github: Site;
  /** The person who is acted as. */
  readonly viewer: Account;
  readonly url: URL;
}

/** A visit to a page of one repository. */
export interface RepositoryVisit extends Visit {
  readonly repository: Repository;
}

export interface Page {
  readonly title: string;
  readonly content: Html;
  /** The page looks again when one of these changes; a repository's topic stands for all that is in it. */
  readonly topics: readonly string[];
  readonly status?: number;
}

export function pathOf(repository: Repository): string {
  return `/${fullName(repository)}`;
}

export function may({ repository, viewer }: RepositoryVisit, least: Role): boolean {
  return hasRole(repository, viewer.login, least);
}

export function scopeOf({ github, viewer, repository }: RepositoryVisit): Scope {
  return userScope(github, viewer.login, repository);
}

/** People who may be acted as, the most powerful first. */
export function people(github: GitHub, repository: Repository | undefined): readonly Account[] {
  const users = github.state.accounts.filter(({ type }) => type === 'User');
  if (!repository) return users;
  const ranks: readonly Role[] = ['maintain', 'admin', 'write', 'triage', 'read'];
  const rank = ({ login }: Account) => {
    const role = roleOf(repository, login);
    return role === undefined ? ranks.length : ranks.indexOf(role);
  };
  return users.toSorted((a, b) => rank(a) - rank(b));
}

/** The person of that login, else a maintainer. Throws 404 when the local GitHub has no people. */
export function viewerOf(
  github: GitHub,
  repository: Repository | undefined,
  login: string | undefined,
): Account {
  const known = people(github, repository);
  const viewer = known.find((account) => account.login === login) ?? known[0];
  if (!viewer) throw notFound();
  return viewer;
}
