/** Verdicts: the strictest of several wins. */
import { expect, test } from 'vitest';
import { strictest, type Answer } from '#core/verdict.ts';

test.each<[readonly Answer[], Answer]>([
  [[], 'block'],
  [['pass', 'pass'], 'pass'],
  [['pass', 'warn', 'pass'], 'warn'],
  [['block', 'warn', 'pass'], 'block'],
  [['warn', 'block'], 'block'],
])('of %j it is %s', (answers, expected) => {
  expect(strictest(answers.map((answer) => ({ gate: 'a', answer, reasons: [] })))).toBe(expected);
});
