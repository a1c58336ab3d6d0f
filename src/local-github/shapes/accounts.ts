/** Users, bots and organisations, and the App, as GitHub shows them. */
import type { Account, GitHub, Installation } from '#local-github/state.ts';
import type { CheckApp } from '#local-github/state/checks.ts';
import { apiRoot, nodeId } from './links.ts';

export function accountShape(github: GitHub, account: Account) {
  const api = `${apiRoot(github)}/users/${encodeURIComponent(account.login)}`;
  const page = account.login.replace(/^(.*)\[bot\]$/, 'apps/$1');
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `${github.url}/avatars/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${github.url}/${page}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** The profile: what `GET /users/{login}` answers, and `GET /user` with a little more. */
export function profileShape(github: GitHub, account: Account) {
  const owned = github.state.repositories.filter(({ owner }) => owner.id === account.id);
  return {
    ...accountShape(github, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: owned.filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

export function ownProfileShape(github: GitHub, account: Account) {
  const owned = github.state.repositories.filter(({ owner }) => owner.id === account.id);
  const hidden = owned.filter((repository) => repository.private).length;
  return {
    ...profileShape(github, account),
    private_gists: 0,
    total_private_repos: hidden,
    owned_private_repos: hidden,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

export function appShape(github: GitHub, app: CheckApp) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    client_id: app.clientId,
    owner: accountShape(github, app.owner),
    name: app.name,
    description: '',
    external_url: github.url,
    html_url: `${github.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationShape(github: GitHub, installation: Installation) {
  const { app } = github.state;
  const owner = accountShape(github, installation.account);
  return {
    id: installation.id,
    account: owner,
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${apiRoot(github)}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${apiRoot(github)}/installation/repositories`,
    html_url: `${github.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedBy && accountShape(github, installation.suspendedBy),
    suspended_at: installation.suspendedAt,
  };
}
