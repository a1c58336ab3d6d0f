/** What `opa eval` printed, and the answers, or the reason that there are none, that are read of it. */
import { expect, test } from 'vitest';
import { readAnswers } from '#adapters/rules/rego-answers.ts';

const printed = (value: unknown) => JSON.stringify({ result: [{ expressions: [{ value }] }] });
const answer = (name: string, said: string, reason = '', lift: string | null = null) => {
  return { name, answer: said, reason, lift };
};

test.each([
  ['nothing to say', { money: { block: [], warn: [] } }, [answer('money', 'pass')]],
  ['a message', { money: { block: ['no'] } }, [answer('money', 'block', 'no')]],
  [
    'an object',
    { money: { warn: [{ message: 'look', lift: 'ada', other: 1 }] } },
    [answer('money', 'warn', 'look', 'ada')],
  ],
  ['the package itself', { block: ['no'] }, [answer('rego', 'block', 'no')]],
  [
    'packages below packages, and what is no rule',
    { a: { b: { block: ['x'] }, limit: 3, names: ['y'] }, c: { warn: [] } },
    [answer('a.b', 'block', 'x'), answer('c', 'pass')],
  ],
])('%s', (_, value, answers) => {
  expect(readAnswers(printed(value))).toEqual(answers);
});

test.each([
  ['a rule that is no set', { a: { block: true } }, /`block` of `a` has to be a set/],
  ['an answer without a message', { a: { block: [{ lift: 'x' }] } }, /has to be a set/],
  ['an empty message', { a: { block: [''] } }, /has to be a set/],
  ['no rule at all', { helper: { limit: 3 } }, /hold no rule/],
  ['nothing', {}, /hold no rule/],
])('%s cannot be told', (_, value, problem) => {
  expect(readAnswers(printed(value))).toMatch(problem);
});

test('errors are told with their place', () => {
  const location = { file: 'a.rego', row: 2, col: 7 };
  const text = JSON.stringify({
    errors: [{ message: 'undefined ref', location }, { message: 'x' }],
  });
  expect(readAnswers(text)).toBe('a.rego, line 2, column 7: undefined ref. x.');
});

test.each([
  '',
  'panic: x',
  '{}',
  '[]',
  '{"result":[]}',
  '{"errors":[]}',
  printed('text'),
  printed([1]),
])('the output %s is no answer', (text) => {
  expect(readAnswers(text)).toBeUndefined();
});

test('endless answers are cut', () => {
  const block = Array.from({ length: 1000 }, (_, at) => `${String(at)}${'x'.repeat(2000)}`);
  const read = readAnswers(printed({ a: { block } }));
  expect(read).toHaveLength(20);
  expect(JSON.stringify(read).length).toBeLessThan(20_000);
});
