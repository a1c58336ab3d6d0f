/** The page of one issue, and the parts that a pull request's page shares with it. */
import type { Issue, Label } from '#local-github/state.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { handlingPanel } from './handling.ts';
import { html, type Html } from './html.ts';
import { issuePath, labelColours, person, stateBadge, stateIcon, time } from './parts.ts';
import { story } from './story.ts';
import { may, pathOf, type Page, type RepositoryVisit } from './view.ts';

export function issuePage(visit: RepositoryVisit, issue: Issue): Page {
  const name = fullName(visit.repository);
  return {
    title: `${issue.title} · Issue #${issue.number} · ${name}`,
    topics: [`${name}#${issue.number}`, name],
    content: html`${heading(issue, html`${person(issue.author)} opened this ${time(issue.createdAt)}`)}
      <div class="columns">
        <div>${story(visit, issue)} ${commentForm(visit, issue)}</div>
        <aside data-live="side">
          ${labelPanel(visit, issue)} ${linkedPanel(visit, issue)} ${handlingPanel(visit, issue)}
        </aside>
      </div>`,
  };
}

export function heading(issue: Issue, said: Html): Html {
  return html`<header class="heading" data-live="heading">
    <h2>${issue.title} <span class="muted number-of">#${issue.number}</span></h2>
    <p class="sub">${stateBadge(issue)} <span>${said}</span></p>
  </header>`;
}

/** What GitHub puts into every new repository. */
const commonLabels = [
  ...['bug', 'documentation', 'duplicate', 'enhancement', 'good first issue', 'help wanted'],
  ...['invalid', 'question', 'wontfix'],
];

function isCommon({ name, isDefault }: Label): boolean {
  return isDefault || commonLabels.includes(name);
}

/** Every label of the repository with its button; a team's own labels stand before those that every repository has. */
export function labelPanel(visit: RepositoryVisit, issue: Issue): Html {
  const { repository } = visit;
  const names = new Set(issue.labels.map(({ name }) => name));
  const labels = repository.labels.toSorted((a, b) => Number(isCommon(a)) - Number(isCommon(b)));
  const allowed = may(visit, 'triage');
  return html`<section class="panel" id="labels">
    <h3>Labels</h3>
    ${labels.length === 0 && html`<p class="muted">This repository has no labels.</p>`}
    <form method="post" action="${issuePath(visit, issue)}" class="label-list">
      ${labels.map((label) => labelButton(label, { on: names.has(label.name), allowed }))}
    </form>
    ${!allowed && html`<p class="muted small-text">Labelling needs the triage role.</p>`}
  </section>`;
}

function labelButton(label: Label, { on, allowed }: { on: boolean; allowed: boolean }): Html {
  const verb = on ? 'Remove' : 'Add';
  return html`<button
    class="label-row ${on && 'on'}"
    name="${on ? 'unlabel' : 'label'}"
    value="${label.name}"
    aria-pressed="${on ? 'true' : 'false'}"
    aria-label="${verb} label ${label.name}"
    style="${labelColours(label.color)}"
    ${!allowed && html`disabled`}
  >
    <span class="dot"></span>
    <span class="label-text"
      ><strong>${label.name}</strong>${
        label.description !== null && html`<span class="muted">${label.description}</span>`
      }</span
    >
    ${
      on
        ? html`<span class="label-verb has-remove">✓ Added</span
            ><span class="label-verb remove">Remove</span>`
        : html`<span class="label-verb">+ Add</span>`
    }
  </button>`;
}

/** Pull requests that say that they close this issue, or that it is mentioned by. */
function linkedPanel(visit: RepositoryVisit, issue: Issue): Html {
  const pulls = linkedPulls(visit, issue);
  return html`<section class="panel">
    <h3>Linked pull requests</h3>
    ${
      pulls.length === 0
        ? html`<p class="muted">None yet.</p>`
        : pulls.map(
            (pull) =>
              html`<a class="linked" id="linked-${pull.number}" href="${issuePath(visit, pull)}">
                ${stateIcon(pull)}<span
                  ><strong>${pull.title}</strong> <span class="muted">#${pull.number}</span></span
                >
              </a>`,
          )
    }
  </section>`;
}

// The same words that close an issue when the pull request is merged.
const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)/gi;

export function linkedPulls({ repository }: RepositoryVisit, issue: Issue): readonly Issue[] {
  const mentioned = issue.timeline.flatMap(({ event, subject }) =>
    event === 'cross-referenced' ? [Number(subject)] : [],
  );
  return [...repository.issues.values()].filter(
    ({ number, pull, body }) =>
      pull !== null && (mentioned.includes(number) || closes(body).includes(issue.number)),
  );
}

/** The numbers of the issues that a pull request's text says it closes. */
export function closes(body: string | null): readonly number[] {
  return [...(body ?? '').matchAll(closing)].map(([, number]) => Number(number));
}

export function commentForm(visit: RepositoryVisit, issue: Issue): Html {
  const { viewer, repository } = visit;
  const mayMove = may(visit, 'triage') || issue.author.id === viewer.id;
  const moves = mayMove && issue.pull?.merged !== true;
  return html`<form class="comment-form box" method="post" action="${issuePath(visit, issue)}">
    <label for="comment-body">Add a comment as <strong>${viewer.login}</strong></label>
    <textarea id="comment-body" name="body" rows="4" placeholder="Markdown is welcome"></textarea>
    <p class="buttons" data-live="move">
      <span class="muted small-text">In ${pathOf(repository).slice(1)}</span>
      <span class="spacer"></span>
      ${
        moves &&
        html`<button name="act" value="${issue.state === 'open' ? 'close' : 'reopen'}">
          ${issue.state === 'open' ? 'Close' : 'Reopen'} ${issue.pull ? 'pull request' : 'issue'}
        </button>`
      }
      <button class="primary" name="act" value="comment">Comment</button>
    </p>
  </form>`;
}
