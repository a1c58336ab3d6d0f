/** Rules: GraphQL, its bounds, its errors, and the review threads that only it can resolve. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen, Who } from '#local-github/probing/ask.ts';
import { begun, changedLines, freshPull, push, review, sharedPull } from './review-material.ts';
import type { Material } from './review-material.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/graphql';
const limits = `${docs}/overview/rate-limits-and-query-limits-for-the-graphql-api`;

interface Document {
  readonly query: string;
  readonly variables?: object;
  readonly as?: Who;
}

/** The double answers below `/api/v3` too, where the probes' addresses begin. */
function graphql({ ask }: Pick<Place, 'ask'>, { query, variables = {}, as }: Document) {
  const body = { query, variables };
  return ask({ ...(as ? { as } : {}), method: 'POST', path: '/graphql', body });
}

function inRepository(place: Place, fields: string, as?: Who): Promise<Seen> {
  const { owner, name } = place.repository;
  const query = `query($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { ${fields} } }`;
  return graphql(place, { query, variables: { owner, name }, ...(as ? { as } : {}) });
}

function threads(place: Place, { number }: Material, fields: string): Promise<Seen> {
  return inRepository(
    place,
    `pullRequest(number: ${number}) { reviewThreads(last: 1) { nodes { ${fields} } } }`,
  );
}

async function lastThread(place: Place, material: Material): Promise<string> {
  const seen = await threads(place, material, 'id');
  return String(at(seen.body, 'data.repository.pullRequest.reviewThreads.nodes.0.id'));
}

function mutate(place: Place, call: string, as?: Who): Promise<Seen> {
  return graphql(place, { query: `mutation { ${call} }`, ...(as ? { as } : {}) });
}

