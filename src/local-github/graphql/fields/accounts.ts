/** GraphQL: people, bots, organisations and teams. */
import { accountShape } from '#local-github/shapes/accounts.ts';
import { nodeId } from '#local-github/shapes/links.ts';
import type { ActorSource, Fields, TeamSource } from '#local-github/graphql/source.ts';

export const actorFields: Fields<ActorSource> = {
  id: ({ account }, _, { github }) => accountShape(github, account).node_id,
  databaseId: ({ account }) => account.id,
  // Bots have no "[bot]" here, other than in REST.
  login: ({ account }) => account.login.replace(/\[bot\]$/, ''),
  name: ({ account }) => account.name,
  url: ({ account }, _, { github }) => accountShape(github, account).html_url,
  resourcePath: ({ account }) => `/${account.login.replace(/^(.*)\[bot\]$/, 'apps/$1')}`,
  avatarUrl: ({ account }, _, { github }) => accountShape(github, account).avatar_url,
  createdAt: ({ account }) => account.createdAt,
};

export const teamFields: Fields<TeamSource> = {
  id: ({ team }) => nodeId('T', team.id),
  databaseId: ({ team }) => team.id,
  name: ({ team }) => team.name,
  slug: ({ team }) => team.slug,
  description: ({ team }) => team.description,
};
