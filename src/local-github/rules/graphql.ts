/** Rules: GraphQL, its bounds and its errors. */
import { at } from '#local-github/probing/ask.ts';
import { docs, graphql, inRepository } from '#local-github/probing/graphql-material.ts';
import type { Rule } from './rule.ts';

const limits = `${docs}/overview/rate-limits-and-query-limits-for-the-graphql-api`;

export const graphqlRules: readonly Rule[] = [
  {
    id: 'graphql/unknown-repository',
    rule: 'What is not there is null, with a NOT_FOUND error, and the status is 200.',
    source: docs,
    changes: 'nothing',
    expect: {
      status: 200,
      'body.data.repository': null,
      'body.errors.0.type': 'NOT_FOUND',
      'body.errors.0.path': ['repository'],
      'body.errors.0.message': /^Could not resolve to a Repository with the name '/,
    },
    probe: (place) => {
      const owner = place.repository.owner;
      const query = `{ repository(owner: "${owner}", name: "no-such-repository-here") { id } }`;
      return graphql(place, { query });
    },
  },
  {
    id: 'graphql/unknown-node',
    rule: 'A node id that names nothing is answered with NOT_FOUND.',
    source: 'https://github.com/actions/add-to-project/issues/168',
    changes: 'nothing',
    expect: {
      status: 200,
      'body.errors.0.type': 'NOT_FOUND',
      'body.errors.0.message': /^Could not resolve to a node with the global id of '/,
    },
    probe: (place) => graphql(place, { query: '{ node(id: "PRRT_nothing") { id } }' }),
  },
  {
    id: 'graphql/no-bounds',
    rule: 'A list without `first` or `last` is refused.',
    source: limits,
    changes: 'nothing',
    expect: { status: 200, 'body.errors.0.type': 'MISSING_PAGINATION_BOUNDARIES' },
    probe: (place) => inRepository(place, 'labels { nodes { name } }'),
  },
  {
    id: 'graphql/too-many',
    rule: 'A list of more than a hundred is refused.',
    source: limits,
    changes: 'nothing',
    expect: { status: 200, 'body.errors.0.type': 'EXCESSIVE_PAGINATION' },
    probe: (place) => inRepository(place, 'labels(first: 101) { nodes { name } }'),
  },
  {
    id: 'graphql/unknown-field',
    rule: 'A field that does not exist refuses the whole document, with the status 200.',
    source: 'assumed',
    changes: 'nothing',
    expect: { status: 200, data: false, message: /lable/ },
    probe: async (place) => {
      const { status, body } = await inRepository(place, 'lable');
      return {
        status,
        data: at(body, 'data') !== undefined,
        message: at(body, 'errors.0.message'),
      };
    },
  },
  {
    id: 'graphql/nobody',
    rule: 'GraphQL answers nobody who does not say who they are.',
    source: `${docs}/guides/forming-calls-with-graphql`,
    changes: 'nothing',
    expect: { status: /^40[13]$/ },
    probe: async (place) => {
      const { status } = await graphql(place, { query: '{ viewer { login } }', as: 'nobody' });
      return { status: String(status) };
    },
  },
  {
    id: 'graphql/limits',
    rule: 'GraphQL has its own hourly limit, told in headers and in `rateLimit`.',
    source: limits,
    changes: 'nothing',
    expect: { resource: 'graphql', cost: 1, same: true },
    probe: async (place) => {
      const seen = await graphql(place, { query: '{ rateLimit { cost limit remaining } }' });
      const resource = seen.headers['x-ratelimit-resource'];
      const limit = String(at(seen.body, 'data.rateLimit.limit'));
      const cost = at(seen.body, 'data.rateLimit.cost');
      return { resource, cost, same: limit === seen.headers['x-ratelimit-limit'] };
    },
  },
  {
    id: 'graphql/node-ids',
    rule: 'What REST tells as `node_id` is the `id` in GraphQL.',
    source: `${docs}/guides/using-global-node-ids`,
    changes: 'nothing',
    expect: { same: true },
    probe: async (place) => {
      const rest = await place.ask({ path: place.root });
      const seen = await inRepository(place, 'id');
      return { same: at(rest.body, 'node_id') === at(seen.body, 'data.repository.id') };
    },
  },
  {
    id: 'graphql/pages',
    rule: 'The end of a page is the cursor after which the next begins.',
    source: `${docs}/guides/using-pagination-in-the-graphql-api`,
    changes: 'nothing',
    expect: { follows: true },
    probe: async (place) => {
      const page = (after: string) =>
        inRepository(
          place,
          `defaultBranchRef { target { ... on Commit { history(first: 1${after}) {
            nodes { oid } pageInfo { endCursor hasNextPage } totalCount } } } }`,
        );
      const path = 'data.repository.defaultBranchRef.target.history';
      const first = (await page('')).body;
      if (at(first, `${path}.pageInfo.hasNextPage`) !== true)
        return { follows: at(first, `${path}.totalCount`) === 1 };
      const cursor = JSON.stringify(at(first, `${path}.pageInfo.endCursor`));
      const second = (await page(`, after: ${cursor}`)).body;
      const oid = (body: unknown) => at(body, `${path}.nodes.0.oid`);
      return { follows: typeof oid(second) === 'string' && oid(second) !== oid(first) };
    },
  },
];
