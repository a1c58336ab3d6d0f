/** Check runs: only an App may make them, only on commits that exist, within GitHub's limits. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { readCommit, typeOf } from '#local-github/git/objects.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { invalid, notFound, Refusal } from '#local-github/refusal.ts';
import { checkRunShape, suiteEventShape, suiteState } from '#local-github/shapes/checks.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { Account, Annotation, CheckRun } from '#local-github/state.ts';
import { suiteOf } from './pushes.ts';

/** GitHub's limits: characters of summary and text, annotations of one request, and the three buttons. */
const limits = {
  text: 65_535,
  annotations: 50,
  actions: 3,
  label: 20,
  identifier: 20,
  description: 40,
};

export interface CheckOutput {
  readonly title?: string | null;
  readonly summary: string;
  readonly text?: string | null;
  readonly annotations?: readonly Annotation[];
}

export interface CheckEdit {
  readonly name?: string;
  readonly status?: CheckRun['status'];
  readonly conclusion?: CheckRun['conclusion'];
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  readonly output?: CheckOutput;
  readonly actions?: CheckRun['actions'];
}

export interface NewCheck extends CheckEdit {
  readonly name: string;
  readonly headSha: string;
}

function demandApp(scope: Scope): Account {
  if (scope.caller.kind === 'user')
    throw new Refusal(403, 'You must authenticate via a GitHub App.');
  return demand(scope, { permission: 'checks', level: 'write', role: 'admin' });
}

export async function createCheckRun(scope: Scope, input: NewCheck): Promise<CheckRun> {
  const sender = demandApp(scope);
  const { github, repository } = scope;
  const { headSha } = input;
  if ((await typeOf(repository.folder, headSha)) !== 'commit')
    throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  checkInput(input);
  const branches = await listRefs(repository.folder, 'refs/heads/');
  const branch = branches.find(({ sha }) => sha === headSha)?.name.slice('refs/heads/'.length);
  const run: CheckRun = {
    id: github.state.nextId(),
    suite: suiteOf(scope, headSha, branch ?? null),
    headSha,
    name: input.name,
    status: 'queued',
    conclusion: null,
    startedAt: github.now(),
    completedAt: null,
    externalId: '',
    detailsUrl: null,
    output: { title: null, summary: null, text: null, annotations: [] },
    actions: [],
  };
  repository.checkRuns.push(run);
  apply(scope, run, input);
  tellCheck(scope, run, { action: 'created', sender });
  await tellEnd(scope, run, sender);
  return run;
}

/** Throws 404 when there is none with this id. */
export function checkRunById({ repository }: Scope, id: number): CheckRun {
  const run = repository.checkRuns.find((candidate) => candidate.id === id);
  if (!run) throw notFound();
  return run;
}

/** Annotations are added to those that are there; everything else is replaced. */
export async function updateCheckRun(
  scope: Scope,
  run: CheckRun,
  edit: CheckEdit,
): Promise<CheckRun> {
  const sender = demandApp(scope);
  checkInput(edit);
  const ended = run.status === 'completed';
  apply(scope, run, edit);
  if (!ended) await tellEnd(scope, run, sender);
  return run;
}

function checkInput({ name, status, conclusion, output, actions = [] }: CheckEdit): void {
  const refuse = (field: string, message: string) =>
    invalid({ resource: 'CheckRun', field, code: 'custom', message });
  if (name?.trim() === '') throw invalid({ resource: 'CheckRun', field: 'name', code: 'missing' });
  if (status === 'completed' && !conclusion)
    throw refuse('conclusion', 'conclusion is required when status is completed');
  if (output) checkOutput(output, refuse);
  if (actions.length > limits.actions)
    throw refuse('actions', `actions exceeds a maximum quantity of ${limits.actions}`);
  for (const field of ['label', 'identifier', 'description'] as const)
    if (actions.some((action) => action[field].length > limits[field]))
      throw refuse('actions', `${field} exceeds a maximum of ${limits[field]} characters`);
}

function checkOutput(
  { summary, text, annotations = [] }: CheckOutput,
  refuse: (field: string, message: string) => Refusal,
): void {
  for (const [field, value] of Object.entries({ summary, text }))
    if (value && value.length > limits.text)
      throw refuse(`output.${field}`, `${field} exceeds a maximum of ${limits.text} characters`);
  if (annotations.length > limits.annotations)
    throw refuse('output.annotations', `annotations exceeds a maximum of ${limits.annotations}`);
}

function apply({ github, repository }: Scope, run: CheckRun, edit: CheckEdit): void {
  const { name, externalId, detailsUrl, actions, startedAt } = edit;
  const given = Object.entries({ name, externalId, detailsUrl, actions, startedAt });
  Object.assign(run, Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  applyState(run, edit, github.now());
  if (edit.output) {
    run.output.title = edit.output.title ?? run.output.title;
    run.output.summary = edit.output.summary;
    run.output.text = edit.output.text ?? run.output.text;
    run.output.annotations.push(...(edit.output.annotations ?? []));
  }
  Object.assign(run.suite, { updatedAt: github.now() });
  const topic = fullName(repository);
  github.changes.emit('changed', topic);
  for (const issue of repository.issues.values())
    if (isPull(issue) && issue.pull.head.sha === run.headSha)
      github.changes.emit('changed', `${topic}#${issue.number}`);
}

/** A conclusion completes the run, whatever its status was said to be. */
function applyState(run: CheckRun, edit: CheckEdit, now: string): void {
  if (edit.conclusion) {
    run.status = 'completed';
    run.conclusion = edit.conclusion;
    run.completedAt = edit.completedAt ?? now;
  } else if (edit.status) {
    run.status = edit.status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

function tellCheck(
  { github, repository }: Scope,
  run: CheckRun,
  { action, sender }: { readonly action: string; readonly sender: Account },
): void {
  const payload = { check_run: checkRunShape(github, repository, run) };
  github.emit({ event: 'check_run', action, repository, sender, payload });
}

async function tellEnd(scope: Scope, run: CheckRun, sender: Account): Promise<void> {
  if (run.status !== 'completed') return;
  tellCheck(scope, run, { action: 'completed', sender });
  const { github, repository } = scope;
  if (suiteState(repository, run.suite).status !== 'completed') return;
  const commit = await readCommit(repository.folder, run.headSha);
  const payload = { check_suite: suiteEventShape(github, { repository, commit }, run.suite) };
  github.emit({ event: 'check_suite', action: 'completed', repository, sender, payload });
}

/** The "re-run" button: people with write access, or the App. The App is asked; the run stays as it is. */
export function rerequestCheckRun(scope: Scope, run: CheckRun): void {
  const sender = demand(scope, { permission: 'checks', level: 'write', role: 'write' });
  tellCheck(scope, run, { action: 'rerequested', sender });
}
