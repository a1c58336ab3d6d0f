/** Reviews and their threads on a pull request's page: what was said at which lines, with suggestions as small diffs. */
import { patchLines } from '#local-github/git/hunks.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Review, ReviewComment, Thread } from '#local-github/state/reviews.ts';
import { html, type Html } from './html.ts';
import { markdown } from './markdown.ts';
import { avatar, issuePath, person, time } from './parts.ts';
import type { RepositoryVisit } from './view.ts';

/** Lines of the hunk that are shown above the commented ones. */
const linesAbove = 3;

/** What was said in submitted reviews, by the time of it; answers stand in their threads only. */
export function reviewsTold(visit: RepositoryVisit, issue: PullRequest) {
  const { reviews, threads } = issue.pull.discussion;
  return reviews.flatMap((review) => {
    const own = threads.filter(({ comments }) => comments[0]?.review === review);
    const silent = review.state === 'COMMENTED' && review.body === '' && own.length === 0;
    if (review.submittedAt === null || silent) return [];
    return { at: review.submittedAt, view: reviewBox(visit, issue, { review, threads: own }) };
  });
}

const verbs = {
  PENDING: 'began a review',
  COMMENTED: 'reviewed',
  APPROVED: 'approved these changes',
  CHANGES_REQUESTED: 'requested changes',
  DISMISSED: 'reviewed; it was dismissed',
} as const;

function reviewBox(
  visit: RepositoryVisit,
  issue: PullRequest,
  { review, threads }: { readonly review: Review; readonly threads: readonly Thread[] },
): Html {
  const { id, author, state, body, submittedAt } = review;
  return html`<article class="comment review ${state.toLowerCase()}" id="pullrequestreview-${id}">
    ${avatar(author)}
    <div class="review-parts">
      <div class="box">
        <header>
          ${person(author)}
          <span class="muted">${verbs[state]} ${submittedAt !== null && time(submittedAt)}</span>
        </header>
        ${
          body !== '' &&
          html`<div class="body">
            ${markdown(body, { repository: fullName(visit.repository) })}
          </div>`
        }
      </div>
      ${threads.map((thread) => threadBox(visit, { issue, thread, withHunk: true }))}
    </div>
  </article>`;
}

interface ThreadView {
  readonly issue: PullRequest;
  readonly thread: Thread;
  /** Whether the lines that it is about are shown with it. */
  readonly withHunk: boolean;
}

/** Resolved ones are folded up. */
export function threadBox(
  visit: RepositoryVisit,
  { issue, thread, withHunk }: ThreadView,
): Html | false {
  const comments = thread.comments.filter(({ review }) => review.submittedAt !== null);
  if (comments.length === 0) return false;
  const { path, resolvedBy, outdated } = thread;
  const id = `${withHunk ? 'thread' : 'inline'}-${thread.id}`;
  return html`<details class="box thread" id="${id}" ${resolvedBy === null && html`open`}>
    <summary>
      <code class="path">${path}</code> <span class="muted">${placeOf(thread)}</span>
      ${outdated && html`<span class="badge warning">Outdated</span>`}
      ${
        resolvedBy &&
        html`<span class="badge verified">Resolved</span>
          <span class="muted small-text">by ${person(resolvedBy)}</span>`
      }
    </summary>
    ${withHunk && hunkView(thread)}
    ${comments.map((comment) => commentView(visit, { thread, comment, withHunk }))}
    ${threadForm(visit, issue, thread)}
  </details>`;
}

function placeOf({ subject, outdated, original, current }: Thread): string {
  if (subject === 'file') return 'the whole file';
  const { line, startLine, side } = outdated ? original : current;
  const lines = startLine === null ? `line ${line}` : `lines ${startLine} to ${line}`;
  return side === 'LEFT' ? `${lines}, before` : lines;
}

function hunkView({ original }: Thread): Html | false {
  if (original.hunk === '') return false;
  const lines = patchLines(original.hunk);
  const shown = lines.slice(-(linesAbove + spanOf(original)));
  return html`<div class="scroll">
    <table class="diff">
      <tbody>
        ${shown.map(({ left, right, text }) => diffRow(text, [left, right]))}
      </tbody>
    </table>
  </div>`;
}

function spanOf({ line, startLine }: Thread['original']): number {
  return line === null || startLine === null ? 1 : Math.max(1, line - startLine + 1);
}

const kinds: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed' };

