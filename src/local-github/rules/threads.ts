/** Rules: what GraphQL tells and changes of pull requests, most of all their review threads. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen, Who } from '#local-github/probing/ask.ts';
import { docs, graphql, inRepository } from '#local-github/probing/graphql-material.ts';
import {
  begun,
  changedLines,
  freshPull,
  push,
  review,
  sharedPull,
} from '#local-github/probing/review-material.ts';
import type { Material } from '#local-github/probing/review-material.ts';
import type { Place, Rule } from './rule.ts';

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

export const threadRules: readonly Rule[] = [
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
