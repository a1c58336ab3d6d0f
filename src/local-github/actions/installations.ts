/** Actions: an installation is made, narrowed, suspended, given other permissions, or removed; the App hears of each. */
import { installationShape } from '#local-github/shapes/accounts.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import type {
  Account,
  GitHub,
  Installation,
  Permissions,
  Repository,
} from '#local-github/state.ts';
import { repositoriesOf } from '#local-github/tokens.ts';

/** Installs the App for an account: on these repositories, or on all of it. */
export function install(
  github: GitHub,
  account: Account,
  {
    repositories,
    sender,
  }: { readonly repositories: 'all' | readonly Repository[]; readonly sender: Account },
): Installation {
  const { app, installations } = github.state;
  const installation: Installation = {
    id: github.state.nextId(),
    account,
    repositories: repositories === 'all' ? 'all' : new Set(repositories.map(({ id }) => id)),
    permissions: app.permissions,
    events: app.events,
    createdAt: github.now(),
    suspendedAt: null,
    suspendedBy: null,
  };
  installations.push(installation);
  tellInstallation(github, installation, { action: 'created', sender, more: { requester: null } });
  return installation;
}

export function suspend(
  github: GitHub,
  installation: Installation,
  {
    suspended,
    sender = installation.account,
  }: { readonly suspended: boolean; readonly sender?: Account },
): void {
  installation.suspendedAt = suspended ? github.now() : null;
  installation.suspendedBy = suspended ? sender : null;
  tellInstallation(github, installation, { action: suspended ? 'suspend' : 'unsuspend', sender });
}

/** Its tokens are unknown from now on. */
export function uninstall(
  github: GitHub,
  installation: Installation,
  sender: Account = installation.account,
): void {
  const { installations, tokens } = github.state;
  tellInstallation(github, installation, { action: 'deleted', sender });
  installations.splice(installations.indexOf(installation), 1);
  for (const token of tokens.values())
    if (token.installation === installation) token.revoked = true;
}

/** The owner accepts other permissions; a token may do what both it and its installation may. */
export function acceptPermissions(
  github: GitHub,
  installation: Installation,
  {
    permissions,
    sender = installation.account,
  }: { readonly permissions: Permissions; readonly sender?: Account },
): void {
  installation.permissions = { ...permissions, metadata: 'read' };
  tellInstallation(github, installation, { action: 'new_permissions_accepted', sender });
}

/** Adds a repository to those that the installation holds, or takes it away. */
export function selectRepository(
  github: GitHub,
  installation: Installation,
  {
    repository,
    selected,
    sender,
  }: { readonly repository: Repository; readonly selected: boolean; readonly sender: Account },
): void {
  const held = new Set(repositoriesOf(github.state, installation).map(({ id }) => id));
  if (held.has(repository.id) === selected) return;
  if (selected) held.add(repository.id);
  else held.delete(repository.id);
  installation.repositories = held;
  const small = smallShape(github, repository);
  github.emit({
    event: 'installation_repositories',
    action: selected ? 'added' : 'removed',
    repository: null,
    installation,
    sender,
    payload: {
      installation: installationShape(github, installation),
      repository_selection: 'selected',
      repositories_added: selected ? [small] : [],
      repositories_removed: selected ? [] : [small],
      requester: null,
    },
  });
  github.changes.emit('changed', 'installations');
}

interface News {
  readonly action: string;
  readonly sender: Account;
  readonly more?: Readonly<Record<string, unknown>>;
}

function tellInstallation(github: GitHub, installation: Installation, news: News): void {
  const { action, sender, more = {} } = news;
  const repositories = repositoriesOf(github.state, installation).map((each) =>
    smallShape(github, each),
  );
  const payload = { installation: installationShape(github, installation), repositories, ...more };
  github.emit({ event: 'installation', action, repository: null, installation, sender, payload });
  github.changes.emit('changed', 'installations');
}

function smallShape(github: GitHub, repository: Repository) {
  const { id, node_id, name, full_name } = repositoryShape(github, repository);
  return { id, node_id, name, full_name, private: repository.private };
}
