/** Releases: what the App hears of them, their files, their pages, and the history that a world tells. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { readWorld } from '#local-github/world.ts';
import type { World } from '#local-github/world.ts';
import { appToken, bot, client, listen, person, place, visit, world } from './visit.ts';
import type { Ear } from './visit.ts';

const history: World['repositories'] = [
  {
    name: 'acme/shop',
    createdAt: '2026-01-01T00:00:00Z',
    files: { 'README.md': '# Shop\n' },
    history: [
      { pull: { title: 'Add a basket', author: 'ben', merge: 'merge', labels: ['feature'] } },
      { push: { message: 'By hand', author: 'ada', files: { 'hand.txt': 'hand\n' } } },
      { release: { tag: 'v1.0.0', name: 'One', body: '**First**', assets: { 'a.txt': 'a' } } },
      { release: { tag: 'v1.1.0', body: 'Soon', draft: true } },
    ],
  },
];

let github: LocalGitHub;
let ear: Ear;
beforeAll(async () => {
  ear = await listen();
  github = await visit({
    hookUrl: ear.url,
    world: { ...world, app: { events: ['release', 'create', 'push'] }, repositories: history },
  });
});
afterAll(async () => {
  await github.stop();
  await ear.close();
});

async function heardAfter(act: () => Promise<unknown>): Promise<readonly string[]> {
  await github.settled();
  ear.heard.length = 0;
  await act();
  await github.settled();
  return ear.names().toSorted();
}

test('the App hears of each step in the life of a release', async () => {
  const api = await bot(github);
  let release_id = 0;
  const drafted = await heardAfter(async () => {
    const made = await api.rest.repos.createRelease({ ...place, tag_name: 'v2', draft: true });
    release_id = made.data.id;
  });
  expect(drafted).toEqual(['release.created']);
  const edit = (change: object) => () =>
    api.rest.repos.updateRelease({ ...place, release_id, ...change });
  expect(await heardAfter(edit({ body: 'Notes' }))).toEqual(['release.edited']);
  expect(ear.heard[0]?.payload.changes).toEqual({ body: { from: '' } });
  expect(await heardAfter(edit({ body: 'Notes' }))).toEqual([]);
  expect(await heardAfter(edit({ draft: false, prerelease: true }))).toEqual([
    ...['create', 'push', 'release.prereleased', 'release.published'],
  ]);
  expect(await heardAfter(edit({ prerelease: false }))).toEqual(['release.released']);
  expect(await heardAfter(edit({ draft: true }))).toEqual(['release.unpublished']);
  const gone = await heardAfter(() => api.rest.repos.deleteRelease({ ...place, release_id }));
  expect(gone).toEqual(['release.deleted']);
  expect(github.violations).toEqual([]);
});

test('an uploaded file comes back byte by byte to those who follow the way to it', async () => {
  const token = await appToken(github);
  const api = client(github, token);
  const { data: release } = await api.rest.repos.createRelease({
    ...place,
    tag_name: 'v3',
    draft: true,
  });
  const bytes = Buffer.from([0, 1, 2, 255]);
  const { data: asset } = await api.rest.repos.uploadReleaseAsset({
    ...place,
    release_id: release.id,
    url: release.upload_url,
    name: 'raw.bin',
    data: bytes as unknown as string,
    headers: { 'content-type': 'application/x-raw' },
  });
  expect(asset).toMatchObject({ name: 'raw.bin', size: 4, content_type: 'application/x-raw' });
  const answer = await fetch(asset.url, {
    headers: { accept: 'application/octet-stream', authorization: `Bearer ${token}` },
  });
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  expect(github.violations).toEqual([]);
});

test('an immutable release keeps its files and its tag, not its words', async () => {
  const repository = github.state.repositories[0]!;
  const api = person(github, 'ada');
  repository.immutableReleases = true;
  const { data } = await api.rest.repos.createRelease({ ...place, tag_name: 'v4' });
  repository.immutableReleases = false;
  const at = { ...place, release_id: data.id };
  expect(data).toMatchObject({ immutable: true });
  await expect(api.rest.repos.updateRelease({ ...at, tag_name: 'v5' })).rejects.toThrow(
    'immutable',
  );
  expect((await api.rest.repos.updateRelease({ ...at, body: 'More' })).data.body).toBe('More');
});

test('a person publishes a draft on its page', async () => {
  const page = async (path: string, init?: RequestInit) =>
    fetch(`${github.url}/acme/shop${path}`, { headers: { accept: 'text/html' }, ...init });
  const listed = await (await page('/releases')).text();
  for (const words of ['Draft', 'Latest', '<strong>First</strong>', 'a.txt'])
    expect(listed).toContain(words);
  const draft = github.state.repositories[0]!.releases.find(({ tag }) => tag === 'v1.1.0')!;
  const pressed = await page(`/releases/${draft.id}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: github.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'act=publish',
  });
  expect(pressed.headers.get('location')).toBe('/acme/shop/releases/tag/v1.1.0');
  expect(draft.draft).toBe(false);
  expect(await (await page('/tags')).text()).toContain('v1.1.0');
});

test('the same world has the same commits every time', async () => {
  const other = await visit({ world: { ...world, repositories: history } });
  const heads = [github, other].map(({ state }) => state.repositories[0]!.issues.get(1)!.pull);
  await other.stop();
  expect(heads[0]?.merged).toBe(true);
  expect(heads[0]?.mergeCommitSha).toBe(heads[1]?.mergeCommitSha);
});

test.each([
  [
    'a branch that is not there',
    { push: { branch: 'no', message: 'x' } },
    /history\[0\]: there is no branch/,
  ],
  ['a milestone that is not there', { pull: { title: 'x', milestone: 'no' } }, /no milestone no/],
])('a history with %s is told by its place', async (_, step, words) => {
  const repositories = [{ name: 'acme/shop', files: { a: 'a' }, history: [step] }];
  await expect(visit({ world: { ...world, repositories } })).rejects.toThrow(words);
});

test('a history names people and one thing a step', () => {
  const repository = (step: object) => ({
    ...world,
    repositories: [{ name: 'acme/shop', files: {}, history: [step] }],
  });
  expect(() => readWorld(repository({ push: { message: 'x', author: 'zed' } }))).toThrow(
    'repositories[0].history[0]: nobody is called "zed"',
  );
  expect(() => readWorld(repository({}))).toThrow('must be exactly one of push, pull');
});
