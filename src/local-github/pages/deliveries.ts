/** The log of webhook deliveries, and the list of repositories that the local GitHub opens with. */
import { deliveriesOf } from '#local-github/hooks/log.ts';
import { notFound } from '#local-github/refusal.ts';
import type { Delivery, GitHub } from '#local-github/state.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { counted, html, type Html } from './html.ts';
import { icon, time } from './parts.ts';
import { pathOf, type Page, type Visit } from './view.ts';

/** Deliveries on the page; older ones are in the API. */
const shownAtMost = 100;

export function deliveriesPage({ github }: Visit): Page {
  const { app } = github.state;
  const shown = deliveriesOf(github).slice(0, shownAtMost);
  return {
    title: `Deliveries · ${app.name}`,
    topics: ['deliveries'],
    content: html`<header class="heading">
        <h2>Webhook deliveries of ${app.name}</h2>
        <p class="muted">
          ${app.hook.url === null ? 'No address is set: nothing is sent.' : html`Sent to <code>${app.hook.url}</code>.`}
          Each is tried once and known for three days, as GitHub does.
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
      <form class="buttons" method="post">
        <input type="hidden" name="id" value="${id}" />
        <span class="muted small-text">Delivery <code>${guid}</code></span>
        <span class="spacer"></span>
        <button class="small" name="action" value="redeliver">Redeliver</button>
      </form>
      <h4>Request</h4>
      <pre>${headerLines(delivery.request.headers)}</pre>
      <pre class="payload">${JSON.stringify(delivery.request.payload, null, 2)}</pre>
      <h4>Answer</h4>
      <pre>
${delivery.response === null ? status || 'Under way' : `${headerLines(delivery.response.headers)}\n\n${delivery.response.payload}`}</pre>
    </div>
  </details>`;
}

/** Sends it once more. Throws 404 when it is forgotten. */
export function pressDeliveries({ github }: Visit, form: URLSearchParams): string {
  const id = Number(form.get('id'));
  const delivery = deliveriesOf(github).find((each) => each.id === id);
  if (!delivery) throw notFound();
  github.redeliver(delivery);
  return `/settings/apps/${github.state.app.slug}/advanced`;
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
