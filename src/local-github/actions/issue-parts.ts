/** Who an issue is given to, locking, and issues that go: deleted, or moved to another repository. */
import { demand, hasRole } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { badRequest } from '#local-github/body.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { issueShape } from '#local-github/shapes/issues.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import type { Account, Issue, Reaction, Repository } from '#local-github/state.ts';
import { labelNeed } from './labels.ts';
import { note, tell, touch } from './tell.ts';

/** More of them GitHub drops. */
const assigneeLimit = 10;

/** People who an issue can be given to; an unknown login is none of them. */
export function assignable({ github, repository }: Scope): readonly Account[] {
  return github.state.accounts.filter(
    ({ type, login }) => type === 'User' && hasRole(repository, login, 'read'),
  );
}

/** Makes these the assignees and tells of each that came or went. */
export async function setAssignees(
  scope: Scope,
  issue: Issue,
  wanted: readonly Account[],
): Promise<void> {
  const actor = demand(scope, labelNeed(issue));
  const few = wanted.slice(0, assigneeLimit);
  const gone = issue.assignees.filter((each) => !few.includes(each));
  const fresh = few.filter((each) => !issue.assignees.includes(each));
  for (const account of gone) await assign(scope, issue, { actor, account, isFresh: false });
  for (const account of fresh) await assign(scope, issue, { actor, account, isFresh: true });
}

interface Assigning {
  readonly actor: Account;
  readonly account: Account;
  readonly isFresh: boolean;
}

async function assign(
  scope: Scope,
  issue: Issue,
  { actor, account, isFresh }: Assigning,
): Promise<void> {
  issue.assignees = isFresh
    ? [...issue.assignees, account]
    : issue.assignees.filter((each) => each !== account);
  const action = isFresh ? 'assigned' : 'unassigned';
  note(scope, issue, { event: action, actor, subject: account.login });
  const more = { assignee: accountShape(scope.github, account) };
  await tell(scope, issue, { action, sender: actor, more });
}

export const lockReasons = ['off-topic', 'too heated', 'resolved', 'spam'] as const;

/** From then on only people who may write can comment, and Apps. */
export async function lock(scope: Scope, issue: Issue, reason: string | undefined): Promise<void> {
  const sender = demand(scope, { ...labelNeed(issue), role: 'write' });
  if (reason !== undefined && !lockReasons.some((each) => each === reason))
    throw badRequest(`${reason} is not a member of ${JSON.stringify(lockReasons)}.`);
  issue.locked = true;
  if (reason !== undefined) issue.lockReason = reason;
  note(scope, issue, { event: 'locked', actor: sender, subject: reason ?? null });
  await tell(scope, issue, { action: 'locked', sender });
}

export async function unlock(scope: Scope, issue: Issue): Promise<void> {
  const sender = demand(scope, { ...labelNeed(issue), role: 'write' });
  if (!issue.locked) return;
  issue.locked = false;
  delete issue.lockReason;
  note(scope, issue, { event: 'unlocked', actor: sender, subject: null });
  await tell(scope, issue, { action: 'unlocked', sender });
}

/** Only people who administer the repository, and only issues; GitHub has no REST for it. */
export async function deleteIssue(scope: Scope, issue: Issue): Promise<void> {
  const sender = demandRemoval(scope, issue);
  await tell(scope, issue, { action: 'deleted', sender });
  remove(scope.repository, issue, null);
}

function demandRemoval(scope: Scope, issue: Issue): Account {
  if (issue.pull) throw new Refusal(422, 'A pull request cannot be removed.');
  return demand(scope, { permission: 'issues', level: 'write', role: 'admin' });
}

function remove({ issues, goneIssues }: Repository, { number }: Issue, to: string | null): void {
  issues.delete(number);
  goneIssues.set(number, to);
}

/** To another repository of the same owner, under the next number there. Throws 404 where there is none. */
export async function transferIssue(scope: Scope, issue: Issue, name: string): Promise<Issue> {
  const sender = demandRemoval(scope, issue);
  const { github, repository } = scope;
  const target = github.state.repositories.find(
    (each) => each.owner === repository.owner && each.name === name && each !== repository,
  );
  if (!target || !hasRole(target, sender.login, 'write')) throw notFound();
  const number = Math.max(0, ...target.issues.keys(), ...target.goneIssues.keys()) + 1;
  const known = new Set(target.labels.map((label) => label.name));
  const moved: Issue = {
    ...issue,
    id: github.state.nextId(),
    number,
    labels: issue.labels.filter((label) => known.has(label.name)),
  };
  target.issues.set(number, moved);
  const changes = {
    new_issue: issueShape(github, target, moved),
    new_repository: repositoryShape(github, target),
  };
  await tell(scope, issue, { action: 'transferred', sender, more: { changes } });
  remove(repository, issue, `${fullName(target)}#${number}`);
  return moved;
}

/** People take back their own reactions, an App its own. Throws 404 when there is none with this id. */
export function removeReaction(
  scope: Scope,
  { issue, reactions }: { readonly issue: Issue; readonly reactions: Reaction[] },
  id: number,
): void {
  const actor = demand(scope, { ...labelNeed(issue), role: 'read' });
  const found = reactions.find((each) => each.id === id && each.user.id === actor.id);
  if (!found) throw notFound();
  reactions.splice(reactions.indexOf(found), 1);
  touch(scope, issue);
}
