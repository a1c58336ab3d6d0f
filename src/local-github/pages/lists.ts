/** The lists of issues and of pull requests, and the form of a new issue. */
import type { Issue } from '#local-github/state.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { counted, html, type Html } from './html.ts';
import { checksBadge } from './checks.ts';
import { icon, issuePath, labelChip, labelColours, stateIcon, time } from './parts.ts';
import { may, pathOf, type Page, type RepositoryVisit } from './view.ts';

type Kind = 'issues' | 'pulls';

const words = {
  issues: { many: 'Issues', none: 'No issues' },
  pulls: { many: 'Pull requests', none: 'No pull requests' },
} as const;

export function listPage(visit: RepositoryVisit, kind: Kind): Page {
  const { repository, url } = visit;
  const all = [...repository.issues.values()].filter(
    ({ pull }) => (pull !== null) === (kind === 'pulls'),
  );
  const state = url.searchParams.get('state') === 'closed' ? 'closed' : 'open';
  const wanted = url.searchParams.get('label');
  const shown = all
    .filter((issue) => issue.state === state)
    .filter(({ labels }) => wanted === null || labels.some(({ name }) => name === wanted))
    .toSorted((a, b) => b.number - a.number);
  const name = fullName(repository);
  return {
    title: `${words[kind].many} · ${name}`,
    topics: [name],
    content: html`<div class="list-head">
        <h2>${words[kind].many}</h2>
        ${wanted !== null && html`<a class="filter" href="?state=${state}">label: ${wanted} ✕</a>`}
        <span class="spacer"></span>
        ${
          kind === 'issues' &&
          html`<a class="button primary" href="${pathOf(repository)}/issues/new">New issue</a>`
        }
      </div>
      <div class="box list" data-live="list">
        <div class="list-bar">
          ${stateTab(all, { state: 'open', current: state })}
          ${stateTab(all, { state: 'closed', current: state })}
        </div>
        ${
          shown.length === 0
            ? html`<p class="empty">
                ${words[kind].none} ${wanted !== null && 'with this label '}are ${state}.
              </p>`
            : shown.map((issue) => row(visit, issue))
        }
      </div>`,
  };
}

function stateTab(
  all: readonly Issue[],
  { state, current }: { state: 'open' | 'closed'; current: string },
): Html {
  const count = all.filter((issue) => issue.state === state).length;
  return html`<a href="?state=${state}" ${state === current && html`aria-current="true"`}
    >${icon(state === 'open' ? 'open' : 'success')} ${count}
    ${state === 'open' ? 'Open' : 'Closed'}</a
  >`;
}

function row(visit: RepositoryVisit, issue: Issue): Html {
  const { number, title, author, createdAt, labels, comments } = issue;
  return html`<div class="row" id="row-${number}">
    ${stateIcon(issue)}
    <div class="row-text">
      <p class="row-title">
        <a href="${issuePath(visit, issue)}"><strong>${title}</strong></a>
        ${labels.map(
          (label) =>
            html`<a class="plain" href="?label=${encodeURIComponent(label.name)}"
              >${labelChip(label)}</a
            >`,
        )}
      </p>
      <p class="muted small-text">
        #${number} opened ${time(createdAt)} by ${author.login}
        ${issue.pull?.draft === true && issue.state === 'open' && ' · Draft'}
        ${issue.pull && checksBadge(visit, issue.pull.head.sha)}
      </p>
    </div>
    ${
      comments.length > 0 &&
      html`<span class="muted comment-count" title="${counted(comments.length, 'comment')}"
        >${icon('comment')} ${comments.length}</span
      >`
    }
  </div>`;
}

export function newIssuePage(visit: RepositoryVisit): Page {
  const { repository, viewer, url } = visit;
  const given = (name: string) => url.searchParams.get(name) ?? '';
  return {
    title: `New issue · ${fullName(repository)}`,
    topics: [],
    content: html`<h2>New issue</h2>
      <form class="box new-issue" method="post" action="${pathOf(repository)}/issues">
        <label for="title">Title</label>
        <input id="title" name="title" required maxlength="256" value="${given('title')}" />
        <label for="body">Description <span class="muted">(Markdown)</span></label>
        <textarea id="body" name="body" rows="12">${given('body')}</textarea>
        ${may(visit, 'triage') && labelChoice(visit)}
        <p class="buttons">
          <span class="muted small-text">You open it as ${viewer.login}.</span>
          <span class="spacer"></span>
          <button class="primary">Create issue</button>
        </p>
      </form>`,
  };
}

function labelChoice({ repository }: RepositoryVisit): Html {
  return html`<fieldset>
    <legend>Labels</legend>
    ${repository.labels.map(
      ({ name, color }) =>
        html`<label class="choice" style="${labelColours(color)}">
          <input type="checkbox" name="labels" value="${name}" /><span class="dot"></span>${name}
        </label>`,
    )}
  </fieldset>`;
}
