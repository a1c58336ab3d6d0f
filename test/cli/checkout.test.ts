/** A person's checkout as it may be: on a branch of any name, detached, shallow, in an odd folder; and brought back into. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bringBack, cloneCheckout, mustHaveRoom, readCommit } from '#cli/checkout.ts';
import { readIssue } from '#cli/generate.ts';

let room = '';
let folder = '';

function git(...words: string[]): string {
  const named = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...named, '-C', folder, ...words], { encoding: 'utf8' }).trim();
}

beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'sluice test-'));
  folder = join(room, 'my project');
  execFileSync('git', ['init', '--quiet', '-b', 'fix/deep/name', folder]);
  await writeFile(join(folder, 'a'), '1');
  git('add', '.');
  git('commit', '-qm', 'one');
});

afterEach(() => rm(room, { recursive: true, force: true }));

test('the branch of a checkout keeps its name', async () => {
  const { branch, name } = await cloneCheckout(folder, room);
  expect({ branch, name }).toEqual({ branch: 'fix/deep/name', name: 'my-project' });
});

test('a commit that no branch names gets one of its own', async () => {
  git('checkout', '-q', '--detach');
  expect((await cloneCheckout(folder, room)).branch).toBe('sluice-base');
});

test('a tag is a commit, no branch', async () => {
  git('tag', 'v1');
  expect((await cloneCheckout(folder, room, { ref: 'v1' })).branch).toBe('sluice-base');
});

test('a shallow clone is refused with what to do', async () => {
  git('commit', '-qm', 'two', '--allow-empty');
  const shallow = join(room, 'shallow');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${folder}`, shallow]);
  await expect(cloneCheckout(shallow, room)).rejects.toMatchObject({
    kind: 'invalid',
    hint: 'Run "git fetch --unshallow" there.',
  });
});

test.runIf(process.getuid?.() === 0)(
  "another user's repository is not called none at all",
  async () => {
    execFileSync('chown', ['-R', '12345', folder]);
    await expect(cloneCheckout(folder, room)).rejects.toThrow('belongs to another user');
  },
);

test('a branch named like the folder of ours is told before any work', async () => {
  const checkout = await cloneCheckout(folder, room);
  await expect(mustHaveRoom(checkout)).resolves.toBeUndefined();
  git('branch', 'sluice');
  await expect(mustHaveRoom(checkout)).rejects.toThrow('a branch is named "sluice"');
});

test('a branch that is there with something else is kept, and the new one gets a number', async () => {
  const checkout = await cloneCheckout(folder, room);
  execFileSync('git', ['-C', checkout.bare, 'branch', 'sluice/1-x']);
  git('commit', '-qm', 'two', '--allow-empty');
  git('branch', 'sluice/1-x');
  const mine = git('rev-parse', 'sluice/1-x');
  expect(await bringBack(checkout, checkout.bare, 'sluice/1-x')).toBe('sluice/1-x-2');
  expect(git('rev-parse', 'sluice/1-x')).toBe(mine);
  expect(git('rev-parse', 'sluice/1-x-2')).toBe(checkout.commit);
  expect((await readCommit(folder, 'sluice/1-x')).parents).toEqual([checkout.commit]);
});

test.each([
  ['as it is written on Windows', '\uFEFF# A title\r\n\r\nbody\r\n'],
  ['with words before it', 'words\n\n## A title ##\nbody'],
])('the title of an issue is its first heading: %s', (_, text) => {
  expect(readIssue('issue.md', text)).toEqual({ title: 'A title', body: 'body' });
});
