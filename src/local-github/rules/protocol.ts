/** Rules: how the API speaks, whatever it is asked: headers, paging, conditional requests, refusals. */
import type { Seen } from '#local-github/probing/ask.ts';
import { at } from '#local-github/probing/ask.ts';
import { Skipped, type Facts, type Place, type Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest';
const troubleshooting = `${docs}/using-the-rest-api/troubleshooting-the-rest-api`;
const limits = `${docs}/using-the-rest-api/rate-limits-for-the-rest-api`;
const practices = `${docs}/using-the-rest-api/best-practices-for-using-the-rest-api`;
const paging = `${docs}/using-the-rest-api/using-pagination-in-the-rest-api`;

/** A second question with what the first answer said. */
async function again(
  { ask, root }: Place,
  headers: (first: Seen) => Record<string, string>,
): Promise<Facts> {
  const first = await ask({ path: root });
  const second = await ask({ path: root, headers: headers(first) });
  const left = ({ headers: said }: Seen): number => Number(said['x-ratelimit-remaining']);
  return { ...second, first, cost: left(first) - left(second) };
}

/** The page of a list that has at least two with one item each. */
async function pageOf({ ask, root }: Place, query: string): Promise<Seen> {
  const seen = await ask({ path: `${root}/labels?${query}` });
  if (Array.isArray(seen.body) && seen.body.length === 0) throw new Skipped('there are no labels');
  if (seen.headers.link === undefined) throw new Skipped('there is only one label');
  return seen;
}

const spoken: readonly Omit<Rule, 'changes'>[] = [
  {
    id: 'protocol/media-type',
    rule: 'Answers are JSON in UTF-8, and name the media type that was chosen.',
    source: `${docs}/using-the-rest-api/getting-started-with-the-rest-api`,
    expect: {
      status: 200,
      'headers.content-type': 'application/json; charset=utf-8',
      'headers.x-github-media-type': 'github.v3; format=json',
    },
    probe: ({ ask, root }) => ask({ path: root }),
  },
  {
    id: 'protocol/request-id',
    rule: 'Each answer names its request, for questions to support.',
    source: troubleshooting,
    expect: { 'headers.x-github-request-id': /./ },
    probe: ({ ask, root }) => ask({ path: root }),
  },
  {
    id: 'protocol/version',
    rule: 'The version of the API that was asked for is the one that is answered in.',
    source: `${docs}/about-the-rest-api/api-versions`,
    expect: { 'headers.x-github-api-version-selected': '2022-11-28' },
    probe: ({ ask, root }) => ask({ path: root }),
  },
  {
    id: 'protocol/version-unknown',
    rule: 'A version of the API that does not exist is answered with 400.',
    source: troubleshooting,
    expect: { status: 400, 'body.message': /./ },
    probe: ({ ask, root }) =>
      ask({ path: root, headers: { 'x-github-api-version': '2001-01-01' } }),
  },
  {
    id: 'protocol/accept-unknown',
    rule: 'A media type that GitHub does not answer in is refused with 415.',
    source: 'https://github.com/devspace-sh/devspace/pull/282',
    expect: { status: 415, 'body.message': /Unsupported 'Accept' header/ },
    probe: ({ ask, root }) => ask({ path: root, headers: { accept: 'application/xml' } }),
  },
  {
    id: 'protocol/unknown-route',
    rule: 'A path that is no operation is answered with 404 in the usual shape.',
    source: troubleshooting,
    expect: { status: 404, 'body.message': 'Not Found', 'body.documentation_url': /^https:/ },
    probe: ({ ask, root }) => ask({ path: `${root}/no-such-operation` }),
  },
  {
    id: 'protocol/head',
    rule: 'HEAD is answered as GET is, without the body.',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#name-head',
    expect: { status: 200, body: null, 'headers.content-type': 'application/json; charset=utf-8' },
    probe: ({ ask, root }) => ask({ method: 'HEAD', path: root }),
  },
  {
    id: 'protocol/not-visible',
    rule: 'A repository that the token does not reach is answered with 404, not 403.',
    source: troubleshooting,
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, repository }) =>
      ask({ path: `/repos/${repository.owner}/no-such-repository-9f3b` }),
  },
  {
    id: 'protocol/private-to-nobody',
    rule: 'A private repository is answered with 404 to who has no token.',
    source: troubleshooting,
    expect: { status: 404, 'body.message': 'Not Found' },
    async probe({ ask, root }) {
      const { body } = await ask({ path: root });
      if (at(body, 'private') !== true) throw new Skipped('the repository is public');
      return ask({ as: 'nobody', path: root });
    },
  },
  {
    id: 'protocol/missing-issue',
    rule: 'An issue that is not there is answered with 404.',
    source: 'openapi issues/get',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/issues/999999999` }),
  },
  {
    id: 'protocol/missing-branch',
    rule: 'A branch that is not there is answered with 404.',
    source: 'openapi repos/get-branch',
    expect: { status: 404, 'body.message': 'Branch not found' },
    probe: ({ ask, root }) => ask({ path: `${root}/branches/no-such-branch-9f3b` }),
  },
  {
    id: 'protocol/missing-ref',
    rule: 'A ref that is not there is answered with 404.',
    source: 'openapi git/get-ref',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/git/ref/heads/no-such-branch-9f3b` }),
  },
  {
    id: 'protocol/missing-commit',
    rule: 'A commit that is not there is answered with 422.',
    source: 'openapi repos/get-commit',
    expect: { status: 422, 'body.message': /^No commit found for SHA/ },
    probe: ({ ask, root }) => ask({ path: `${root}/commits/${'f'.repeat(40)}` }),
  },
  {
    id: 'protocol/missing-file',
    rule: 'A file that is not there is answered with 404.',
    source: 'openapi repos/get-content',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/contents/no/such/file-9f3b` }),
  },
  {
    id: 'protocol/rate-headers',
    rule: 'Each answer tells the limit, what was used of it and what is left, and when it is whole again.',
    source: limits,
    expect: {
      'headers.x-ratelimit-limit': /^\d+$/,
      'headers.x-ratelimit-remaining': /^\d+$/,
      'headers.x-ratelimit-used': /^\d+$/,
      'headers.x-ratelimit-reset': /^\d{10}$/,
      'headers.x-ratelimit-resource': 'core',
    },
    probe: ({ ask, root }) => ask({ path: root }),
  },
  {
    id: 'protocol/rate-limit-nobody',
    rule: 'Who has no token may ask sixty times an hour.',
    source: limits,
    expect: { 'headers.x-ratelimit-limit': '60' },
    probe: ({ ask }) => ask({ as: 'nobody', path: '/meta' }),
  },
  {
    id: 'protocol/rate-limit-free',
    rule: 'To ask what is left of the limits costs nothing.',
    source: 'openapi rate-limit/get',
    expect: { isFree: true },
    async probe({ ask }) {
      const core = async (): Promise<number> =>
        Number(at((await ask({ path: '/rate_limit' })).body, 'resources.core.used'));
      return { isFree: (await core()) === (await core()) };
    },
  },
  {
    id: 'protocol/etag',
    rule: 'An answer to a read carries an entity tag.',
    source: practices,
    expect: { 'headers.etag': /^(W\/)?"[^"]+"$/ },
    probe: ({ ask, root }) => ask({ path: root }),
  },
  {
    id: 'protocol/etag-unchanged',
    rule: 'What has not changed since its entity tag is answered with 304, without a body, and costs nothing.',
    source: practices,
    expect: { status: 304, body: null, cost: 0 },
    probe: (place) => again(place, ({ headers }) => ({ 'if-none-match': headers.etag ?? '' })),
  },
  {
    id: 'protocol/etag-other',
    rule: 'Another entity tag is answered with the whole.',
    source: practices,
    expect: { status: 200 },
    probe: ({ ask, root }) => ask({ path: root, headers: { 'if-none-match': '"0123456789"' } }),
  },
  {
    id: 'protocol/last-modified',
    rule: 'A repository says when it was modified, and is not sent again to who knows it since.',
    source: practices,
    expect: { status: 304, 'first.headers.last-modified': / GMT$/ },
    probe: (place) =>
      again(place, ({ headers }) => ({ 'if-modified-since': headers['last-modified'] ?? '' })),
  },
  {
    id: 'protocol/link-next',
    rule: 'A page that is not the last leads to the next one and to the last.',
    source: paging,
    expect: { 'headers.link': /^<[^>]+[?&]page=2[^>]*>; rel="next", <[^>]+>; rel="last"$/ },
    probe: (place) => pageOf(place, 'per_page=1'),
  },
  {
    id: 'protocol/link-previous',
    rule: 'A page that is not the first leads to the one before and to the first.',
    source: paging,
    expect: {
      'headers.link': /<[^>]+[?&]page=1[^>]*>; rel="prev".*<[^>]+[?&]page=1[^>]*>; rel="first"$/,
    },
    probe: (place) => pageOf(place, 'per_page=1&page=2'),
  },
  {
    id: 'protocol/page-beyond',
    rule: 'A page beyond the last is empty and no error.',
    source: 'assumed',
    expect: { status: 200, body: [] },
    probe: ({ ask, root }) => ask({ path: `${root}/labels?page=9999` }),
  },
  {
    id: 'protocol/per-page-most',
    rule: 'More than a hundred a page are never sent.',
    source: paging,
    expect: { status: 200, isWithin: true },
    async probe({ ask, root }) {
      const { status, body } = await ask({ path: `${root}/commits?per_page=500` });
      return { status, isWithin: Array.isArray(body) && body.length <= 100 };
    },
  },
];

export const protocolRules: readonly Rule[] = spoken.map((rule) => ({
  ...rule,
  changes: 'nothing',
}));
