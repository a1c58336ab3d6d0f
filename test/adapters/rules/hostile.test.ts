/** Rules that want more than an answer: memory, time, files, secrets. Each is ended alone, and this process lives on. */
import { expect, test } from 'vitest';
import { askCel, checkCel } from '#adapters/rules/cel-process.ts';
import { exampleFacts } from '#core/policy-facts.ts';

const root = process.cwd();
const doubled = (times: number, first: string, then: string) =>
  `${first}${'.map(a, a + a)'.repeat(times)}${then}`;

test('memory without end, in every form, costs a rule its answer and no other', async () => {
  const expressions = [
    'change.added > 10',
    doubled(30, '[[1, 2, 3]]', '.exists(b, b.size() == 0)'),
    doubled(30, '["abc"]', '.exists(b, b.contains("zz"))'),
    doubled(20, '["abc"]', '.exists(b, b.split("").map(c, [c, c, c]).size() == 0)'),
    doubled(24, '["abc"]', '.exists(b, b.split("").size() == 0)'),
    'change.added < 10',
  ];
  const said = await askCel(root, expressions, exampleFacts);
  expect(said.map((one) => ('value' in one ? one.value : 'broken'))).toEqual([
    ...[true, 'broken', 'broken', 'broken', 'broken', false],
  ]);
});

test('patterns take time that grows with the text alone', async () => {
  const long = structuredClone(exampleFacts);
  const patterns = ['(a+)+$', '(a|a)*b', '(.*a){20}x', '^(([a-z])+.)+[A-Z]([a-z])+$'];
  const facts = { ...long, change: { ...long.change, message: `${'a'.repeat(2_000)}!` } };
  const asked = patterns.map((pattern) => `change.message.matches("${pattern}")`);
  expect(await askCel(root, asked, facts)).toEqual(patterns.map(() => ({ value: false })));
  const [problem] = await checkCel(root, ['change.message.matches("(?=a)")']);
  expect(problem).toMatchObject({
    at: 23,
    problem: expect.stringMatching(/none of RE2/) as string,
  });
});

test('ten thousand files are looked through in time', async () => {
  const [file] = exampleFacts.change.files;
  const files = Array.from({ length: 10_000 }, (_, at) => ({
    ...file!,
    path: `src/some/folder/of/mine/file-${String(at)}.ts`,
  }));
  const facts = { ...exampleFacts, change: { ...exampleFacts.change, files } };
  const asked = [
    'change.files.exists(f, f.path.matches("^src/(a|b)*x"))',
    'change.files.size() == 10000',
  ];
  expect(await askCel(root, asked, facts)).toEqual([{ value: false }, { value: true }]);
});

test('facts beyond all measure make every rule block', async () => {
  const message = 'x'.repeat(4_000_001);
  const facts = { ...exampleFacts, change: { ...exampleFacts.change, message } };
  expect(await askCel(root, ['change.added > 10'], facts)).toEqual([
    { broken: 'The change is too large for rules.' },
  ]);
});

test('what nobody could have written is told where it stands, in bounded time', async () => {
  const began = performance.now();
  const expressions = [
    ...['('.repeat(2_000), '!'.repeat(1_999) + 'x', '['.repeat(2_000), '"'.repeat(1_999)],
    ...[
      'a.'.repeat(999) + 'a',
      '1+'.repeat(999) + '1',
      '{'.repeat(2_000),
      '\u0000\uffff',
      '?:'.repeat(900),
    ],
  ];
  const found = await checkCel(root, expressions);
  expect(found).toHaveLength(expressions.length);
  expect(found.every((one) => one !== null)).toBe(true);
  expect(performance.now() - began).toBeLessThan(10_000);
});
