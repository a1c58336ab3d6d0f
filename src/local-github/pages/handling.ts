/** What people do with an issue as a whole: its title and text, its lock, its move elsewhere and its end. */
import type { Issue } from '#local-github/state.ts';
import { html, type Html } from './html.ts';
import { issuePath } from './parts.ts';
import { may, type RepositoryVisit } from './view.ts';

/** For those who may; nothing for others. */
export function handlingPanel(visit: RepositoryVisit, issue: Issue): Html | false {
  const own = issue.author.id === visit.viewer.id;
  if (!own && !may(visit, 'triage')) return false;
  const action = issuePath(visit, issue);
  const kind = issue.pull ? 'pull request' : 'issue';
  return html`<section class="panel" id="handling">
    <h3>This ${kind}</h3>
    <details class="edit">
      <summary>Edit title and text</summary>
      <form method="post" action="${action}">
        <label for="edit-title">Title</label>
        <input id="edit-title" name="title" value="${issue.title}" maxlength="256" required />
        <label for="edit-body">Text</label>
        <textarea id="edit-body" name="body" rows="6">${issue.body ?? ''}</textarea>
        <button class="primary" name="act" value="edit">Save</button>
      </form>
    </details>
    <form method="post" action="${action}" class="handling">
      ${
        may(visit, 'write') &&
        html`<button name="act" value="${issue.locked ? 'unlock' : 'lock'}">
          ${issue.locked ? 'Unlock' : 'Lock'} conversation
        </button>`
      }
      ${
        may(visit, 'admin') &&
        !issue.pull &&
        html`<button name="act" value="delete">Delete issue</button>`
      }
    </form>
    ${transferForm(visit, issue)}
  </section>`;
}

function transferForm(visit: RepositoryVisit, issue: Issue): Html | false {
  const { repository, github } = visit;
  const others = github.state.repositories.filter(
    (each) => each.owner === repository.owner && each !== repository,
  );
  if (issue.pull || !may(visit, 'admin') || others.length === 0) return false;
  return html`<form method="post" action="${issuePath(visit, issue)}" class="handling">
    <select name="to" aria-label="Repository">
      ${others.map(({ name }) => html`<option value="${name}">${name}</option>`)}
    </select>
    <button name="act" value="transfer">Transfer</button>
  </form>`;
}
