/** Which names of a strange repository may reach a disk. */
import { expect, test } from 'vitest';
import { isSafePath } from '#adapters/git/names.ts';

test.each([
  'README.md',
  'src/deep/er/file.ts',
  '.github/workflows/ci.yml',
  '.gitignore',
  '.gitattributes',
  'naïve/日本語.txt',
  'with space/and-dash',
  'git/config',
  '...',
  '-rf',
])('%j is a name like any other', (path) => {
  expect(isSafePath(path)).toBe(true);
});

test.each([
  ['empty', ''],
  ['absolute', '/etc/passwd'],
  ['up', '../outside'],
  ['up in the middle', 'a/../../outside'],
  ['here', './a'],
  ['double slash', 'a//b'],
  ['git folder', '.git/config'],
  ['git folder in capitals', '.GIT/hooks/post-checkout'],
  ['git folder below', 'vendor/.Git/config'],
  ['git as NTFS reads it: dots', '.git./config'],
  ['git as NTFS reads it: space', '.git /config'],
  ['git as NTFS reads it: short name', 'GIT~1/config'],
  ['git as NTFS reads it: stream', '.git::$INDEX_ALLOCATION/config'],
  ['git as HFS+ reads it', '.g\u200cit/config'],
  ['line feed', 'a\nb'],
  ['escape', 'a\u001b[2Jb'],
  ['bytes that are no UTF-8', 'a\ufffdb'],
  ['too deep', Array.from({ length: 60 }, () => 'd').join('/')],
  ['too long a part', 'x'.repeat(300)],
  ['too long', Array.from({ length: 20 }, () => 'x'.repeat(100)).join('/')],
])('%s is refused', (_, path) => {
  expect(isSafePath(path)).toBe(false);
});
