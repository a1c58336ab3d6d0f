/** Issues: opened, edited, closed and reopened. What holds for an issue's text and state holds for pull requests. */
import { demand, hasRole } from '#local-github/caller.ts';
import type { Need, Scope } from '#local-github/caller.ts';
import { invalid, notFound, Refusal } from '#local-github/refusal.ts';
import type { Account, Issue } from '#local-github/state.ts';
import { apiRoot } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import { reopenHead } from './heads.ts';
import { setAssignees } from './issue-parts.ts';
import { addLabels, labelNeed, setLabels } from './labels.ts';
import { note, tell } from './tell.ts';

/** Characters in the body of an issue, pull request or comment; GitHub answers 422 above. */
export const bodyLimit = 65_536;
const titleLimit = 256;

export interface NewIssue {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
}

export interface IssueEdit extends Partial<NewIssue> {
  readonly state?: 'open' | 'closed';
  readonly stateReason?: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
}

/** Throws 422 in GitHub's words on a missing or too long title and a too long body. */
export function checkText(
  resource: 'Issue' | 'PullRequest',
  { title, body }: { readonly title?: string; readonly body?: string | null },
): void {
  if (title?.trim() === '') throw invalid({ resource, field: 'title', code: 'missing_field' });
  if (title !== undefined && title.length > titleLimit)
    throw tooLong(resource, 'title', titleLimit);
  if (body && body.length > bodyLimit) throw tooLong(resource, 'body', bodyLimit);
}

export function tooLong(resource: string, field: string, limit: number) {
  const message = `${field} is too long (maximum is ${limit} characters)`;
  return invalid({ resource, field, code: 'custom', message });
}

/** The next number, shared by issues and pull requests. */
export function nextNumber({ repository }: Scope): number {
  return Math.max(0, ...repository.issues.keys(), ...repository.goneIssues.keys()) + 1;
}

/** An issue as it starts; `pull` makes it a pull request. */
export function newIssue(
  scope: Scope,
  author: Account,
  input: Pick<Issue, 'title' | 'body' | 'pull'>,
): Issue {
  const { github, caller } = scope;
  const now = github.now();
  return {
    id: github.state.nextId(),
    number: nextNumber(scope),
    author,
    viaApp: caller.kind === 'installation',
    ...input,
    state: 'open',
    stateReason: null,
    locked: false,
    labels: [],
    assignees: [],
    comments: [],
    timeline: [],
    reactions: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
}

/** Everybody who sees the repository may; labels and assignees of those who may not set them are dropped, as GitHub does. */
export async function openIssue(scope: Scope, input: NewIssue): Promise<Issue> {
  const sender = demand(scope, { permission: 'issues', level: 'write', role: 'read' });
  checkText('Issue', input);
  const { title, body = null, labels = [], assignees = [] } = input;
  const issue = newIssue(scope, sender, { title, body, pull: null });
  const mayTriage =
    scope.caller.kind === 'installation' || hasRole(scope.repository, sender.login, 'triage');
  if (mayTriage) issue.assignees = accounts(scope, assignees);
  scope.repository.issues.set(issue.number, issue);
  await tell(scope, issue, { action: 'opened', sender });
  if (mayTriage && labels.length > 0) await addLabels(scope, issue, labels);
  return issue;
}

function accounts({ github, repository }: Scope, logins: readonly string[]): Account[] {
  const field = 'assignees';
  return logins.slice(0, 10).map((login) => {
    const account = github.state.accounts.find((candidate) => candidate.login === login);
    if (account && hasRole(repository, login, 'read')) return account;
    throw invalid({ resource: 'Issue', field, code: 'invalid', value: login });
  });
}

/** Throws 404 when there is no such number, 410 when it was deleted. */
export function issueByNumber({ github, repository }: Scope, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue) return issue;
  const gone = repository.goneIssues.get(number);
  if (gone === null) throw new Refusal(410, 'This issue was deleted');
  if (gone !== undefined) {
    const location = `${apiRoot(github)}/repos/${gone.replace('#', '/issues/')}`;
    throw new Refusal(301, 'Moved Permanently', { headers: { location } });
  }
  throw notFound();
}

/** Authors may edit and close what they opened, others need triage. */
function editNeed(scope: Scope, issue: Issue): Need {
  const { caller } = scope;
  const own = caller.kind === 'user' && caller.account.id === issue.author.id;
  return own ? { ...labelNeed(issue), role: 'read' } : labelNeed(issue);
}

export async function editIssue(scope: Scope, issue: Issue, edit: IssueEdit): Promise<Issue> {
  const sender = demand(scope, editNeed(scope, issue));
  checkText(issue.pull ? 'PullRequest' : 'Issue', edit);
  if (edit.assignees) await setAssignees(scope, issue, accounts(scope, edit.assignees));
  await editText(scope, issue, { ...edit, sender });
  if (edit.labels) await setLabels(scope, issue, edit.labels);
  if (edit.state !== undefined) await moveIssue(scope, issue, { ...edit, sender });
  return issue;
}

async function editText(
  scope: Scope,
  issue: Issue,
  edit: IssueEdit & { readonly sender: Account },
): Promise<void> {
  const { title = issue.title, body = issue.body, sender } = edit;
  const changes = {
    ...(title === issue.title ? {} : { title: { from: issue.title } }),
    ...(body === issue.body ? {} : { body: { from: issue.body ?? '' } }),
  };
  if (Object.keys(changes).length === 0) return;
  if ('title' in changes)
    note(scope, issue, { event: 'renamed', actor: sender, subject: title, before: issue.title });
  issue.title = title;
  issue.body = body;
  await tell(scope, issue, { action: 'edited', sender, more: { changes } });
}

/** Closes or reopens; nothing happens when it is in that state already. */
async function moveIssue(
  scope: Scope,
  issue: Issue,
  edit: IssueEdit & { readonly sender: Account },
): Promise<void> {
  const { state, stateReason, sender } = edit;
  if (state === undefined || state === issue.state) return;
  if (isPull(issue) && state === 'open') await reopenHead(scope, issue);
  if (state === 'closed') close(scope, issue, sender);
  else Object.assign(issue, { state, closedAt: null, closedBy: null });
  if (!issue.pull) issue.stateReason = reasonOf(state, stateReason);
  const event = state === 'closed' ? 'closed' : 'reopened';
  note(scope, issue, { event, actor: sender, subject: null });
  await tell(scope, issue, { action: event, sender });
}

function reasonOf(state: 'open' | 'closed', given: IssueEdit['stateReason']) {
  return state === 'open' ? 'reopened' : (given ?? 'completed');
}

/** The bare change of state, for closing by hand and by a merge. */
export function close({ github }: Scope, issue: Issue, closedBy: Account): void {
  issue.state = 'closed';
  issue.closedAt = github.now();
  issue.closedBy = closedBy;
}