const nodes = 'body.data.repository.pullRequest.reviewThreads.nodes';

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
  {
    id: 'graphql/threads',
    rule: 'A review thread tells its place, its state and its comments.',
    source: `${docs}/reference/objects#pullrequestreviewthread`,
    changes: 'something',
    expect: {
      [`${nodes}.0.isResolved`]: false,
      [`${nodes}.0.isOutdated`]: false,
      [`${nodes}.0.path`]: 'docs/long.md',
      [`${nodes}.0.line`]: 3,
      [`${nodes}.0.comments.nodes.0.author.login`]: 'ada',
      errors: false,
    },
    probe: async (place) => {
      const material = await sharedPull(place);
      await begun(place, material);
      const fields = `isResolved isOutdated path line diffSide originalLine
        comments(first: 5) { nodes { id author { login } body } }`;
      const { body } = await threads(place, material, fields);
      return { body, errors: at(body, 'errors') !== undefined };
    },
  },
  {
    id: 'graphql/resolve',
    rule: 'A thread is resolved and unresolved by its id, and tells by whom.',
    source: `${docs}/reference/mutations#resolvereviewthread`,
    changes: 'something',
    expect: { resolved: true, by: 'ada', after: false },
    probe: async (place) => {
      const material = await sharedPull(place);
      await begun(place, material);
      const id = await lastThread(place, material);
      const run = (name: string) =>
        mutate(
          place,
          `${name}(input: { threadId: "${id}" }) { thread { isResolved resolvedBy { login } } }`,
          '@ada',
        );
      const done = at((await run('resolveReviewThread')).body, 'data.resolveReviewThread.thread');
      const back = await run('unresolveReviewThread');
      return {
        resolved: at(done, 'isResolved'),
        by: at(done, 'resolvedBy.login'),
        after: at(back.body, 'data.unresolveReviewThread.thread.isResolved'),
      };
    },
  },
  {
    id: 'graphql/resolve-needs-contents',
    rule: 'An App needs `contents: write` to resolve a thread; `pull_requests: write` is not enough.',
    source: 'https://github.com/github/gh-aw/issues/35726',
    changes: 'something',
    expect: {
      status: 200,
      'body.data.resolveReviewThread': null,
      'body.errors.0.type': 'FORBIDDEN',
      'body.errors.0.message': 'Resource not accessible by integration',
    },
    probe: async (place) => {
      const material = await sharedPull(place);
      await begun(place, material);
      const id = await lastThread(place, material);
      const permissions = { pull_requests: 'write', contents: 'read' };
      const found = await place.double.done({ as: 'app', path: `${place.root}/installation` });
      const minted = await place.double.done({
        as: 'app',
        method: 'POST',
        path: `/app/installations/${String(at(found, 'id'))}/access_tokens`,
        body: { permissions },
      });
      return place.ask({
        as: 'nobody',
        method: 'POST',
        path: '/graphql',
        headers: { authorization: `Bearer ${String(at(minted, 'token'))}` },
        body: {
          query: `mutation { resolveReviewThread(input: { threadId: "${id}" }) { thread { id } } }`,
        },
      });
    },
  },
  {
    id: 'graphql/outdated-thread',
    rule: 'A thread whose line a push changed is outdated and has no line.',
    source: 'assumed',
    changes: 'something',
    expect: { [`${nodes}.0.isOutdated`]: true, [`${nodes}.0.line`]: null },
    probe: async (place) => {
      const material = await freshPull(place);
      await begun(place, material);
      await push(place, material, changedLines.replace('three', 'drei'));
      return threads(place, material, 'isOutdated line originalLine');
    },
  },
  {
    id: 'graphql/bot-names',
    rule: 'The login of an App has no "[bot]" in GraphQL.',
    source: 'assumed',
    changes: 'something',
    expect: { login: 'sluice-local', type: 'Bot' },
    probe: async (place) => {
      const { number } = await sharedPull(place);
      const seen = await inRepository(
        place,
        `pullRequest(number: ${number}) { author { __typename login } }`,
      );
      const author = at(seen.body, 'data.repository.pullRequest.author');
      return { login: at(author, 'login'), type: at(author, '__typename') };
    },
  },
  {
    id: 'graphql/ready',
    rule: 'A draft is marked as ready, and made a draft again, only through GraphQL.',
    source: `${docs}/reference/mutations#markpullrequestreadyforreview`,
    changes: 'something',
    expect: { drafts: [true, false] },
    probe: async (place) => {
      const { pull } = await sharedPull(place);
      const id = String(at(await place.double.done({ path: pull }), 'node_id'));
      const run = async (name: string) => {
        const call = `${name}(input: { pullRequestId: "${id}" }) { pullRequest { isDraft } }`;
        return at((await mutate(place, call)).body, `data.${name}.pullRequest.isDraft`);
      };
      const before = await run('convertPullRequestToDraft');
      return { drafts: [before, await run('markPullRequestReadyForReview')] };
    },
  },
  {
    id: 'graphql/minimize',
    rule: 'A comment is folded up with a reason.',
    source: `${docs}/reference/mutations#minimizecomment`,
    changes: 'something',
    expect: {
      'body.data.minimizeComment.minimizedComment': {
        isMinimized: true,
        minimizedReason: 'outdated',
      },
    },
    probe: async (place) => {
      const { node } = await begun(place, await sharedPull(place));
      const input = `{ subjectId: "${node}", classifier: OUTDATED }`;
      const fields = 'minimizedComment { isMinimized minimizedReason }';
      return mutate(place, `minimizeComment(input: ${input}) { ${fields} }`);
    },
  },
  {
    id: 'graphql/closing',
    rule: 'A pull request names the issues that its text closes.',
    source: `${docs}/reference/objects#pullrequest`,
    changes: 'something',
    expect: { closes: true },
    probe: async (place) => {
      const { double, root } = place;
      const issue = await double.issue();
      const { number, pull } = await sharedPull(place);
      const body = { body: `Fixes #${issue}` };
      await double.done({ method: 'PATCH', path: `${root}/pulls/${number}`, body });
      const seen = await inRepository(
        place,
        `pullRequest(number: ${number}) { closingIssuesReferences(first: 5) { nodes { number } } }`,
      );
      const path = 'data.repository.pullRequest.closingIssuesReferences.nodes.0.number';
      return { closes: at(seen.body, path) === issue, pull };
    },
  },
  {
    id: 'graphql/pending-reply',
    rule: 'An answer by someone with a pending review goes into that review.',
    source: 'assumed',
    changes: 'something',
    expect: { state: 'PENDING' },
    probe: async (place) => {
      const material = await freshPull(place);
      await begun(place, material);
      await review(place, material, {});
      const id = await lastThread(place, material);
      const input = `{ pullRequestReviewThreadId: "${id}", body: "Later." }`;
      const call = `addPullRequestReviewThreadReply(input: ${input}) { comment { state } }`;
      const { body } = await mutate(place, call);
      return { state: at(body, 'data.addPullRequestReviewThreadReply.comment.state') };
    },
  },
];
