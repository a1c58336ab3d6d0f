/** Check runs: the short form beside a pull request, the list, and a run's own page. */
import { hasRole } from '#local-github/caller.ts';
import { combined, statusesOn } from '#local-github/shapes/mergeability.ts';
import type { CheckRun } from '#local-github/state.ts';
import type { Status } from '#local-github/state/checks.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { counted, html, type Html } from './html.ts';
import { markdown } from './markdown.ts';
import { icon, issuePath, runIcon, runPath, runState, time } from './parts.ts';
import { pathOf, type Page, type RepositoryVisit } from './view.ts';

/** The newest run of each name on a commit. */
export function runsOn({ repository }: RepositoryVisit, sha: string): readonly CheckRun[] {
  const runs = repository.checkRuns.filter(({ headSha }) => headSha === sha);
  return [...new Map(runs.map((run) => [run.name, run])).values()];
}

type Kind = ReturnType<typeof runState>['kind'];

/** What many runs come to: one failure is a failure, one under way is under way. */
export function overall(runs: readonly CheckRun[]): Kind | 'none' {
  if (runs.length === 0) return 'none';
  const kinds = new Set(runs.map((run) => runState(run).kind));
  const order: readonly Kind[] = ['failure', 'pending', 'success'];
  return order.find((kind) => kinds.has(kind)) ?? 'neutral';
}

/** A mark with a hint, for lists. */
export function checksBadge(visit: RepositoryVisit, sha: string): Html | false {
  const runs = runsOn(visit, sha);
  const kind = overall(runs);
  if (kind === 'none') return false;
  const good = runs.filter((run) => runState(run).kind === 'success').length;
  return html`<span class="mark ${kind}" title="${good} of ${counted(runs.length, 'check')} passed"
    >${icon(kind, kind)}</span
  >`;
}

const headlines = {
  none: 'No checks have reported yet',
  success: 'All checks have passed',
  failure: 'Some checks were not successful',
  pending: 'Some checks have not completed yet',
  neutral: 'All checks have completed',
} as const;

/** The list under a pull request: each opens to its summary. `again` is where all can be asked for once more. */
export function checksBox(visit: RepositoryVisit, sha: string, again?: string): Html {
  const runs = runsOn(visit, sha);
  const statuses = statusesOn(visit.repository, sha);
  const kind = runs.length === 0 && statuses.length > 0 ? combined(statuses) : overall(runs);
  const counts = [...Map.groupBy(runs, (run) => runState(run).text)];
  return html`<section class="box checks" id="checks">
    <header class="checks-head">
      <span class="mark big ${kind}">${icon(kind === 'none' ? 'neutral' : kind)}</span>
      <div>
        <h3>${headlines[kind]}</h3>
        <p class="muted small-text">
          ${
            counts.map(([text, group]) => `${group.length} ${text.toLowerCase()}`).join(', ') ||
            (statuses.length === 0 && 'They appear here as soon as an App reports them.')
          }
        </p>
      </div>
      ${again !== undefined && againForm(visit, runs, again)}
    </header>
    ${runs.map((run) => checkRow(visit, run))} ${statuses.map(statusRow)}
  </section>`;
}

function againForm(
  visit: RepositoryVisit,
  runs: readonly CheckRun[],
  address: string,
): Html | false {
  const own = runs.filter(({ suite }) => suite.app.id === visit.github.state.app.id);
  const ended = own.length > 0 && own.every(({ status }) => status === 'completed');
  if (!ended || !hasRole(visit.repository, visit.viewer.login, 'write')) return false;
  return html`<span class="spacer"></span>
    <form method="post" action="${address}">
      <button class="small" name="act" value="run-again">Re-run all checks</button>
    </form>`;
}

function statusRow({ context, state, description, targetUrl }: Status): Html {
  const kind = state === 'error' ? 'failure' : state;
  return html`<p class="check status">
    <span class="mark ${kind}" role="img" aria-label="${state}">${icon(kind, kind)}</span>
    <strong>${context}</strong> <span class="muted check-title">${description ?? state}</span>
    <span class="spacer"></span>
    ${targetUrl !== null && html`<a href="${targetUrl}">Details</a>`}
  </p>`;
}

