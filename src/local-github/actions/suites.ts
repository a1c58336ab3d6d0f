/** Check suites: opened for the App with each pushed commit or by itself, and asked for again. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { readCommit } from '#local-github/git/objects.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { suiteEventShape } from '#local-github/shapes/checks.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { Account, CheckSuite } from '#local-github/state.ts';

/** The App's suite of a commit: the one that is there, or a new one. */
export function suiteOf(
  { github, repository }: Scope,
  headSha: string,
  headBranch: string | null,
): CheckSuite {
  const known = ownSuite({ github, repository }, headSha);
  if (known) return known;
  const now = github.now();
  const suite: CheckSuite = {
    id: github.state.nextId(),
    app: github.state.app,
    headSha,
    headBranch,
    createdAt: now,
    updatedAt: now,
    isAskedAgain: false,
  };
  repository.checkSuites.push(suite);
  return suite;
}

export function ownSuite(
  { github, repository }: Omit<Scope, 'caller'>,
  sha: string,
): CheckSuite | undefined {
  const own = github.state.app.id;
  return repository.checkSuites.find(({ app, headSha }) => app.id === own && headSha === sha);
}

/** GitHub opens a suite for each commit that a branch is pushed to, and asks each App that may write checks to fill it. */
export async function openSuite(
  scope: Scope,
  sender: Account,
  pushed: { readonly sha: string; readonly branch: string },
): Promise<void> {
  const { github, repository } = scope;
  const may = github.state.app.permissions.checks === 'write';
  if (!may || !repository.autoSuites || ownSuite(scope, pushed.sha)) return;
  const suite = suiteOf(scope, pushed.sha, pushed.branch);
  await tellSuite(scope, suite, { action: 'requested', sender });
}

/** Throws 404 when there is none with this id. */
export function suiteById({ repository }: Scope, id: number): CheckSuite {
  const suite = repository.checkSuites.find((candidate) => candidate.id === id);
  if (!suite) throw notFound();
  return suite;
}

/** All of a suite's runs again. Throws 403 on another App's suite. */
export async function rerequestSuite(scope: Scope, suite: CheckSuite): Promise<void> {
  const sender = demand(scope, { permission: 'checks', level: 'write', role: 'write' });
  const { github, repository } = scope;
  if (suite.app.id !== github.state.app.id) throw new Refusal(403, 'Forbidden');
  suite.isAskedAgain = true;
  suite.updatedAt = github.now();
  github.changes.emit('changed', fullName(repository));
  await tellSuite(scope, suite, { action: 'rerequested', sender });
}

async function tellSuite(
  { github, repository }: Scope,
  suite: CheckSuite,
  { action, sender }: { readonly action: string; readonly sender: Account },
): Promise<void> {
  const commit = await readCommit(repository.folder, suite.headSha);
  const payload = { check_suite: suiteEventShape(github, { repository, commit }, suite) };
  github.emit({ event: 'check_suite', action, repository, sender, payload });
}
