/** The rules of ours: each is tried on texts that hold its flaw and on such that only look like it. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { astGrep, ourRules } from '#inside/ast-grep.ts';

const families = { javascript: ['a.tsx', 'a.js', 'a.ts'], python: ['a.py'] } as const;
const rules = ourRules();
const all = (['javascript', 'python'] as const).flatMap((family) =>
  rules[family].map((shape) => ({ shape, id: shape.id, paths: families[family] })),
);

const Rule = z.strictObject({
  id: z.string().regex(/^(?:js|py)(?:-[a-z]+)+$/),
  cwe: z.int(),
  level: z.enum(['error', 'warning', 'note']),
  message: z.string().regex(/^.{20,200}\.$/),
  ...{ file: z.string().optional(), call: z.string().optional(), assign: z.string().optional() },
  rule: z.looseObject({}).optional(),
  where: z
    .array(
      z.strictObject({
        argument: z.union([z.int(), z.string()]).optional(),
        is: z.enum(['request', 'built', 'request-or-built', 'variable', 'missing']).optional(),
        ...{ text: z.string().optional(), not: z.string().optional() },
      }),
    )
    .optional(),
  bad: z.array(z.string()).min(1),
  good: z.array(z.string()).min(1),
});

test('the rules are well formed, and each has a name of its own', () => {
  const read = all.map(({ shape }) => Rule.parse(shape));
  expect(new Set(read.map(({ id }) => id)).size).toBe(all.length);
  expect(
    read.filter((rule) => [rule.call, rule.assign, rule.rule].filter(Boolean).length !== 1),
  ).toEqual([]);
});

test.each(all)('$id sees its flaw and nothing else', ({ shape, paths }) => {
  const { bad, good } = shape;
  const look = astGrep({ javascript: [shape], python: [shape] });
  for (const path of paths) {
    // Only two of the three grammars know tags.
    const fits = (text: string) => path !== 'a.ts' || !text.includes('<div');
    const isSeen = (text: string) => look(path, text).length > 0;
    expect(bad.filter((text) => fits(text) && !isSeen(text))).toEqual([]);
    expect(good.filter((text) => fits(text) && isSeen(text))).toEqual([]);
  }
});
