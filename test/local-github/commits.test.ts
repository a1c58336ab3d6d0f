/** Files, commits and branches through the API. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { bot, branchWithFile, person, place, refusal, visit } from './visit.ts';

let github: LocalGitHub;
beforeAll(async () => {
  github = await visit();
});
afterAll(() => github.stop());

test('GitHub signs what the App commits without naming an author', async () => {
  const api = await bot(github);
  const { data: main } = await api.rest.repos.getBranch({ ...place, branch: 'main' });
  const input = {
    ...place,
    message: 'Change nothing\n\nCo-authored-by: Eve <eve@example.com>',
    tree: main.commit.commit.tree.sha,
    parents: [main.commit.sha],
  };
  const { data: signed } = await api.rest.git.createCommit(input);
  expect(signed.verification).toMatchObject({ verified: true, reason: 'valid' });
  expect(signed.message).toBe(input.message);
  expect(signed.author.name).toBe('sluice-local[bot]');
  const author = { name: 'Somebody', email: 'somebody@example.com' };
  const { data: unsigned } = await api.rest.git.createCommit({ ...input, author });
  expect(unsigned.verification).toMatchObject({ verified: false, reason: 'unsigned' });
  const { data: byAda } = await person(github, 'ada').rest.git.createCommit(input);
  expect(byAda.verification.verified).toBe(false);
});

test('a tree adds, replaces and removes files of the tree below', async () => {
  const api = await bot(github);
  const { data: main } = await api.rest.repos.getBranch({ ...place, branch: 'main' });
  const { data: blob } = await api.rest.git.createBlob({
    ...place,
    content: Buffer.from([0, 255, 10]).toString('base64'),
    encoding: 'base64',
  });
  const { data: tree } = await api.rest.git.createTree({
    ...place,
    base_tree: main.commit.sha,
    tree: [
      { path: 'data/raw.bin', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' },
      { path: 'README.md', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const { data: whole } = await api.rest.git.getTree({
    ...place,
    tree_sha: tree.sha,
    recursive: 'true',
  });
  const listed = whole.tree.map(({ path, mode }) => `${mode} ${path}`);
  expect(listed).toEqual([
    '040000 data',
    '100644 data/raw.bin',
    '100755 run.sh',
    '040000 src',
    '100644 src/price.js',
  ]);
  const { data: read } = await api.rest.git.getBlob({ ...place, file_sha: blob.sha });
  expect([...Buffer.from(read.content, 'base64')]).toEqual([0, 255, 10]);
});

test.each([
  [
    'a path out of the tree',
    { path: '../x', mode: '100644' as const, content: '' },
    'malformed path',
  ],
  [
    'a file that is not there to remove',
    { path: 'no', mode: '100644' as const, sha: null },
    'BadObject',
  ],
  [
    'a blob that does not exist',
    { path: 'x', mode: '100644' as const, sha: 'a'.repeat(40) },
    'not a valid',
  ],
])('a tree with %s is refused', async (_, entry, words) => {
  const api = await bot(github);
  const { data: main } = await api.rest.repos.getBranch({ ...place, branch: 'main' });
  const made = api.request('POST /repos/{owner}/{repo}/git/trees', {
    ...place,
    base_tree: main.commit.sha,
    tree: [entry],
  });
  const answer = await refusal(made);
  expect(answer).toMatch(/^422/);
  expect(answer).toContain(words);
});

test('an App without the permission writes no workflow, by tree or by commit', async () => {
  const api = await bot(github);
  const path = '.github/workflows/ci.yml';
  expect(await refusal(branchWithFile(api, 'ci', path))).toMatch(/^403 refusing to allow/);
  const { data: main } = await api.rest.repos.getBranch({ ...place, branch: 'main' });
  const ada = person(github, 'ada');
  const { data: tree } = await ada.rest.git.createTree({
    ...place,
    base_tree: main.commit.sha,
    tree: [{ path, mode: '100644', type: 'blob', content: 'on: push\n' }],
  });
  const { data: commit } = await ada.rest.git.createCommit({
    ...place,
    message: 'CI',
    tree: tree.sha,
    parents: [main.commit.sha],
  });
  const ref = { ...place, ref: 'refs/heads/ci', sha: commit.sha };
  expect(await refusal(api.rest.git.createRef(ref))).toMatch(/^403 refusing to allow/);
  await ada.rest.git.createRef(ref);
});

test('a branch moves forward only, unless it is forced', async () => {
  const api = await bot(github);
  const commit = await branchWithFile(api, 'forward');
  const ref = { ...place, ref: 'heads/forward' };
  const back = commit.parents[0]!.sha;
  expect(await refusal(api.rest.git.updateRef({ ...ref, sha: back }))).toBe(
    '422 Update is not a fast forward',
  );
  await api.rest.git.updateRef({ ...ref, sha: back, force: true });
  await api.rest.git.updateRef({ ...ref, sha: commit.sha });
  expect((await api.rest.git.getRef(ref)).data.object.sha).toBe(commit.sha);
  await api.rest.git.deleteRef(ref);
  expect(await refusal(api.rest.git.getRef(ref))).toMatch(/^404/);
  expect(await refusal(api.rest.git.deleteRef(ref))).toContain('422 Reference does not exist');
});

test('a branch is made once, of an object that exists, outside of refs/pull', async () => {
  const api = await bot(github);
  const { sha } = await branchWithFile(api, 'once');
  const make = (ref: string, of = sha) =>
    refusal(api.rest.git.createRef({ ...place, ref, sha: of }));
  expect(await make('refs/heads/once')).toContain('422 Reference already exists');
  expect(await make('refs/heads/two', 'b'.repeat(40))).toContain('422 Object does not exist');
  expect(await make('heads')).toContain("must start with 'refs/'");
  expect(await make('refs/pull/1/head')).toContain('422');
  expect(await make('refs/heads/a..b')).toContain('not a valid ref name');
});

test('matching refs are those that start so', async () => {
  const api = await bot(github);
  await branchWithFile(api, 'sluice/1-one');
  await branchWithFile(api, 'sluice/12-two');
  const { data } = await api.rest.git.listMatchingRefs({ ...place, ref: 'heads/sluice/1' });
  expect(data.map(({ ref }) => ref)).toEqual([
    'refs/heads/sluice/1-one',
    'refs/heads/sluice/12-two',
  ]);
  const none = await api.rest.git.listMatchingRefs({ ...place, ref: 'heads/none' });
  expect(none.data).toEqual([]);
});

test('a file is read as JSON and raw, a folder as a list', async () => {
  const api = await bot(github);
  const path = 'src/price.js';
  const { data } = await api.rest.repos.getContent({ ...place, path });
  const content = 'content' in data ? Buffer.from(data.content, 'base64').toString() : '';
  expect(content).toBe('export const price = 1;\n');
  const raw = await api.rest.repos.getContent({ ...place, path, mediaType: { format: 'raw' } });
  expect(raw.data).toBe(content);
  const { data: folder } = await api.rest.repos.getContent({ ...place, path: 'src' });
  expect(Array.isArray(folder) && folder.map(({ type, name }) => [type, name])).toEqual([
    ['file', 'price.js'],
  ]);
  expect(await refusal(api.rest.repos.getContent({ ...place, path: 'none' }))).toMatch(/^404/);
  const ref = 'no-branch';
  expect(await refusal(api.rest.repos.getContent({ ...place, path, ref }))).toMatch(/^404/);
});

test('two branches are compared from where they parted', async () => {
  const api = await bot(github);
  await branchWithFile(api, 'left', 'left.txt');
  await branchWithFile(api, 'right', 'right.txt');
  const { data } = await api.rest.repos.compareCommitsWithBasehead({
    ...place,
    basehead: 'left...right',
  });
  expect(data).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1, total_commits: 1 });
  expect(data.files?.map(({ filename, status, patch }) => [filename, status, patch])).toEqual([
    ['right.txt', 'added', '@@ -0,0 +1 @@\n+right'],
  ]);
});

test('a commit is found by branch, with its files', async () => {
  const api = await bot(github);
  const { sha } = await branchWithFile(api, 'with/slash');
  const { data } = await api.rest.repos.getCommit({ ...place, ref: 'with/slash' });
  expect(data.sha).toBe(sha);
  expect(data.stats).toEqual({ total: 1, additions: 1, deletions: 0 });
  expect(data.author).toMatchObject({ login: 'sluice-local[bot]' });
  expect(await refusal(api.rest.repos.getCommit({ ...place, ref: 'none' }))).toMatch(/^422/);
});

test('every answer conforms to the published description', () => {
  expect(github.violations).toEqual([]);
});
