/** Credentials are checked as strictly as GitHub does. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { appJwt, appToken, bot, client, person, place, refusal, visit } from './visit.ts';

let github: LocalGitHub;
let time = Date.now();
beforeAll(async () => {
  github = await visit({ clock: () => time });
});
afterAll(() => github.stop());

test('the App sees itself with its JWT, by number or by client id', async () => {
  const { data } = await client(github, appJwt(github)).rest.apps.getAuthenticated();
  expect(data).toMatchObject({ id: github.app.id, slug: github.app.slug });
  const iss = github.state.app.clientId;
  await client(github, appJwt(github, { iss })).rest.apps.getAuthenticated();
});

const now = Math.floor(time / 1000);
test.each([
  ['lives longer than ten minutes', { exp: now + 900 }, 'too far in the future'],
  ['has expired', { iat: now - 900, exp: now - 300 }, 'must be a numeric value'],
  ['was issued in the future', { iat: now + 300, exp: now + 500 }, "'Issued at'"],
  ['is of another App', { iss: 4 }, "'Issuer'"],
])('a JWT that %s is refused', async (_, claims, words) => {
  const answer = await refusal(client(github, appJwt(github, claims)).rest.apps.getAuthenticated());
  expect(answer).toMatch(/^401 /);
  expect(answer).toContain(words);
});

test('a JWT that another key signed is refused', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const foreign = client(github, appJwt(github, {}, key));
  expect(await refusal(foreign.rest.apps.getAuthenticated())).toBe(
    '401 A JSON web token could not be decoded',
  );
});

test('an installation token has the new format unless the old one is asked for', async () => {
  const token = await appToken(github);
  expect(token).toMatch(new RegExp(`^ghs_${github.app.id}_[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
  expect(token.length).toBeGreaterThan(480);
  expect(token.length).toBeLessThan(560);
  const app = client(github, appJwt(github));
  const { data: installation } = await app.rest.apps.getRepoInstallation(place);
  const { data: old } = await app.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    headers: { 'X-GitHub-Stateless-S2S-Token': 'disabled' },
  });
  expect(old.token).toMatch(/^ghs_\w{36}$/);
  expect((await client(github, old.token).rest.repos.get(place)).data.name).toBe('shop');
});

test('a token lives one hour, then it is unknown', async () => {
  const api = await bot(github);
  await api.rest.repos.get(place);
  time += 61 * 60_000;
  expect(await refusal(api.rest.repos.get(place))).toBe('401 Bad credentials');
  time -= 61 * 60_000;
});

test('a revoked token is unknown', async () => {
  const api = await bot(github);
  await api.rest.apps.revokeInstallationAccessToken();
  expect(await refusal(api.rest.repos.get(place))).toBe('401 Bad credentials');
});

test('a token reaches only the repositories that it was made for', async () => {
  const api = await bot(github);
  const { data } = await api.rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map(({ name }) => name)).toEqual(['shop']);
  expect(await refusal(api.rest.repos.get({ owner: 'acme', repo: 'secret' }))).toBe(
    '404 Not Found',
  );
});

test('a token can do no more than it was narrowed to', async () => {
  const api = await bot(github, { issues: 'read' });
  expect((await api.rest.issues.get({ ...place, issue_number: 1 })).data.title).toBe('Wrong price');
  const refused = '403 Resource not accessible by integration';
  const write = api.rest.issues.createComment({ ...place, issue_number: 1, body: 'hello' });
  expect(await refusal(write)).toBe(refused);
  expect(await refusal(api.rest.repos.getContent({ ...place, path: '' }))).toBe(refused);
});

test('a token cannot be given more than the installation has', async () => {
  const app = client(github, appJwt(github));
  const { data } = await app.rest.apps.getRepoInstallation(place);
  const mint = (more: object) =>
    refusal(app.rest.apps.createInstallationAccessToken({ installation_id: data.id, ...more }));
  expect(await mint({ permissions: { workflows: 'write' } })).toContain('422 The permissions');
  expect(await mint({ repositories: ['elsewhere'] })).toContain('422 There is at least one');
});

test('a repository without the App has no installation', async () => {
  const app = client(github, appJwt(github));
  const elsewhere = { owner: 'acme', repo: 'elsewhere' };
  expect(await refusal(app.rest.apps.getRepoInstallation(elsewhere))).toBe('404 Not Found');
});

test('a suspended installation gets and uses no tokens', async () => {
  const app = client(github, appJwt(github));
  const api = await bot(github);
  const { data } = await app.rest.apps.getRepoInstallation(place);
  await app.rest.apps.suspendInstallation({ installation_id: data.id });
  expect(await refusal(api.rest.repos.get(place))).toContain('403 This installation');
  expect(await refusal(appToken(github))).toContain('403 This installation');
  await app.rest.apps.unsuspendInstallation({ installation_id: data.id });
  await api.rest.repos.get(place);
});

test('nobody sees a private repository without a token', async () => {
  expect(await refusal(client(github).rest.repos.get(place))).toBe('404 Not Found');
  expect(await refusal(client(github, 'ghp_wrong').rest.repos.get(place))).toBe(
    '401 Bad credentials',
  );
});

test('the role of a person is told as GitHub tells it', async () => {
  const api = await bot(github);
  const roles = await Promise.all(
    ['ada', 'ben', 'tom', 'eve'].map(async (username) => {
      const answer = await api.rest.repos.getCollaboratorPermissionLevel({ ...place, username });
      return [answer.data.permission, answer.data.role_name];
    }),
  );
  expect(roles).toEqual([
    ['admin', 'admin'],
    ['write', 'write'],
    ['read', 'triage'],
    ['read', 'read'],
  ]);
});

test('a person is who their token says', async () => {
  const { data } = await person(github, 'ben').rest.users.getAuthenticated();
  expect(data.login).toBe('ben');
});

test('nothing of all this deviates from the published description', () => {
  expect(github.violations).toEqual([]);
});