function diffRow(text: string, numbers: readonly (number | null)[]): Html {
  const sign = text.charAt(0);
  return html`<tr class="${kinds[sign] ?? 'same'}">
    ${numbers.map((number) => html`<td class="number">${number}</td>`)}
    <td class="code">
      <span class="sign" aria-hidden="true">${sign}</span><code>${text.slice(1)}</code>
    </td>
  </tr>`;
}

interface CommentView {
  readonly thread: Thread;
  readonly comment: ReviewComment;
  readonly withHunk: boolean;
}

function commentView(visit: RepositoryVisit, { thread, comment, withHunk }: CommentView): Html {
  const { id, author, createdAt, body, minimized } = comment;
  const repository = fullName(visit.repository);
  const parts = body.split(/^```suggestion[^\n]*\n([^]*?)^```[ \t]*$/m);
  const text = parts.map((part, at) => {
    if (at % 2 === 1) return suggestion(thread, part);
    return part.trim() !== '' && markdown(part, { repository });
  });
  // Both views of a thread stand on one page: only one may have the name that links lead to.
  return html`<div class="thread-comment" ${withHunk && html`id="discussion_r${id}"`}>
    <p class="thread-who">
      ${person(author)} <span class="muted">${time(createdAt)}</span>
      ${minimized !== null && html`<span class="badge">${minimized}</span>`}
    </p>
    ${text}
  </div>`;
}

/** What the suggestion takes away and puts in its place. */
function suggestion({ original }: Thread, text: string): Html {
  const before = patchLines(original.hunk)
    .filter(({ right }) => right !== null)
    .slice(-spanOf(original))
    .map((line) => `-${line.text.slice(1)}`);
  const after = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return html`<figure class="suggestion">
    <figcaption class="muted small-text">Suggested change</figcaption>
    <div class="scroll">
      <table class="diff">
        <tbody>
          ${[...before, ...after.map((line) => `+${line}`)].map((line) => diffRow(line, []))}
        </tbody>
      </table>
    </div>
  </figure>`;
}

function threadForm(visit: RepositoryVisit, issue: PullRequest, thread: Thread): Html {
  const resolved = thread.resolvedBy !== null;
  return html`<form class="thread-form" method="post" action="${issuePath(visit, issue)}">
    <input type="hidden" name="thread" value="${thread.id}" />
    <textarea name="body" rows="1" aria-label="Answer" placeholder="Answer"></textarea>
    <button name="act" value="reply">Answer</button>
    <button name="act" value="${resolved ? 'unresolve' : 'resolve'}">
      ${resolved ? 'Open again' : 'Resolve'}
    </button>
  </form>`;
}

/** The author can only comment. */
export function reviewForm(visit: RepositoryVisit, issue: PullRequest): Html | false {
  const { viewer } = visit;
  if (issue.state === 'closed' || viewer.id === issue.author.id) return false;
  return html`<form
    class="comment-form box review-form"
    method="post"
    action="${issuePath(visit, issue)}"
  >
    <label for="review-body">Review these changes as <strong>${viewer.login}</strong></label>
    <textarea id="review-body" name="body" rows="2"></textarea>
    <p class="buttons">
      <span class="spacer"></span>
      <button name="act" value="request-changes">Request changes</button>
      <button class="primary" name="act" value="approve">Approve</button>
    </p>
  </form>`;
}

/** Who was asked, and what those who reviewed said last. */
export function reviewersPanel({ pull, author: opener }: PullRequest): Html {
  const { reviewers, teams, reviews } = pull.discussion;
  const said = reviews.filter(
    ({ submittedAt, author }) => submittedAt !== null && author.id !== opener.id,
  );
  const last = [...Map.groupBy(said, ({ author }) => author)].map(
    ([author, group]) =>
      [author, group.findLast(({ state }) => state !== 'COMMENTED') ?? group[0]] as const,
  );
  return html`<section class="panel">
    <h3>Reviewers</h3>
    ${reviewers.length + teams.length + last.length === 0 && html`<p class="muted">Nobody yet.</p>`}
    ${reviewers.map((each) => html`<p>${person(each)} <span class="muted">was asked</span></p>`)}
    ${teams.map((team) => html`<p><strong>${team.name}</strong> <span class="muted">was asked</span></p>`)}
    ${last.map(([author, review]) => html`<p>${person(author)} <span class="muted">${review && verbs[review.state]}</span></p>`)}
  </section>`;
}
