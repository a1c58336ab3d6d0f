/** What the buttons do: the same actions, rights and webhooks as through the REST API. */
import { rerequestCheckRun } from '#local-github/actions/checks.ts';
import { comment } from '#local-github/actions/comments.ts';
import { editIssue, openIssue } from '#local-github/actions/issues.ts';
import { addLabels, removeLabel } from '#local-github/actions/labels.ts';
import { mergePull } from '#local-github/actions/merge.ts';
import { setDraft } from '#local-github/actions/pulls.ts';
import { createReview } from '#local-github/actions/reviews.ts';
import { reply, setResolved } from '#local-github/actions/threads.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { CheckRun, Issue } from '#local-github/state.ts';
import { issuePath, runPath } from './parts.ts';
import { scopeOf, type RepositoryVisit } from './view.ts';

/** Each answers where to go next; throws the refusals of the action. */
export async function pressNewIssue(
  visit: RepositoryVisit,
  form: URLSearchParams,
): Promise<string> {
  const issue = await openIssue(scopeOf(visit), {
    title: form.get('title') ?? '',
    body: text(form, 'body'),
    labels: form.getAll('labels'),
  });
  return issuePath(visit, issue);
}

export async function pressIssue(
  visit: RepositoryVisit,
  issue: Issue,
  form: URLSearchParams,
): Promise<string> {
  const scope = scopeOf(visit);
  const label = form.get('label');
  const unlabel = form.get('unlabel');
  if (label !== null) await addLabels(scope, issue, [label]);
  else if (unlabel !== null) await removeLabel(scope, issue, unlabel);
  else await act(visit, issue, form);
  return issuePath(visit, issue);
}

type Act = (visit: RepositoryVisit, issue: Issue, form: URLSearchParams) => unknown;

const acts: Readonly<Record<string, Act>> = {
  comment: (visit, issue, form) => comment(scopeOf(visit), issue, text(form, 'body')),
  close: (visit, issue, form) => move(visit, issue, { form, state: 'closed' }),
  reopen: (visit, issue, form) => move(visit, issue, { form, state: 'open' }),
  merge: (visit, issue, form) =>
    mergePull(scopeOf(visit), pullOf(issue), { method: 'merge', sha: form.get('sha') ?? '' }),
  reply: (visit, issue, form) => reply(scopeOf(visit), threadOf(issue, form), text(form, 'body')),
  resolve: (visit, issue, form) => setResolved(scopeOf(visit), threadOf(issue, form), true),
  unresolve: (visit, issue, form) => setResolved(scopeOf(visit), threadOf(issue, form), false),
  approve: (visit, issue, form) =>
    createReview(scopeOf(visit), pullOf(issue), { event: 'APPROVE', body: text(form, 'body') }),
  'request-changes': (visit, issue, form) =>
    createReview(scopeOf(visit), pullOf(issue), {
      event: 'REQUEST_CHANGES',
      body: text(form, 'body'),
    }),
  ready: (visit, issue) => setDraft(scopeOf(visit), pullOf(issue), false),
};

async function act(visit: RepositoryVisit, issue: Issue, form: URLSearchParams): Promise<void> {
  const name = form.get('act') ?? '';
  const chosen = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!chosen) throw new Refusal(422, 'There is no such button.');
  await chosen(visit, issue, form);
}

/** What stands in the box is said first, as GitHub's "close with comment" does. */
async function move(
  visit: RepositoryVisit,
  issue: Issue,
  { form, state }: { readonly form: URLSearchParams; readonly state: 'open' | 'closed' },
): Promise<void> {
  const scope = scopeOf(visit);
  const said = text(form, 'body');
  if (said.trim() !== '') comment(scope, issue, said);
  await editIssue(scope, issue, { state });
}

export function pressCheckRun(
  visit: RepositoryVisit,
  run: CheckRun,
  form: URLSearchParams,
): Promise<string> {
  if (form.get('act') !== 'rerun') throw new Refusal(422, 'There is no such button.');
  rerequestCheckRun(scopeOf(visit), run);
  return Promise.resolve(runPath(visit, run));
}

function pullOf(issue: Issue) {
  if (isPull(issue)) return issue;
  throw new Refusal(422, 'Only a pull request has this button.');
}

function threadOf(issue: Issue, form: URLSearchParams) {
  const pull = pullOf(issue);
  const id = Number(form.get('thread'));
  const thread = pull.pull.discussion.threads.find((each) => each.id === id);
  if (!thread) throw notFound();
  return { issue: pull, thread };
}

/** Browsers send line ends as CRLF; GitHub keeps them so too, but what is written through its API has none. */
function text(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').replaceAll('\r\n', '\n');
}
