/** Differences as GitHub lists them, whatever happened to a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffFiles } from '#local-github/git/diff.ts';
import { readRef } from '#local-github/git/refs.ts';
import { createRepository } from '#local-github/git/seed.ts';
import { resolveTree, writeBlob, writeTree } from '#local-github/git/objects.ts';

let folder: string;
let base: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visit-diff-'));
  const long = Array.from({ length: 40 }, (_, n) => `line ${n}\n`).join('');
  const files = { 'gone.txt': 'gone\n', 'kept.txt': 'one\n', 'moved.txt': long, link: 'file\n' };
  await createRepository(
    folder,
    { files },
    { name: 'A', email: 'a@b.c', date: '2026-01-01T00:00:00Z' },
  );
  base = (await resolveTree(folder, 'main'))!;
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (text: string | Uint8Array) =>
  writeBlob(folder, typeof text === 'string' ? Buffer.from(text) : text);

test('each file has its state, its figures and its patch', async () => {
  const moved = (await readRef(folder, 'main:moved.txt'))!;
  const head = await writeTree(folder, base, [
    { path: 'gone.txt', mode: '100644', sha: null },
    { path: 'moved.txt', mode: '100644', sha: null },
    { path: 'to/here.txt', mode: '100644', sha: moved },
    { path: 'kept.txt', mode: '100644', sha: await file('one\ntwo\ndiff --git a/x b/x\n') },
    { path: 'link', mode: '120000', sha: await file('kept.txt') },
    { path: 'new ü "quoted".bin', mode: '100644', sha: await file(Buffer.from([0, 1, 2])) },
  ]);
  const files = await diffFiles(folder, base, head);
  const told = files.map(({ path, status, additions, deletions, previousPath }) =>
    [path, status, additions, deletions, previousPath ?? ''].join(' '),
  );
  expect(told).toEqual([
    'gone.txt removed 0 1 ',
    'kept.txt modified 2 0 ',
    'link changed 1 1 ',
    'new ü "quoted".bin added 0 0 ',
    'to/here.txt renamed 0 0 moved.txt',
  ]);
  const patches = files.map(({ patch }) => patch);
  expect(patches[1]).toBe('@@ -1 +1,3 @@\n one\n+two\n+diff --git a/x b/x');
  expect(patches.slice(3)).toEqual([null, null]);
});

test("a file's line that other programs would break cannot pass for the next file", async () => {
  const odd = ['\r', '\u2028', '\u2029'];
  const text = odd.map((end) => `x${end}diff --git a/y b/y${end}@@ -1 +1 @@\n`).join('');
  const head = await writeTree(folder, base, [
    { path: 'a.txt', mode: '100644', sha: await file(text) },
    { path: 'kept.txt', mode: '100644', sha: await file('two\n') },
    { path: 'name\u2028@@ .bin', mode: '100644', sha: await file(Buffer.from([0])) },
  ]);
  const [first, second, third] = await diffFiles(folder, base, head);
  expect(first?.patch).toBe(`@@ -0,0 +1,3 @@\n${text.replaceAll(/^x/gmu, '+x').trimEnd()}`);
  expect(second).toMatchObject({ path: 'kept.txt', patch: '@@ -1 +1 @@\n-one\n+two' });
  expect(third?.patch).toBeNull();
});

test('the same tree has no differences', async () => {
  expect(await diffFiles(folder, base, base)).toEqual([]);
});
