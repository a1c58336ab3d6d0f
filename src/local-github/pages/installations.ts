/** The page of installations: an owner installs the App, chooses its repositories, suspends and removes it. */
import {
  acceptPermissions,
  install,
  selectRepository,
  suspend,
  uninstall,
} from '#local-github/actions/installations.ts';
import { notFound } from '#local-github/refusal.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { Account, GitHub, Installation } from '#local-github/state.ts';
import { repositoriesOf } from '#local-github/tokens.ts';
import { html, type Html } from './html.ts';
import { time } from './parts.ts';
import type { Page, Visit } from './view.ts';

const address = '/settings/installations';

export function installationsPage({ github }: Visit): Page {
  const { app, installations } = github.state;
  const without = ownersOf(github).filter(
    (owner) => !installations.some(({ account }) => account.id === owner.id),
  );
  return {
    title: `Installations · ${app.name}`,
    topics: ['installations'],
    content: html`<header class="heading">
        <h2>Installations of ${app.name}</h2>
        <p class="muted">The App hears of everything that is done here.</p>
      </header>
      <div data-live="installations">
        ${installations.map((each) => installationBox(github, each))}
        ${without.map(
          ({ login }) =>
            html`<form class="box row" method="post" action="${address}">
              <input type="hidden" name="account" value="${login}" />
              <div class="row-text"><strong>${login}</strong> has not installed it.</div>
              <button class="small" name="action" value="install">Install</button>
            </form>`,
        )}
      </div>`,
  };
}

function ownersOf({ state }: GitHub): readonly Account[] {
  return [...new Set(state.repositories.map(({ owner }) => owner))];
}

function installationBox(github: GitHub, installation: Installation): Html {
  const { id, account, permissions, suspendedAt, createdAt } = installation;
  const held = repositoriesOf(github.state, installation);
  const all = github.state.repositories.filter(({ owner }) => owner.id === account.id);
  const granted = Object.entries(permissions).map(([name, level]) => `${name}: ${level}`);
  const asked = JSON.stringify(permissions) !== JSON.stringify(github.state.app.permissions);
  const button = (action: string, text: string, more: Html | false = false): Html =>
    html`<form method="post" action="${address}">
      <input type="hidden" name="id" value="${id}" />${more}
      <button class="small" name="action" value="${action}">${text}</button>
    </form>`;
  return html`<section class="box" id="installation-${id}">
    <div class="row">
      <div class="row-text">
        <p class="row-title">
          <strong>${account.login}</strong>
          ${suspendedAt !== null && html`<span class="badge">suspended</span>`}
        </p>
        <p class="muted small-text">Installed ${time(createdAt)} · ${granted.join(', ')}</p>
      </div>
      ${asked && button('permissions', 'Accept new permissions')}
      ${suspendedAt === null ? button('suspend', 'Suspend') : button('unsuspend', 'Unsuspend')}
      ${button('remove', 'Uninstall')}
    </div>
    ${all.map((repository) => {
      const selected = held.includes(repository);
      const which = html`<input type="hidden" name="repository" value="${repository.id}" />`;
      return html`<div class="row">
        <div class="row-text">${fullName(repository)}</div>
        ${selected ? button('take', 'Take away', which) : button('add', 'Add', which)}
      </div>`;
    })}
  </section>`;
}

/** Throws 404 where the installation, account or repository is gone. */
export function pressInstallations(
  { github, viewer: sender }: Visit,
  form: URLSearchParams,
): string {
  const action = form.get('action');
  if (action === 'install') {
    const account = ownersOf(github).find(({ login }) => login === form.get('account'));
    if (!account) throw notFound();
    install(github, account, { repositories: 'all', sender });
    return address;
  }
  const id = Number(form.get('id'));
  const installation = github.state.installations.find((each) => each.id === id);
  if (!installation) throw notFound();
  if (action === 'remove') uninstall(github, installation, sender);
  else if (action === 'permissions') {
    const { permissions } = github.state.app;
    acceptPermissions(github, installation, { permissions, sender });
  } else if (action === 'add' || action === 'take') {
    const repository = github.state.repositories.find(
      (each) => each.id === Number(form.get('repository')),
    );
    if (!repository) throw notFound();
    selectRepository(github, installation, { repository, selected: action === 'add', sender });
  } else suspend(github, installation, { suspended: action === 'suspend', sender });
  return address;
}
