/** GraphQL: where every query begins. */
import { actor, failure, noNode, textArg, textsArg } from '#local-github/graphql/source.ts';
import type { Args, Context, Fields } from '#local-github/graphql/source.ts';
import { nodeById } from '#local-github/graphql/nodes.ts';
import { findRepository, sees } from '#local-github/rest/route.ts';

function repository(_: unknown, args: Args, { github, caller }: Context) {
  const [owner, name] = [textArg(args, 'owner'), textArg(args, 'name')];
  const found = findRepository(github, owner, name);
  if (!found || !sees(caller, found))
    throw failure(
      'NOT_FOUND',
      `Could not resolve to a Repository with the name '${owner}/${name}'.`,
    );
  return { __typename: 'Repository', repository: found };
}

function accountNamed(type: 'User' | 'Organization') {
  return (_: unknown, args: Args, { github }: Context) => {
    const login = textArg(args, 'login');
    const found = github.state.accounts.find(
      (each) => each.type === type && each.login.toLowerCase() === login.toLowerCase(),
    );
    if (found) return actor(found);
    throw failure('NOT_FOUND', `Could not resolve to a ${type} with the login of '${login}'.`);
  };
}

function node(context: Context, id: string) {
  const found = nodeById(context, id);
  if (!found) throw noNode(id);
  return found;
}

export const queryFields: Fields<unknown> = {
  repository,
  node: (_, args, context) => node(context, textArg(args, 'id')),
  nodes: (_, args, context) =>
    (textsArg(args, 'ids') ?? []).map((id) => {
      try {
        return node(context, id);
      } catch (thrown) {
        // In a list each has its own error.
        return thrown;
      }
    }),
  user: accountNamed('User'),
  organization: accountNamed('Organization'),
  viewer: (_, __, { caller }) =>
    caller.kind === 'anonymous' ? null : { ...actor(caller.account), __typename: 'User' },
  rateLimit: (_, __, { rate, cost, nodeCount }) => ({
    limit: rate.limit,
    used: rate.used,
    remaining: rate.remaining,
    resetAt: `${new Date(rate.reset * 1000).toISOString().slice(0, 19)}Z`,
    cost,
    nodeCount,
  }),
};
