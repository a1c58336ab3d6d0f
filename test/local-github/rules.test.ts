/** The table of rules, held against the double row by row. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules } from '#local-github/rules/all.ts';
import { hold } from '#local-github/probing/compare.ts';
import type { Rule } from '#local-github/rules/rule.ts';
import { openStage, type Stage } from '#local-github/probing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.github.stop());

test.each(rules.map((rule) => [rule.id, rule] as const))('%s', async (id, rule) => {
  expect(Object.keys(rule.expect), 'a row that expects nothing holds nothing').not.toEqual([]);
  expect(await hold(rule, stage.place)).toEqual({ id, held: true });
});

test('every row has a name of its own, a sentence and a source', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, rule, source } of rules) {
    expect(id).toMatch(/^[a-z-]+\/[a-z\d-]+$/);
    expect(rule).toMatch(/^[A-Z].*\.$/);
    expect(source).toMatch(/^(https:\/\/\S+|openapi \S+|assumed)$/);
  }
});

test('a double that does otherwise is told with the place and both values', async () => {
  const [rule] = rules as [Rule];
  const held = await hold({ ...rule, expect: { status: 418, 'body.message': /tea/ } }, stage.place);
  expect(held).toMatchObject({
    held: false,
    differences: ['status is 401, not 418', 'body.message is "Bad credentials", not /tea/'],
  });
});