function checkRow(visit: RepositoryVisit, run: CheckRun): Html {
  const { output, name } = run;
  const place = { repository: fullName(visit.repository) };
  return html`<details class="check" id="check-${run.id}">
    <summary>
      ${runIcon(run)}<strong>${name}</strong>
      <span class="muted check-title">${output.title ?? runState(run).text}</span>
      <span class="spacer"></span>
      <span class="muted small-text">${duration(run)}</span>
      <a href="${runPath(visit, run)}">Details</a>
    </summary>
    <div class="body">
      ${
        output.summary === null
          ? html`<p class="muted">
              No summary ${run.status === 'completed' ? 'was given.' : 'yet.'}
            </p>`
          : markdown(output.summary, place)
      }
    </div>
  </details>`;
}

function duration({ startedAt, completedAt }: CheckRun): string {
  if (startedAt === null || completedAt === null) return '';
  const seconds = Math.max(0, Math.round((Date.parse(completedAt) - Date.parse(startedAt)) / 1000));
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

export function checkPage(visit: RepositoryVisit, run: CheckRun): Page {
  const { repository } = visit;
  const { output, name, headSha } = run;
  const place = { repository: fullName(repository) };
  const state = runState(run);
  return {
    title: `${name} · ${state.text} · ${fullName(repository)}`,
    topics: [fullName(repository)],
    content: html`<div data-live="check">
      <header class="heading with-button">
        <h2>${name}</h2>
        <p class="sub">
          <span class="state check-state ${state.kind}">${icon(state.kind)}${state.text}</span>
          <span
            >${run.completedAt === null ? 'started' : 'completed'}
            ${time(run.completedAt ?? run.startedAt ?? run.suite.createdAt)}
            ${duration(run) !== '' && `in ${duration(run)}`} on
            <a class="sha" href="${pathOf(repository)}/commit/${headSha}"
              >${headSha.slice(0, 7)}</a
            ></span
          >
        </p>
        ${pullsOf(visit, run)} ${rerunForm(visit, run)}
      </header>
      <section class="box padded">
        ${output.title !== null && html`<h3 class="output-title">${output.title}</h3>`}
        ${
          output.summary === null
            ? html`<p class="muted">No summary yet.</p>`
            : markdown(output.summary, place)
        }
        ${
          output.text !== null &&
          html`<hr />
            ${markdown(output.text, place)}`
        }
      </section>
      ${annotations(visit, run)}
    </div>`,
  };
}

function pullsOf(visit: RepositoryVisit, run: CheckRun): Html {
  const pulls = [...visit.repository.issues.values()].filter(
    ({ pull }) => pull?.head.sha === run.headSha,
  );
  return html`<p class="muted">
    ${pulls.map(
      (pull) =>
        html`In
          <a href="${issuePath(visit, pull)}"
            >${pull.title} <span class="muted">#${pull.number}</span></a
          > `,
    )}
  </p>`;
}

function rerunForm(visit: RepositoryVisit, run: CheckRun): Html | false {
  const { repository, viewer } = visit;
  const own = run.suite.app.id === visit.github.state.app.id;
  if (run.status !== 'completed' || !own || !hasRole(repository, viewer.login, 'write'))
    return false;
  return html`<form method="post" action="${runPath(visit, run)}">
    ${run.actions.map(
      ({ label, identifier, description }) =>
        html`<button class="primary" name="action" value="${identifier}" title="${description}">
          ${label}
        </button>`,
    )}
    <button name="act" value="rerun">Re-run</button>
  </form>`;
}

function annotations({ repository }: RepositoryVisit, { output, headSha }: CheckRun): Html | false {
  if (output.annotations.length === 0) return false;
  return html`<section class="box">
    <h3 class="box-title">${counted(output.annotations.length, 'annotation')}</h3>
    ${output.annotations.map(({ path, startLine, level, message, title, rawDetails }) => {
      const file = path.split('/').map(encodeURIComponent).join('/');
      return html`<div class="annotation ${level}">
        <p>
          <span class="badge ${level}">${level}</span>
          <a class="path" href="${pathOf(repository)}/blob/${headSha}/${file}#L${startLine}"
            >${path}:${startLine}</a
          >
          ${title !== null && html`<strong>${title}</strong>`}
        </p>
        <pre>${message}</pre>
        ${
          rawDetails !== null &&
          html`<details>
            <summary>Raw details</summary>
            <pre>${rawDetails}</pre>
          </details>`
        }
      </div>`;
    })}
  </section>`;
}
