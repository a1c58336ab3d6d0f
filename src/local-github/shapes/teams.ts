/** Teams of an organisation as GitHub shows them. */
import type { Account, GitHub } from '#local-github/state.ts';
import type { Team } from '#local-github/state/releases.ts';
import { apiRoot, nodeId } from './links.ts';

export function teamShape(github: GitHub, owner: Account, team: Team) {
  const api = `${apiRoot(github)}/organizations/${owner.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'push',
    url: api,
    html_url: `${github.url}/orgs/${owner.login}/teams/${team.slug}`,
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    parent: null,
  };
}
