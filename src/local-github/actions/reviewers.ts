/** Who is asked to review: by hand, and as owners of what a pull request changes. */
import { demand, hasRole } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { ownersOf, ownersPaths, readOwners } from '#local-github/codeowners.ts';
import type { Owners } from '#local-github/codeowners.ts';
import { diffFiles } from '#local-github/git/diff.ts';
import { listTree, readBlob, resolveCommit } from '#local-github/git/objects.ts';
import { mergeBase } from '#local-github/git/refs.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import { teamShape } from '#local-github/shapes/teams.ts';
import type { Account } from '#local-github/state.ts';
import type { Team } from '#local-github/state/releases.ts';
import { tell } from './tell.ts';

const need = { permission: 'pull_requests', level: 'write', role: 'triage' } as const;

export interface Asked {
  /** Logins. */
  readonly people: readonly string[];
  /** Slugs. */
  readonly teams: readonly string[];
}

interface Found {
  readonly people: readonly Account[];
  readonly teams: readonly Team[];
}

/** Throws 422 on the author, or on somebody who cannot see the repository. */
export async function requestReviewers(
  scope: Scope,
  issue: PullRequest,
  asked: Asked,
): Promise<void> {
  const own = scope.caller.kind === 'user' && scope.caller.account.id === issue.author.id;
  const sender = demand(scope, { ...need, role: own ? 'read' : need.role });
  const found = find(scope, asked);
  if (found.people.some(({ id }) => id === issue.author.id))
    throw new Refusal(422, 'Review cannot be requested from pull request author.');
  await add(scope, issue, { ...found, sender });
}

export async function removeReviewers(
  scope: Scope,
  issue: PullRequest,
  asked: Asked,
): Promise<void> {
  const sender = demand(scope, need);
  const { discussion } = issue.pull;
  const { people, teams } = find(scope, asked);
  const action = 'review_request_removed';
  for (const each of people)
    if (take(discussion.reviewers, each))
      await tell(scope, issue, { action, sender, more: reviewerPart(scope, each) });
  for (const each of teams)
    if (take(discussion.teams, each))
      await tell(scope, issue, { action, sender, more: teamPart(scope, each) });
}

function take<T>(list: T[], item: T): boolean {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}

function find({ github, repository }: Scope, { people, teams }: Asked): Found {
  const refuse = () =>
    new Refusal(
      422,
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${fullName(repository)} repository.`,
    );
  const known = teamsOf({ github, repository });
  return {
    people: people.map((login) => {
      const found = github.state.accounts.find((each) => each.login === login);
      if (found?.type !== 'User' || !repository.collaborators.has(login)) throw refuse();
      return found;
    }),
    teams: teams.map((slug) => {
      const found = known.find((team) => team.slug === slug);
      if (!found) throw refuse();
      return found;
    }),
  };
}

function teamsOf({ github, repository }: Pick<Scope, 'github' | 'repository'>): readonly Team[] {
  const { owner } = repository;
  return github.state.organisations.find(({ account }) => account.id === owner.id)?.teams ?? [];
}

async function add(
  scope: Scope,
  issue: PullRequest,
  { people, teams, sender }: Found & { readonly sender: Account },
): Promise<void> {
  const { discussion } = issue.pull;
  const action = 'review_requested';
  for (const each of people.filter((one) => !discussion.reviewers.includes(one))) {
    discussion.reviewers.push(each);
    await tell(scope, issue, { action, sender, more: reviewerPart(scope, each) });
  }
  for (const each of teams.filter((one) => !discussion.teams.includes(one))) {
    discussion.teams.push(each);
    await tell(scope, issue, { action, sender, more: teamPart(scope, each) });
  }
}

function reviewerPart({ github }: Scope, account: Account) {
  return { requested_reviewer: accountShape(github, account) };
}

function teamPart({ github, repository }: Scope, team: Team) {
  return { requested_team: teamShape(github, repository.owner, team) };
}

/** The owners' file of a branch, tag or commit; undefined where there is none. Throws 404 on an unknown one. */
export async function ownersFile(
  scope: Scope,
  ref: string,
): Promise<(Owners & { readonly path: string }) | undefined> {
  const { folder } = scope.repository;
  const commit = await resolveCommit(folder, ref);
  if (commit === undefined) throw notFound();
  const entries = (await listTree(folder, commit, true)) ?? [];
  const file = ownersPaths.flatMap(
    (path) => entries.find((entry) => entry.path === path && entry.type === 'blob') ?? [],
  )[0];
  // GitHub reads none of a larger file.
  if (!file || (file.size ?? 0) > 3_000_000) return undefined;
  const text = (await readBlob(folder, file.sha)).toString();
  return {
    path: file.path,
    ...readOwners(text, (owner) => resolveOwner(scope, owner) !== undefined),
  };
}

function resolveOwner({ github, repository }: Scope, owner: string): Account | Team | undefined {
  const { accounts } = github.state;
  // Nobody's address is known here.
  if (!owner.startsWith('@')) return undefined;
  const [name = '', slug] = owner.slice(1).toLowerCase().split('/', 2);
  if (slug !== undefined)
    return name === repository.owner.login.toLowerCase()
      ? teamsOf({ github, repository }).find((team) => team.slug === slug)
      : undefined;
  const found = accounts.find(({ login, type }) => type === 'User' && login.toLowerCase() === name);
  return found && hasRole(repository, found.login, 'write') ? found : undefined;
}

/** Asks those who own what the pull request changes, as the base branch's file names them; never its author. */
export async function requestOwners(
  scope: Scope,
  issue: PullRequest,
  sender: Account,
): Promise<void> {
  const { folder } = scope.repository;
  const { base, head } = issue.pull;
  const file = await ownersFile(scope, base.sha);
  if (!file) return;
  const start = (await mergeBase(folder, base.sha, head.sha)) ?? base.sha;
  const changed = await diffFiles(folder, start, head.sha);
  const names = new Set(changed.flatMap(({ path }) => ownersOf(file, path)));
  const found = [...names].flatMap((owner) => resolveOwner(scope, owner) ?? []);
  await add(scope, issue, {
    people: found.filter((each) => 'login' in each).filter(({ id }) => id !== issue.author.id),
    teams: found.filter((each) => 'slug' in each),
    sender,
  });
}
