/** REST: organisations, who belongs to them, and their teams. */
import { tokenAllows } from '#local-github/caller.ts';
import { notAccessible, notFound, Refusal } from '#local-github/refusal.ts';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { organisationShape, teamShape } from '#local-github/shapes/organisations.ts';
import { apiRoot } from '#local-github/shapes/links.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import type { Organisation, Team } from '#local-github/state/releases.ts';
import { noContent, ok, paged, sees } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function organisationOf({ github, params }: Exchange): Organisation {
  const wanted = (params.org ?? '').toLowerCase();
  const found = github.state.organisations.find(
    ({ account }) => account.login.toLowerCase() === wanted,
  );
  if (!found) throw notFound();
  return found;
}

/** Of an App the permission for members, of a person to be one of them. Throws 401, 403 or 404. */
function demandMember({ caller }: Exchange, { account, members }: Organisation): void {
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  if (caller.kind === 'user' && members.includes(caller.account)) return;
  if (caller.kind !== 'installation') throw notFound();
  const own = caller.token.installation.account.id === account.id;
  if (!own || !tokenAllows(caller.token, 'members', 'read')) throw notAccessible();
}

function show(exchange: Exchange): Answer {
  return ok(organisationShape(exchange.github, organisationOf(exchange)));
}

function listRepositories(exchange: Exchange): Answer {
  const { account } = organisationOf(exchange);
  const { github, caller } = exchange;
  const own = github.state.repositories.filter(
    (each) => each.owner === account && sees(caller, each),
  );
  return paged(exchange, own, (each) => repositoryShape(github, each));
}

function listMembers(exchange: Exchange): Answer {
  const organisation = organisationOf(exchange);
  demandMember(exchange, organisation);
  return paged(exchange, organisation.members, (each) => accountShape(exchange.github, each));
}

function isMember(exchange: Exchange): Answer {
  const organisation = organisationOf(exchange);
  demandMember(exchange, organisation);
  if (!organisation.members.some(({ login }) => login === exchange.params.user)) throw notFound();
  return noContent;
}

function teamOf(exchange: Exchange): { organisation: Organisation; team: Team } {
  const organisation = organisationOf(exchange);
  demandMember(exchange, organisation);
  const team = organisation.teams.find(({ slug }) => slug === exchange.params.team);
  if (!team) throw notFound();
  return { organisation, team };
}

function showTeam(exchange: Exchange): Answer {
  const { organisation, team } = teamOf(exchange);
  return ok(teamShape(exchange.github, organisation, team));
}

function listTeamMembers(exchange: Exchange): Answer {
  const { team } = teamOf(exchange);
  return paged(exchange, team.members, (each) => accountShape(exchange.github, each));
}

function showMembership(exchange: Exchange): Answer {
  const { organisation, team } = teamOf(exchange);
  const { github, params } = exchange;
  const user = params.user ?? '';
  if (!team.members.some(({ login }) => login === user)) throw notFound();
  const path = `orgs/${organisation.account.login}/teams/${team.slug}/memberships/${user}`;
  return ok({ state: 'active', role: 'member', url: `${apiRoot(github)}/${path}` });
}

const org = '/orgs/:org';

export const organisationRoutes: readonly Route[] = [
  { method: 'GET', path: org, run: show },
  { method: 'GET', path: `${org}/repos`, run: listRepositories },
  { method: 'GET', path: `${org}/members`, run: listMembers },
  { method: 'GET', path: `${org}/members/:user`, run: isMember },
  { method: 'GET', path: `${org}/teams/:team`, run: showTeam },
  { method: 'GET', path: `${org}/teams/:team/members`, run: listTeamMembers },
  { method: 'GET', path: `${org}/teams/:team/memberships/:user`, run: showMembership },
];
