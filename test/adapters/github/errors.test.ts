/** What GitHub refuses becomes one of our kinds, which alone tells the engine what to do. */
import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { githubForge } from '#adapters/github/forge.ts';
import { SluiceError } from '#core/errors.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { appAt, handClock } from './surroundings.ts';

const api = 'https://api.github.example';
const start = new Date('2026-11-21T12:00:00Z');
const token = `ghs_${'a1B2'.repeat(120)}.x-y.z_`;
const repository = {
  id: 5,
  owner: 'ann',
  name: 'shop',
  defaultBranch: 'main',
  private: true,
  installation: 9,
};

beforeAll(() => {
  nock.disableNetConnect();
  return () => {
    nock.enableNetConnect();
    nock.restore();
  };
});
afterEach(() => nock.cleanAll());

async function openSession(clock = handClock(start)): Promise<RepositorySession> {
  const app = await appAt(api, { clock });
  return githubForge({ app, clock }).open(repository);
}

function minting(status = 201, body: nock.Body = { token, expires_at: '2026-11-21T13:00:00Z' }) {
  return nock(api).post('/app/installations/9/access_tokens').reply(status, body);
}

async function failureOf(work: Promise<unknown>): Promise<SluiceError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof SluiceError) return thrown;
  throw new Error('no SluiceError was thrown', { cause: thrown });
}

const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const used = { 'x-ratelimit-remaining': '0' };
const reset = { 'x-ratelimit-reset': String(later(900).getTime() / 1000) };

test.each<[string, number, string, Record<string, string>, string, Date | undefined]>([
  ['wrong credentials', 401, 'Bad credentials', {}, 'refused', undefined],
  ['a missing permission', 403, 'Resource not accessible by integration', {}, 'refused', undefined],
  [
    'an archived repository',
    403,
    'Repository was archived so is read-only.',
    {},
    'refused',
    undefined,
  ],
  [
    'the primary limit',
    403,
    'API rate limit exceeded',
    { ...used, ...reset },
    'exhausted',
    later(900),
  ],
  [
    'a limit that was reset meanwhile',
    403,
    'API rate limit exceeded',
    { ...used, 'x-ratelimit-reset': '1' },
    'exhausted',
    later(60),
  ],
  [
    'the secondary limit',
    403,
    'You have exceeded a secondary rate limit',
    { 'retry-after': '30' },
    'exhausted',
    later(30),
  ],
  [
    'the secondary limit told by words alone',
    403,
    'You have exceeded a secondary rate limit.',
    reset,
    'exhausted',
    later(60),
  ],
  ['too many requests', 429, 'Too many requests', { 'retry-after': '7' }, 'exhausted', later(7)],
  ['an issue that is gone', 404, 'Not Found', {}, 'stale', undefined],
  ['an issue that was deleted', 410, 'This issue was deleted', {}, 'stale', undefined],
  ['a conflict', 409, 'Conflict', {}, 'stale', undefined],
  ['a head that moved', 422, 'No commit found for SHA: 123', {}, 'stale', undefined],
  ['a value that GitHub does not take', 422, 'Validation Failed', {}, 'invalid', undefined],
  ['a server error', 502, 'Server Error', {}, 'unavailable', undefined],
])('%s (%i) is %4$s', async (_, status, message, headers, kind, retryAt) => {
  minting();
  nock(api).get('/repos/ann/shop/issues/3').reply(status, { message }, headers);
  const session = await openSession();
  const error = await failureOf(session.issue(3));
  expect(error.kind).toBe(kind);
  expect(error.retryAt).toEqual(retryAt);
  expect(error.message).toContain('read issue #3');
});

test('a refusal names the permission that is missing', async () => {
  minting();
  const headers = { 'x-accepted-github-permissions': 'issues=read' };
  nock(api).get('/repos/ann/shop/issues/3').reply(403, { message: 'no' }, headers);
  const { hint } = await failureOf((await openSession()).issue(3));
  expect(hint).toContain('"issues=read"');
});

test('no network is unavailable, and so is an answer that nobody understands', async () => {
  minting();
  nock(api).get('/repos/ann/shop/issues/3').replyWithError('connect ECONNREFUSED');
  nock(api).get('/repos/ann/shop/issues/3').reply(200, '<html>Sign in to the proxy</html>');
  const session = await openSession();
  const unreached = await failureOf(session.issue(3));
  expect([unreached.kind, unreached.message]).toEqual([
    'unavailable',
    'GitHub could not be reached to read issue #3: connect ECONNREFUSED',
  ]);
  expect((await failureOf(session.issue(3))).kind).toBe('unavailable');
});

test('an installation that does not grant what is asked is refused, with who may change it', async () => {
  minting(422, { message: 'The permissions requested are not granted to this installation.' });
  const error = await failureOf((await openSession()).issue(3));
  expect([error.kind, error.hint]).toEqual([
    'refused',
    "An owner has to accept the App's permissions and keep the repository selected.",
  ]);
});

test('a mint that failed is tried again with the next request', async () => {
  minting(503, { message: 'unavailable' });
  const session = await openSession();
  expect((await failureOf(session.issue(3))).kind).toBe('unavailable');
  minting();
  nock(api).get('/repos/ann/shop/issues/3').reply(404, { message: 'Not Found' });
  expect((await failureOf(session.issue(3))).kind).toBe('stale');
});

test('while GitHub asks for a pause nothing is sent, in no session of the installation', async () => {
  minting();
  nock(api)
    .get('/repos/ann/shop/issues/3')
    .reply(429, { message: 'slow down' }, { 'retry-after': '20' });
  const clock = handClock(start);
  const app = await appAt(api, { clock });
  const forge = githubForge({ app, clock });
  await failureOf(forge.open(repository).issue(3));
  const other = forge.open({ ...repository, id: 6, name: 'till' });
  const error = await failureOf(other.issue(1));
  expect([error.kind, error.retryAt]).toEqual(['exhausted', later(20)]);

  clock.pass(20_000);
  minting();
  nock(api).get('/repos/ann/till/issues/1').reply(404, { message: 'Not Found' });
  expect((await failureOf(other.issue(1))).kind).toBe('stale');
  expect(nock.isDone()).toBe(true);
});

test('no error holds a token, whatever GitHub repeats and however one looks at it', async () => {
  minting();
  nock(api)
    .get('/repos/ann/shop/issues/3')
    .reply(500, { message: `bad header: token ${token}` });
  const error = await failureOf((await openSession()).issue(3));
  const seen = [error.message, error.hint, error.stack, JSON.stringify(error.cause)].join('\n');
  expect(seen).not.toContain(token.slice(0, 40));
  expect(seen).toContain('[redacted]');
});
