/** Which lines a change adds and takes away. */
import { expect, test } from 'vitest';
import { lineDifference } from '#core/line-diff.ts';
import { isTestPath } from '#core/test-path.ts';

test.each([
  ['nothing', 'a\nb\n', 'a\nb\n', [], []],
  ['a new file', undefined, 'a\nb\n', ['a', 'b'], []],
  ['a deleted file', 'a\nb\n', undefined, [], ['a', 'b']],
  ['a line in the middle', 'a\nb\nc\n', 'a\nx\nc\n', ['x'], ['b']],
  ['two places', 'a\nb\nc\nd\ne\n', 'x\nb\nc\nd\ny\n', ['x', 'y'], ['a', 'e']],
  ['a repeated line', 'a\na\n', 'a\na\na\n', ['a'], []],
  ['moved lines', 'a\nb\nc\n', 'c\na\nb\n', ['c'], ['c']],
  ['line ends only', 'a\r\nb\r\n', 'a\nb\n', [], []],
  ['an inserted end', 'a\nb', 'a\nc\nb\nd', ['c', 'd'], []],
])('%s', (_, before, after, added, removed) => {
  expect(lineDifference(before, after)).toEqual({ added, removed });
});

test('texts too different to compare count as replaced', () => {
  const lines = (mark: string) =>
    Array.from({ length: 2_100 }, (_, n) => `${mark}${String(n)}`).join('\n');
  const { added, removed } = lineDifference(lines('a'), lines('b'));
  expect([added.length, removed.length]).toEqual([2_100, 2_100]);
});

test('the lines that stay are the same on both sides', () => {
  const before = ['a', 'b', 'c', 'a', 'b', 'b', 'a'];
  const after = ['c', 'b', 'a', 'b', 'a', 'c'];
  const { added, removed } = lineDifference(before.join('\n'), after.join('\n'));
  expect(before.length - removed.length).toBe(after.length - added.length);
  expect(before.length - removed.length).toBe(4);
});

test.each([
  ['test/a.js', true],
  ['src/__tests__/a.tsx', true],
  ['a/b.test.ts', true],
  ['pkg/test_a.py', true],
  ['x_test.go', true],
  ['src/latest.ts', false],
  ['src/contest/a.ts', false],
  ['src/testimony.ts', false],
])('%s is a test file: %s', (path, is) => {
  expect(isTestPath(path)).toBe(is);
});
