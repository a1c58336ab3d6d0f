/** Names made from content. */
import { expect, test } from 'vitest';
import { hashOf, runId } from '#core/identity.ts';

test('a run is named by its delivery and flow, as a UUID of version 5', () => {
  expect(runId('d', 'generate')).toMatch(
    /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  );
  expect(runId('d', 'generate')).toBe(runId('d', 'generate'));
  expect(new Set([runId('d', 'generate'), runId('d', 'review'), runId('e', 'generate')]).size).toBe(
    3,
  );
});

test('the two parts of the name cannot run into each other', () => {
  expect(runId('a/b', 'c')).not.toBe(runId('a', 'b/c'));
});

test('a hash does not depend on the order of keys, but on that of lists', () => {
  expect(hashOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(hashOf({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
});
