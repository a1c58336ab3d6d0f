/** What the buttons of merge boxes and of an issue's own panel do. */
import { restoreHead } from '#local-github/actions/heads.ts';
import { deleteIssue, lock, transferIssue, unlock } from '#local-github/actions/issue-parts.ts';
import { editIssue } from '#local-github/actions/issues.ts';
import { mergePull, removeHead } from '#local-github/actions/merge.ts';
import { pushed } from '#local-github/actions/pushes.ts';
import { contentsWrite } from '#local-github/actions/refs.ts';
import { ownSuite, rerequestSuite } from '#local-github/actions/suites.ts';
import { note } from '#local-github/actions/tell.ts';
import { demand } from '#local-github/caller.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Issue } from '#local-github/state.ts';
import { mergeMethods } from '#local-github/state/merging.ts';
import type { MergeMethod } from '#local-github/state/merging.ts';
import { textOf } from './form.ts';
import { pathOf, scopeOf, type RepositoryVisit } from './view.ts';

/** A string is the address to go to when it is not the same page. */
export type Act = (visit: RepositoryVisit, issue: Issue, form: URLSearchParams) => unknown;

/** Throws 422 on what is none. */
export function pullOf(issue: Issue): PullRequest {
  if (isPull(issue)) return issue;
  throw new Refusal(422, 'Only a pull request has this button.');
}

function merge(method: MergeMethod): Act {
  return (visit, issue, form) =>
    mergePull(scopeOf(visit), pullOf(issue), { method, sha: form.get('sha') ?? '' }).then(
      () => null,
    );
}

async function restore(visit: RepositoryVisit, issue: Issue): Promise<void> {
  const scope = scopeOf(visit);
  const actor = demand(scope, contentsWrite);
  const pull = pullOf(issue);
  const move = await restoreHead(scope, pull);
  note(scope, pull, { event: 'head_ref_restored', actor, subject: pull.pull.head.ref });
  await pushed(scope, actor, [move]);
}

async function runAgain(visit: RepositoryVisit, issue: Issue): Promise<void> {
  const suite = ownSuite(visit, pullOf(issue).pull.head.sha);
  if (!suite) throw notFound();
  await rerequestSuite(scopeOf(visit), suite);
}

async function leave(visit: RepositoryVisit, left: Promise<unknown>): Promise<string> {
  await left;
  return `${pathOf(visit.repository)}/issues`;
}

export const wholeActs: Readonly<Record<string, Act>> = {
  ...Object.fromEntries(mergeMethods.map((method) => [method, merge(method)])),
  'delete-branch': (visit, issue) => {
    const scope = scopeOf(visit);
    return removeHead(scope, pullOf(issue), demand(scope, contentsWrite));
  },
  'restore-branch': restore,
  'run-again': runAgain,
  edit: (visit, issue, form) =>
    editIssue(scopeOf(visit), issue, { title: textOf(form, 'title'), body: textOf(form, 'body') }),
  lock: (visit, issue) => lock(scopeOf(visit), issue, undefined),
  unlock: (visit, issue) => unlock(scopeOf(visit), issue),
  delete: (visit, issue) => leave(visit, deleteIssue(scopeOf(visit), issue)),
  transfer: (visit, issue, form) =>
    leave(visit, transferIssue(scopeOf(visit), issue, form.get('to') ?? '')),
};
