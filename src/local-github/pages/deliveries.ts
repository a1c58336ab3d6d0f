/** The log of webhook deliveries, and the list of repositories that the local GitHub opens with. */
import type { Delivery, GitHub } from '#local-github/state.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { counted, html, type Html } from './html.ts';
import { icon, time } from './parts.ts';
import { pathOf, type Page, type Visit } from './view.ts';

/** Deliveries on the page; older ones are in the API. */
const shownAtMost = 100;

export function deliveriesPage({ github }: Visit): Page {
  const { app, deliveries } = github.state;
  const shown = deliveries.slice(-shownAtMost).reverse();
  return {
    title: `Deliveries · ${app.name}`,
    topics: ['deliveries'],
    content: html`<header class="heading">
        <h2>Webhook deliveries of ${app.name}</h2>
        <p class="muted">
          ${app.hook.url === null ? 'No address is set: nothing is sent.' : html`Sent to <code>${app.hook.url}</code>.`}
          Each is tried once, as GitHub does.
        </p>
      </header>
      <div class="box" data-live="deliveries">
        ${
          shown.length === 0
            ? html`<p class="empty">Nothing has been sent yet.</p>`
            : shown.map((delivery) => deliveryRow(github, delivery))
        }
      </div>`,
  };
}

function deliveryRow({ state }: GitHub, delivery: Delivery): Html {
  const { id, guid, event, action, deliveredAt, redelivery, statusCode, status, duration } =
    delivery;
  const repository = state.repositories.find((each) => each.id === delivery.repository);
  const kind =
    status === '' ? 'pending' : statusCode >= 200 && statusCode < 300 ? 'success' : 'failure';
  return html`<details class="check delivery" id="delivery-${id}">
    <summary>
      <span class="mark ${kind}">${icon(kind, kind)}</span>
      <strong>${event}${action !== null && `.${action}`}</strong>
      ${redelivery && html`<span class="badge">redelivery</span>`}
      <span class="muted small-text">${repository && fullName(repository)}</span>
      <span class="spacer"></span>
      <span class="muted small-text"
        >${answered(statusCode, status)} · ${duration.toFixed(2)} s · ${time(deliveredAt)}</span
      >
    </summary>
    <div class="body">
      <p class="muted small-text">Delivery <code>${guid}</code></p>
      <h4>Request</h4>
      <pre>${headerLines(delivery.request.headers)}</pre>
      <pre class="payload">${JSON.stringify(delivery.request.payload, null, 2)}</pre>
      <h4>Answer</h4>
      <pre>
${delivery.response === null ? status || 'Under way' : `${headerLines(delivery.response.headers)}\n\n${delivery.response.payload}`}</pre>
    </div>
  </details>`;
}

function answered(statusCode: number, status: string): string {
  if (status === '') return 'under way';
  return statusCode === 0 ? status : `${statusCode} ${status}`;
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

export function repositoriesPage({ github }: Visit): Page {
  const { repositories } = github.state;
  return {
    title: 'Local GitHub',
    topics: repositories.map(fullName),
    content: html`<h2>Repositories</h2>
      <div class="box" data-live="repositories">
        ${repositories.length === 0 && html`<p class="empty">There is no repository.</p>`}
        ${repositories.map((repository) => {
          const open = [...repository.issues.values()].filter(({ state }) => state === 'open');
          const pulls = open.filter(({ pull }) => pull !== null).length;
          return html`<div class="row">
            ${icon('folder', 'folder')}
            <div class="row-text">
              <a href="${pathOf(repository)}"><strong>${fullName(repository)}</strong></a>
              <p class="muted small-text">${repository.description}</p>
            </div>
            <a class="plain muted" href="${pathOf(repository)}/issues"
              >${counted(open.length - pulls, 'issue')}</a
            >
            <a class="plain muted" href="${pathOf(repository)}/pulls"
              >${counted(pulls, 'pull request')}</a
            >
          </div>`;
        })}
      </div>`,
  };
}
