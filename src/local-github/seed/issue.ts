/** The issues and labels that a world tells. */
import type { Account, Issue, Label, Repository } from '#local-github/state.ts';
import { WorldError } from '#local-github/world.ts';
import type { WholeWorld } from '#local-github/world.ts';

type RepositoryWorld = WholeWorld['repositories'][number];

export interface Making {
  readonly accounts: readonly Account[];
  readonly nextId: () => number;
  readonly now: string;
}

/** Absent: the first user. Throws WorldError on a login that nobody has. */
export function accountOf(accounts: readonly Account[], login: string | undefined): Account {
  const account = login === undefined ? accounts[0] : accounts.find((each) => each.login === login);
  if (!account) throw new WorldError(`users: nobody is called "${login ?? ''}"`);
  return account;
}

export function newLabel(
  given: RepositoryWorld['labels'][number] | string,
  nextId: () => number,
): Label {
  const named =
    typeof given === 'string' ? { name: given, color: 'ededed', description: null } : given;
  return { id: nextId(), ...named, isDefault: false };
}

/** The label of this name, made when the repository has none. */
export function labelOf(repository: Repository, name: string, nextId: () => number): Label {
  const known = repository.labels.find((label) => label.name === name);
  const label = known ?? newLabel(name, nextId);
  if (!known) repository.labels.push(label);
  return label;
}

export function seedIssue(
  repository: Repository,
  given: RepositoryWorld['issues'][number],
  { accounts, nextId, now }: Making,
): void {
  const who = (login: string | undefined): Account => accountOf(accounts, login);
  const labels = given.labels.map((name) => labelOf(repository, name, nextId));
  const milestone = repository.milestones.find(({ title }) => title === given.milestone);
  if (given.milestone !== undefined && !milestone)
    throw new WorldError(`${given.title}: there is no milestone ${given.milestone}`);
  const author = who(given.author);
  const closed = given.state === 'closed';
  const issue: Issue = {
    id: nextId(),
    number: repository.issues.size + 1,
    author,
    viaApp: false,
    title: given.title,
    body: given.body,
    state: given.state,
    stateReason: closed ? 'completed' : null,
    locked: false,
    labels,
    assignees: [],
    ...(milestone ? { milestone } : {}),
    comments: given.comments.map((comment) => ({
      id: nextId(),
      author: who(comment.author),
      viaApp: false,
      body: comment.body,
      createdAt: now,
      updatedAt: now,
      reactions: [],
      minimized: null,
    })),
    timeline: [],
    reactions: [],
    createdAt: now,
    updatedAt: now,
    closedAt: closed ? now : null,
    closedBy: closed ? author : null,
    pull: null,
  };
  repository.issues.set(issue.number, issue);
}

/** Numbered as they stand in the world. */
export function milestonesOf(
  { milestones }: RepositoryWorld,
  {
    creator,
    nextId,
    now,
  }: { readonly creator: Account; readonly nextId: () => number; readonly now: string },
) {
  return milestones.map((each, at) => ({
    ...each,
    id: nextId(),
    number: at + 1,
    creator,
    createdAt: now,
    updatedAt: now,
    closedAt: each.state === 'closed' ? now : null,
  }));
}
