/** Errors: what was thrown becomes one of ours. */
import { expect, test } from 'vitest';
import { asSluiceError, errors } from '#core/errors.ts';

test('an error of ours stays the same', () => {
  const known = errors.answerUnusable('no');
  expect(asSluiceError(known)).toBe(known);
});

test.each<[string, unknown, string]>([
  ['an error', new TypeError('boom'), 'boom'],
  ['a text', 'boom', 'boom'],
  ['nothing', undefined, 'undefined'],
])('%s that nobody expected is a defect of ours, with its cause', (_what, thrown, message) => {
  expect(asSluiceError(thrown)).toMatchObject({
    code: 'defect',
    kind: 'defect',
    message,
    cause: thrown,
  });
});
