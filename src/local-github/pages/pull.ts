/** The page of one pull request: conversation, checks, merge box, commits and the difference. */
import { diffFiles } from '#local-github/git/diff.ts';
import type { Commit } from '#local-github/git/objects.ts';
import { history, mergeBase } from '#local-github/git/refs.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Anchor, Thread } from '#local-github/state/reviews.ts';
import { checksBox } from './checks.ts';
import { commitRows } from './code.ts';
import { diffView, type LineNumbers, type Remarks } from './diff.ts';
import { handlingPanel } from './handling.ts';
import { counted, html, type Html } from './html.ts';
import { closes, commentForm, heading, labelPanel } from './issue.ts';
import { mergeBox } from './merge-box.ts';
import { issuePath, person, stateIcon, time } from './parts.ts';
import { story } from './story.ts';
import { reviewersPanel, reviewForm, threadBox } from './threads.ts';
import { pathOf, type Page, type RepositoryVisit } from './view.ts';

export async function pullPage(visit: RepositoryVisit, issue: PullRequest): Promise<Page> {
  const { repository } = visit;
  const { head, base } = issue.pull;
  const { folder } = repository;
  const start = (await mergeBase(folder, base.sha, head.sha)) ?? base.sha;
  const [files, commits, box] = await Promise.all([
    diffFiles(folder, start, head.sha),
    history(folder, head.sha, { not: start, limit: 250 }),
    mergeBox(visit, issue),
  ]);
  const name = fullName(repository);
  return {
    title: `${issue.title} · Pull request #${issue.number} · ${name}`,
    topics: [`${name}#${issue.number}`, name],
    content: html`${heading(issue, summary(issue, commits))}
      ${sections(files.length, commits.length)}
      <div class="columns">
        <div>
          ${story(visit, issue)}
          <div data-live="checks">
            ${checksBox(visit, head.sha, issuePath(visit, issue))} ${box}
          </div>
          ${commentForm(visit, issue)} ${reviewForm(visit, issue)}
        </div>
        <aside data-live="side">
          ${reviewersPanel(issue)} ${labelPanel(visit, issue)} ${closesPanel(visit, issue)}
          ${handlingPanel(visit, issue)}
        </aside>
      </div>
      <section class="wide" id="commits" data-live="commits">
        <h3 class="section-title">${counted(commits.length, 'commit')}</h3>
        ${commitRows(visit, commits.toReversed())}
      </section>
      <section class="wide" id="files" data-live="files">
        <h3 class="section-title">Files changed</h3>
        ${diffView(files, `${pathOf(repository)}/blob/${head.sha}`, remarksOn(visit, issue))}
      </section>`,
  };
}

/** The threads that stand at lines of the difference as it is now. */
function remarksOn(visit: RepositoryVisit, issue: PullRequest): Remarks {
  const threads = issue.pull.discussion.threads.filter(
    ({ outdated, comments }) =>
      !outdated && comments.some(({ review }) => review.submittedAt !== null),
  );
  const boxes = (found: readonly Thread[]): Html[] =>
    found.map((thread) => html`${threadBox(visit, { issue, thread, withHunk: false })}`);
  const of = (path: string, subject: Thread['subject']): Thread[] =>
    threads.filter((thread) => thread.path === path && thread.subject === subject);
  return {
    onFile: (path) => boxes(of(path, 'file')),
    below: (path, at) =>
      boxes(of(path, 'line').filter(({ current }) => isAt(current, at, current.line ?? 0))),
    marks: (path, at) => of(path, 'line').some(({ current }) => isAt(current, at)),
  };
}

/** Whether a line is one of those that a thread is about, or the very one. */
function isAt({ side, line, startLine }: Anchor, at: LineNumbers, only?: number): boolean {
  const number = side === 'LEFT' ? at.left : at.right;
  if (number === null || line === null) return false;
  return only === undefined ? number >= (startLine ?? line) && number <= line : number === only;
}

function summary({ author, pull }: PullRequest, commits: readonly Commit[]): Html {
  const done = pull.merged ? 'merged' : 'wants to merge';
  return html`${person(pull.mergedBy ?? author)} ${done} ${counted(commits.length, 'commit')} into
    <code class="branch">${pull.base.ref}</code> from
    <code class="branch">${pull.head.ref}</code> ${pull.mergedAt !== null && time(pull.mergedAt)}`;
}

function sections(files: number, commits: number): Html {
  return html`<nav class="sections" data-live="sections" aria-label="Parts of this page">
    <a href="#checks">Checks</a>
    <a href="#commits">Commits <span class="count">${commits}</span></a>
    <a href="#files">Files changed <span class="count">${files}</span></a>
  </nav>`;
}

function closesPanel(visit: RepositoryVisit, pull: PullRequest): Html | false {
  const issues = closes(pull.body).flatMap((number) => visit.repository.issues.get(number) ?? []);
  if (issues.length === 0) return false;
  return html`<section class="panel">
    <h3>Closes when merged</h3>
    ${issues.map(
      (issue) =>
        html`<a class="linked" href="${issuePath(visit, issue)}"
          >${stateIcon(issue)}<span
            ><strong>${issue.title}</strong> <span class="muted">#${issue.number}</span></span
          ></a
        >`,
    )}
  </section>`;
}
