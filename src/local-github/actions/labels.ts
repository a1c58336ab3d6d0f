/** Labels: made, changed and removed in a repository, and put on issues and pull requests. */
import { demand, hasRole } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notFound } from '#local-github/refusal.ts';
import { labelShape } from '#local-github/shapes/issues.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { Account, Issue, Label } from '#local-github/state.ts';
import { note, tell } from './tell.ts';

export interface NewLabel {
  readonly name: string;
  readonly color?: string;
  readonly description?: string | null;
}

export function findLabel(scope: Scope, name: string): Label | undefined {
  return scope.repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

/** What labelling demands; pull requests may be labelled with either permission. */
export function labelNeed(issue: Issue) {
  const permission = issue.pull ? 'issues|pull_requests' : 'issues';
  return { permission, level: 'write', role: 'triage' } as const;
}

const writeLabels = { permission: 'issues|pull_requests', level: 'write', role: 'write' } as const;

/** Throws 422 on a name that is there already, too long, or a colour that is none. */
export function createLabel(scope: Scope, input: NewLabel): Label {
  const sender = demand(scope, writeLabels);
  check(scope, input);
  return addLabel(scope, input, sender);
}

function check(scope: Scope, { name, color, description }: Partial<NewLabel>, own?: Label): void {
  const refuse = (field: string, code: 'missing_field' | 'invalid' | 'already_exists') =>
    invalid({ resource: 'Label', field, code });
  if (name !== undefined) {
    if (name.trim() === '') throw refuse('name', 'missing_field');
    if (name.length > 50) throw refuse('name', 'invalid');
    const existing = findLabel(scope, name);
    if (existing && existing !== own) throw refuse('name', 'already_exists');
  }
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) throw refuse('color', 'invalid');
  if (description && description.length > 100) throw refuse('description', 'invalid');
}

function addLabel(scope: Scope, input: NewLabel, sender: Account): Label {
  const { github, repository } = scope;
  const label: Label = {
    id: github.state.nextId(),
    name: input.name,
    color: input.color?.toLowerCase() ?? 'ededed',
    description: input.description ?? null,
    isDefault: false,
  };
  repository.labels.push(label);
  tellLabel(scope, label, { action: 'created', sender });
  return label;
}

function tellLabel(
  { github, repository }: Scope,
  label: Label,
  news: { action: string; sender: Account },
): void {
  const payload = { label: labelShape(github, repository, label) };
  github.emit({ event: 'label', ...news, repository, payload });
  github.changes.emit('changed', fullName(repository));
}

export interface LabelEdit {
  readonly newName?: string;
  readonly color?: string;
  readonly description?: string | null;
}

export function updateLabel(scope: Scope, name: string, edit: LabelEdit): Label {
  const sender = demand(scope, writeLabels);
  const label = findLabel(scope, name);
  if (!label) throw notFound();
  const { newName, color, description } = edit;
  check(scope, { ...(newName === undefined ? {} : { name: newName }), ...edit }, label);
  label.name = newName ?? label.name;
  label.color = color?.toLowerCase() ?? label.color;
  if (description !== undefined) label.description = description;
  tellLabel(scope, label, { action: 'edited', sender });
  return label;
}

export function deleteLabel(scope: Scope, name: string): void {
  const sender = demand(scope, writeLabels);
  const label = findLabel(scope, name);
  if (!label) throw notFound();
  const { repository } = scope;
  repository.labels.splice(repository.labels.indexOf(label), 1);
  for (const issue of repository.issues.values())
    issue.labels = issue.labels.filter((candidate) => candidate !== label);
  tellLabel(scope, label, { action: 'deleted', sender });
}

/** Labels that the repository does not have yet are made, as GitHub does for those who may. */
export async function addLabels(
  scope: Scope,
  issue: Issue,
  names: readonly string[],
): Promise<readonly Label[]> {
  const sender = demand(scope, labelNeed(issue));
  for (const name of names) await putLabel(scope, issue, { name, sender });
  return issue.labels;
}

async function putLabel(
  scope: Scope,
  issue: Issue,
  { name, sender }: { name: string; sender: Account },
): Promise<void> {
  let label = findLabel(scope, name);
  if (!label) {
    const { caller, repository } = scope;
    if (caller.kind === 'user' && !hasRole(repository, sender.login, 'write')) throw notFound();
    check(scope, { name });
    label = addLabel(scope, { name }, sender);
  }
  if (issue.labels.includes(label)) return;
  issue.labels.push(label);
  note(scope, issue, { event: 'labeled', actor: sender, subject: label.name });
  const more = { label: labelShape(scope.github, scope.repository, label) };
  await tell(scope, issue, { action: 'labeled', sender, more });
}

/** Throws 404 "Label does not exist" in GitHub's words when the issue does not carry it. */
export async function removeLabel(
  scope: Scope,
  issue: Issue,
  name: string,
): Promise<readonly Label[]> {
  const sender = demand(scope, labelNeed(issue));
  const label = issue.labels.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (!label) throw notFound('Label does not exist');
  issue.labels = issue.labels.filter((each) => each !== label);
  note(scope, issue, { event: 'unlabeled', actor: sender, subject: label.name });
  const more = { label: labelShape(scope.github, scope.repository, label) };
  await tell(scope, issue, { action: 'unlabeled', sender, more });
  return issue.labels;
}

/** Makes these the issue's labels: what is missing is added, what is too much removed. */
export async function setLabels(
  scope: Scope,
  issue: Issue,
  names: readonly string[],
): Promise<readonly Label[]> {
  demand(scope, labelNeed(issue));
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const surplus = issue.labels.filter(({ name }) => !wanted.has(name.toLowerCase()));
  for (const { name } of surplus) await removeLabel(scope, issue, name);
  return addLabels(scope, issue, names);
}
