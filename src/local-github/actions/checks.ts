/** Check runs: only an App may make them, only on commits that exist, and only change its own. */
import { demand } from '#local-github/caller.ts';
import type { Need, Scope } from '#local-github/caller.ts';
import { readCommit, typeOf } from '#local-github/git/objects.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { invalid, notFound, Refusal } from '#local-github/refusal.ts';
import { checkRunShape, suiteEventShape, suiteState } from '#local-github/shapes/checks.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { Account, Annotation, CheckRun, Repository } from '#local-github/state.ts';
import type { CheckSuite } from '#local-github/state/checks.ts';
import { suiteOf } from './suites.ts';

/** Runs of one name that a suite keeps; older ones are removed. */
const sameNameLimit = 1000;

export interface CheckOutput {
  readonly title?: string;
  readonly summary: string;
  readonly text?: string;
  readonly annotations?: readonly Annotation[];
}

export interface CheckEdit {
  readonly name?: string;
  readonly status?: CheckRun['status'];
  readonly conclusion?: NonNullable<CheckRun['conclusion']>;
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

/** People cannot write checks, whatever their role. */
export function demandApp(scope: Scope): Account {
  if (scope.caller.kind === 'user')
    throw new Refusal(403, 'You must authenticate via a GitHub App.');
  return demand(scope, { permission: 'checks', level: 'write', role: 'admin' });
}

/** Throws 422 when the repository has no such commit. */
export async function demandCommit({ repository }: Scope, sha: string): Promise<void> {
  if ((await typeOf(repository.folder, sha)) !== 'commit')
    throw new Refusal(422, `No commit found for SHA: ${sha}`);
}

/** The branch of the repository itself that ends at the commit. */
export async function branchAt({ folder }: Repository, sha: string): Promise<string | null> {
  const branches = await listRefs(folder, 'refs/heads/');
  const found = branches.find((branch) => branch.sha === sha);
  return found ? found.name.slice('refs/heads/'.length) : null;
}

export async function createCheckRun(scope: Scope, input: NewCheck): Promise<CheckRun> {
  const sender = demandApp(scope);
  const { github, repository } = scope;
  const { headSha } = input;
  await demandCommit(scope, headSha);
  const run: CheckRun = {
    id: github.state.nextId(),
    suite: suiteOf(scope, headSha, await branchAt(repository, headSha)),
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
  forget(repository, run);
  apply(scope, run, input);
  tellCheck(scope, run, { action: 'created', sender });
  await tellEnd(scope, run, sender);
  return run;
}

/** The oldest of the name goes when there are too many. */
function forget({ checkRuns }: Repository, { suite, name }: CheckRun): void {
  const same = checkRuns.filter((each) => each.suite === suite && each.name === name);
  const [oldest] = same;
  if (oldest && same.length > sameNameLimit) checkRuns.splice(checkRuns.indexOf(oldest), 1);
}

/** Throws 404 when there is none with this id. */
export function checkRunById({ repository }: Scope, id: number): CheckRun {
  const run = repository.checkRuns.find((candidate) => candidate.id === id);
  if (!run) throw notFound();
  return run;
}

/** Throws 403 on another App's run. */
function demandOwn({ github }: Scope, { app }: CheckSuite): void {
  if (app.id === github.state.app.id) return;
  const why = 'check run can only be modified by the GitHub App that created it.';
  throw new Refusal(403, `Invalid app_id \`${app.id}\` - ${why}`);
}

/** Annotations are added to those that are there; everything else is replaced. */
export async function updateCheckRun(
  scope: Scope,
  run: CheckRun,
  edit: CheckEdit,
): Promise<CheckRun> {
  const sender = demandApp(scope);
  demandOwn(scope, run.suite);
  const ended = run.status === 'completed';
  apply(scope, run, edit);
  if (!ended) await tellEnd(scope, run, sender);
  return run;
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
  Object.assign(run.suite, { updatedAt: github.now(), isAskedAgain: false });
  changed({ github, repository }, run.headSha);
}

/** The pages that show what is said of a commit look again. */
export function changed({ github, repository }: Omit<Scope, 'caller'>, sha: string): void {
  const topic = fullName(repository);
  github.changes.emit('changed', topic);
  for (const issue of repository.issues.values())
    if (isPull(issue) && issue.pull.head.sha === sha)
      github.changes.emit('changed', `${topic}#${issue.number}`);
}

/** A conclusion completes the run, whatever its status was said to be; nothing takes it back to work after that. */
function applyState(run: CheckRun, edit: CheckEdit, now: string): void {
  if (edit.conclusion) {
    run.status = 'completed';
    run.conclusion = edit.conclusion;
    run.completedAt = edit.completedAt ?? now;
  } else if (edit.status && run.status !== 'completed') run.status = edit.status;
}

interface News {
  readonly action: string;
  readonly sender: Account;
  readonly more?: object;
}

function tellCheck({ github, repository }: Scope, run: CheckRun, news: News): void {
  const { action, sender, more } = news;
  const payload = { check_run: checkRunShape(github, repository, run), ...more };
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

const press: Need = { permission: 'checks', level: 'write', role: 'write' };

/** The "re-run" button: people with write access, or the App. The App is asked; its suite waits, the run stays as it is. */
export function rerequestCheckRun(scope: Scope, run: CheckRun): void {
  const sender = demand(scope, press);
  demandAsked(scope, run);
  if (run.status !== 'completed') throw new Refusal(422, 'This check run is not rerequestable');
  run.suite.isAskedAgain = true;
  changed(scope, run.headSha);
  tellCheck(scope, run, { action: 'rerequested', sender });
}

/** Only the App that made a run can be asked for anything about it. */
function demandAsked({ github }: Scope, { suite }: CheckRun): void {
  if (suite.app.id !== github.state.app.id) throw new Refusal(403, 'Forbidden');
}

/** A button that the App offered on its run. Throws 422 when it offers none of this name. */
export function pressAction(scope: Scope, run: CheckRun, identifier: string): void {
  const sender = demand(scope, press);
  demandAsked(scope, run);
  if (!run.actions.some((each) => each.identifier === identifier))
    throw invalid({ resource: 'CheckRun', field: 'requested_action', code: 'invalid' });
  const more = { requested_action: { identifier } };
  tellCheck(scope, run, { action: 'requested_action', sender, more });
}
