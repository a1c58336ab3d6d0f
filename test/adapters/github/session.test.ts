/** Tokens of a run: minted when first needed, anew when they end, and taken back. */
import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { githubForge } from '#adapters/github/forge.ts';
import { appAt, handClock, writtenLog } from './surroundings.ts';

const api = 'https://api.github.example';
const start = new Date('2026-11-21T12:00:00Z');
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

/** Mints tokens 1, 2, 3, ... and counts what is taken back. */
function mint(times: number) {
  const asked: unknown[] = [];
  nock(api)
    .post('/app/installations/9/access_tokens')
    .times(times)
    .reply(201, async (request: Request) => {
      asked.push(await request.json());
      return { token: `token${String(asked.length)}`, expires_at: '2026-11-21T13:00:00Z' };
    });
  return asked;
}

function revoking(status = 204) {
  const revoked: string[] = [];
  nock(api)
    .persist()
    .delete('/installation/token')
    .reply((request: Request) => {
      revoked.push(request.headers.get('authorization') ?? '');
      return [status, ''];
    });
  return revoked;
}

const permission = () =>
  nock(api)
    .get('/repos/ann/shop/collaborators/ben/permission')
    .reply(200, { permission: 'write', role_name: 'maintain' });

test('a session that is not used mints nothing and has nothing to take back', async () => {
  const app = await appAt(api);
  await githubForge({ app, clock: handClock() }).open(repository).close();
});

test('two requests at once share one mint; two sessions never share a token', async () => {
  const clock = handClock(start);
  const forge = githubForge({ app: await appAt(api, { clock }), clock });
  const asked = mint(2);
  const revoked = revoking();
  const [one, two] = [forge.open(repository), forge.open(repository)];
  permission();
  permission();
  await Promise.all([one.permission('ben'), one.permission('ben')]);
  expect(asked).toHaveLength(1);
  permission();
  await two.permission('ben');
  expect(asked).toHaveLength(2);
  await one.close();
  expect(revoked).toEqual(['token token1']);
  await two.close();
  expect(revoked).toEqual(['token token1', 'token token2']);
});

test('a token that is about to end is minted anew', async () => {
  const clock = handClock(start);
  const session = githubForge({ app: await appAt(api, { clock }), clock }).open(repository);
  const asked = mint(2);
  permission();
  await session.permission('ben');
  clock.pass(59.5 * 60_000);
  permission();
  permission();
  await Promise.all([session.permission('ben'), session.permission('ben')]);
  expect(asked).toHaveLength(2);
  // Our clock may be wrong: both are taken back.
  const revoked = revoking();
  await session.close();
  expect(revoked.toSorted()).toEqual(['token token1', 'token token2']);
});

test('after it was closed a session does nothing more', async () => {
  const session = githubForge({ app: await appAt(api), clock: handClock() }).open(repository);
  await session.close();
  await expect(session.permission('ben')).rejects.toMatchObject({ kind: 'defect' });
});

test('a token that cannot be taken back is told in the log and fails nothing', async () => {
  const clock = handClock(start);
  const log = writtenLog();
  const session = githubForge({ app: await appAt(api, { clock, log }), clock }).open(repository);
  mint(1);
  revoking(500);
  permission();
  await session.permission('ben');
  await session.close();
  expect(log.lines.map(({ message }) => message)).toEqual(['a token could not be revoked']);
  expect(JSON.stringify(log.lines)).not.toContain('token1');
});

test.each([
  [{ permission: 'write', role_name: 'maintain' }, 'maintain'],
  [{ permission: 'read', role_name: 'triage' }, 'triage'],
  [{ permission: 'write', role_name: 'release-captain' }, 'write'],
  [{ permission: 'admin' }, 'admin'],
  [{ permission: 'something new', role_name: 'something new' }, 'none'],
])('a permission told as %o is %s', async (answer, expected) => {
  const clock = handClock(start);
  const session = githubForge({ app: await appAt(api, { clock }), clock }).open(repository);
  mint(1);
  nock(api).get('/repos/ann/shop/collaborators/ben/permission').reply(200, answer);
  expect(await session.permission('ben')).toBe(expected);
});
