/** The frame of every page: head, who one acts as, notice, tabs of the repository. */
import type { Repository } from '#local-github/state.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { html, type Html } from './html.ts';
import { icon } from './parts.ts';
import { pathOf, people, type Page, type Visit } from './view.ts';

export interface Frame extends Visit {
  readonly repository?: Repository;
}

/** The whole document. */
export function renderPage(frame: Frame, page: Page): string {
  const { github, repository } = frame;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title}</title>
        <link rel="stylesheet" href="/-/style.css" />
        <link rel="icon" href="data:," />
        <script src="/-/live.js" defer></script>
      </head>
      <body data-topics="${page.topics.join(' ')}">
        ${header(frame)} ${github.notice !== undefined && notice(github.notice)}
        ${repository && tabs(frame, repository)}
        <main>${page.content}</main>
        <footer>
          A local double of GitHub on real git repositories. Nothing here leaves this machine.
        </footer>
      </body>
    </html>`;
  return document.markup;
}

function notice(text: string): Html {
  return html`<div class="notice" role="status">${text}</div>`;
}

function header(frame: Frame): Html {
  const { github, repository } = frame;
  return html`<header class="top">
    <a class="brand" href="/">${icon('pull')}<span>Local GitHub</span></a>
    <nav class="top-links">
      <a href="/">Repositories</a>
      <a href="/settings/apps/${github.state.app.slug}/advanced">Deliveries</a>
      <a href="/settings/installations">Installations</a>
      <a href="/-/faults">Faults</a>
      ${github.rules !== undefined && html`<a href="/-/rules">Rules</a>`}
    </nav>
    ${actingAs(frame, people(github, repository))}
  </header>`;
}

function actingAs({ viewer, url }: Frame, accounts: ReturnType<typeof people>): Html {
  return html`<form class="acting" method="post" action="/-/acting-as">
    <input type="hidden" name="back" value="${url.pathname + url.search}" />
    <label for="acting-as">Acting as</label>
    <select id="acting-as" name="login" data-submit>
      ${accounts.map(
        ({ login }) =>
          html`<option value="${login}" ${login === viewer.login && html`selected`}>
            ${login}
          </option>`,
      )}
    </select>
    <noscript><button class="small">Change</button></noscript>
  </form>`;
}

/** The tab of each first part of an address. */
const places: Readonly<Record<string, string>> = {
  issues: 'issues',
  pulls: 'pulls',
  pull: 'pulls',
  runs: 'pulls',
  releases: 'releases',
  tags: 'releases',
};

function tabs({ url }: Frame, repository: Repository): Html {
  const root = pathOf(repository);
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open');
  const pulls = open.filter(({ pull }) => pull !== null).length;
  const section = url.pathname.slice(root.length + 1).split('/')[0] ?? '';
  const current = places[section] ?? 'code';
  const tab = (name: string, { href, text, count }: Tab) =>
    html`<a href="${href}" class="tab" ${name === current && html`aria-current="page"`}
      >${text}${count !== undefined && html`<span class="count">${count}</span>`}</a
    >`;
  return html`<div class="repository-head">
    <h1 class="repository-name">
      <a href="${root}"
        ><span class="muted">${repository.owner.login} /</span> ${repository.name}</a
      >
      <span class="badge">${repository.private ? 'Private' : 'Public'}</span>
    </h1>
    <nav class="tabs" data-live="tabs" aria-label="${fullName(repository)}">
      ${tab('code', { href: root, text: 'Code' })}
      ${tab('issues', { href: `${root}/issues`, text: 'Issues', count: open.length - pulls })}
      ${tab('pulls', { href: `${root}/pulls`, text: 'Pull requests', count: pulls })}
      ${tab('releases', { href: `${root}/releases`, text: 'Releases' })}
    </nav>
  </div>`;
}

interface Tab {
  readonly href: string;
  readonly text: string;
  readonly count?: number;
}
