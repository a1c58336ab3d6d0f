/** Organisations and teams as GitHub shows them. */
import type { GitHub } from '#local-github/state.ts';
import type { Organisation, Team } from '#local-github/state/releases.ts';
import { accountShape } from './accounts.ts';
import { apiRoot, nodeId } from './links.ts';

export function organisationShape(github: GitHub, { account, description }: Organisation) {
  const api = `${apiRoot(github)}/orgs/${account.login}`;
  const owned = github.state.repositories.filter(({ owner }) => owner === account);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: accountShape(github, account).avatar_url,
    description,
    name: account.name ?? account.login,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: owned.filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${github.url}/${account.login}`,
    type: 'Organization',
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
}

export function teamShape(github: GitHub, organisation: Organisation, team: Team) {
  const api = `${apiRoot(github)}/orgs/${organisation.account.login}/teams/${team.slug}`;
  const { createdAt, login } = organisation.account;
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    url: api,
    html_url: `${github.url}/orgs/${login}/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    type: 'organization',
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    parent: null,
    members_count: team.members.length,
    repos_count: 0,
    created_at: createdAt,
    updated_at: createdAt,
    organization: organisationShape(github, organisation),
  };
}
