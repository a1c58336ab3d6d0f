/** What the buttons do: the same actions, rights and webhooks as through the REST API. */
import { pressAction, rerequestCheckRun } from '#local-github/actions/checks.ts';
import { comment } from '#local-github/actions/comments.ts';
import { editIssue, openIssue } from '#local-github/actions/issues.ts';
import { addLabels, removeLabel } from '#local-github/actions/labels.ts';
import { setDraft } from '#local-github/actions/pulls.ts';
import { createReview } from '#local-github/actions/reviews.ts';
import { reply, setResolved } from '#local-github/actions/threads.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import type { CheckRun, Issue } from '#local-github/state.ts';
import { pullOf, wholeActs } from './acts.ts';
import type { Act } from './acts.ts';
import { textOf } from './form.ts';
import { issuePath, runPath } from './parts.ts';
import { scopeOf, type RepositoryVisit } from './view.ts';

/** Each answers where to go next; throws the refusals of the action. */
export async function pressNewIssue(
  visit: RepositoryVisit,
  form: URLSearchParams,
): Promise<string> {
  const issue = await openIssue(scopeOf(visit), {
    title: form.get('title') ?? '',
    body: textOf(form, 'body'),
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
  else return act(visit, issue, form);
  return issuePath(visit, issue);
}

const acts: Readonly<Record<string, Act>> = {
  ...wholeActs,
  comment: (visit, issue, form) => comment(scopeOf(visit), issue, textOf(form, 'body')),
  close: (visit, issue, form) => move(visit, issue, { form, state: 'closed' }),
  reopen: (visit, issue, form) => move(visit, issue, { form, state: 'open' }),
  reply: (visit, issue, form) => reply(scopeOf(visit), threadOf(issue, form), textOf(form, 'body')),
  resolve: (visit, issue, form) => setResolved(scopeOf(visit), threadOf(issue, form), true),
  unresolve: (visit, issue, form) => setResolved(scopeOf(visit), threadOf(issue, form), false),
  approve: (visit, issue, form) =>
    createReview(scopeOf(visit), pullOf(issue), { event: 'APPROVE', body: textOf(form, 'body') }),
  'request-changes': (visit, issue, form) =>
    createReview(scopeOf(visit), pullOf(issue), {
      event: 'REQUEST_CHANGES',
      body: textOf(form, 'body'),
    }),
  ready: (visit, issue) => setDraft(scopeOf(visit), pullOf(issue), false),
};

async function act(visit: RepositoryVisit, issue: Issue, form: URLSearchParams): Promise<string> {
  const name = form.get('act') ?? '';
  const chosen = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!chosen) throw new Refusal(422, 'There is no such button.');
  const next = await chosen(visit, issue, form);
  return typeof next === 'string' ? next : issuePath(visit, issue);
}

/** What stands in the box is said first, as GitHub's "close with comment" does. */
async function move(
  visit: RepositoryVisit,
  issue: Issue,
  { form, state }: { readonly form: URLSearchParams; readonly state: 'open' | 'closed' },
): Promise<void> {
  const scope = scopeOf(visit);
  const said = textOf(form, 'body');
  if (said.trim() !== '') comment(scope, issue, said);
  await editIssue(scope, issue, { state });
}

export function pressCheckRun(
  visit: RepositoryVisit,
  run: CheckRun,
  form: URLSearchParams,
): Promise<string> {
  const action = form.get('action');
  if (action !== null) pressAction(scopeOf(visit), run, action);
  else if (form.get('act') === 'rerun') rerequestCheckRun(scopeOf(visit), run);
  else throw new Refusal(422, 'There is no such button.');
  return Promise.resolve(runPath(visit, run));
}

function threadOf(issue: Issue, form: URLSearchParams) {
  const pull = pullOf(issue);
  const id = Number(form.get('thread'));
  const thread = pull.pull.discussion.threads.find((each) => each.id === id);
  if (!thread) throw notFound();
  return { issue: pull, thread };
}
