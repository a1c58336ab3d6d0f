/** What prompts show of a repository: whole short files, the lines that matter of long ones, tests by their names. */
import { expect, test } from 'vitest';
import { Suite } from '#checks/detect.ts';
import { fileContents, howTestsRun, nearestTest } from '#flows/generate/material.ts';

const long = Array.from({ length: 4_000 }, (_, at) => `line ${String(at + 1)}`).join('\n');
const texts: Readonly<Record<string, string>> = { 'src/long.ts': long, 'src/short.ts': 'short\n' };
const files = {
  paths: Object.keys(texts),
  read: (path: string) => Promise.resolve(texts[path]),
};
const span = (from: number, to: number) => ({ path: 'src/long.ts', from, to });

test('a short file is shown whole, a file that is not there not at all', async () => {
  expect(await fileContents(files, ['src/short.ts', 'src/none.ts'])).toMatch(/short\n/);
  expect(await fileContents(files, ['src/none.ts'])).toBe('(none)');
});

test('of a long file the lines that matter are shown with some around them, and what else there is', async () => {
  const shown = await fileContents(
    files,
    ['src/long.ts'],
    [span(2_000, 2_010), span(2_050, 2_060), span(3_999, 9_999)],
  );
  expect(shown).toContain('Lines 1970 to 2090 of `src/long.ts`');
  expect(shown).toContain('Lines 3969 to 4000 of `src/long.ts`');
  expect(shown).toContain('\nline 1970\n');
  expect(shown).not.toContain('\nline 1969\n');
  expect(shown).toContain('`src/long.ts` has 4000 lines; read others with the tools.');
});

test('of a long file of which nobody named lines the beginning is shown', async () => {
  const shown = await fileContents(files, ['src/long.ts'], [span(8_000, 9_000)]);
  expect(shown).toContain('Lines 1 to 120 of `src/long.ts`');
});

const suite = Suite.parse({
  runner: 'vitest',
  typed: 'npm test',
  word: 'vitest',
  before: [],
  flags: [],
  prepare: [],
  environment: {},
  report: null,
});
const tree = (...paths: string[]) => ({ ...files, paths });

test('the nearest test is that of the most important file', () => {
  const tests = tree('test/money.test.ts', 'test/split.test.ts', 'test/ledger.test.ts');
  expect(nearestTest(suite, tests, ['src/split.ts', 'src/ledger.ts', 'src/money.ts'])).toBe(
    'test/split.test.ts',
  );
});

test('helpers of tests are counted, not named, and a long list says that it is cut', () => {
  const many = Array.from({ length: 25 }, (_, at) => `test/n${String(at)}.test.ts`);
  const told = howTestsRun(suite, tree(...many, 'test/server.ts'));
  expect(told).toContain('test/n19.test.ts, and 6 more files beside them.');
  expect(told).not.toContain('test/server.ts');
});
