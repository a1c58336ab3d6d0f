/** How tests and linters are found in repositories as people lay them out. */
import { expect, test } from 'vitest';
import { detectSuite } from '#checks/detect.ts';
import { detectLinter } from '#checks/lint.ts';
import { runners } from '#checks/runners/all.ts';
import type { Files } from '#checks/scripts.ts';
import { commandsOf } from '#checks/words.ts';
import { parseSettings } from '#core/settings-text.ts';

function files(texts: Readonly<Record<string, string | object>>): Files {
  const read = (path: string) => {
    const text = texts[path];
    return Promise.resolve(typeof text === 'object' ? JSON.stringify(text) : text);
  };
  return { paths: Object.keys(texts), read };
}

/** The command that is started, and what stands before it. */
async function started(
  texts: Parameters<typeof files>[0],
  only: readonly string[] = [],
  settings = '',
): Promise<string> {
  const found = await detectSuite(files(texts), parseSettings(settings));
  if ('missing' in found) return found.missing;
  const { suite } = found;
  const runner = runners.find(({ name }) => name === suite.runner);
  const argv = runner?.command({ ...suite, files: only }) ?? [suite.word];
  return [...suite.prepare, argv].map((words) => words.join(' ')).join(' ; ');
}

const script = (test: string, more: object = {}) => ({
  'package.json': { scripts: { test, ...more } },
});
const vitestReport = '--reporter=json --outputFile=/tmp/sluice-report';
const nodeReport =
  '--test --test-reporter=/opt/tools/src/inside/node-test-reporter.ts --test-reporter-destination=/tmp/sluice-report';

test.each([
  ['vitest run', `node_modules/.bin/vitest run ${vitestReport}`],
  ['vitest', `node_modules/.bin/vitest run ${vitestReport}`],
  [
    'npx vitest run --coverage --reporter verbose --config a.ts',
    `node_modules/.bin/vitest run --config a.ts ${vitestReport}`,
  ],
  ['c8 vitest run unit', `node_modules/.bin/vitest run unit ${vitestReport}`],
  [
    'jest --watchAll --maxWorkers 2',
    'node /opt/tools/src/inside/run-jest.ts --maxWorkers 2 --ci --coverage=false --json --outputFile=/tmp/sluice-report',
  ],
  [
    'node --experimental-vm-modules node_modules/jest/bin/jest.js',
    'node --experimental-vm-modules /opt/tools/src/inside/run-jest.ts --ci --coverage=false --json --outputFile=/tmp/sluice-report',
  ],
  [
    "cross-env NODE_ENV=test mocha -r ts-node/register 'test/**/*.ts' --reporter dot",
    'node_modules/.bin/mocha -r ts-node/register test/**/*.ts --reporter json --reporter-option output=/tmp/sluice-report',
  ],
  ['node --test', `node ${nodeReport}`],
  [
    'node --import tsx --test "src/**/*.test.ts"',
    `node --import tsx ${nodeReport} src/**/*.test.ts`,
  ],
  ['tsx --test test/*.ts', `node_modules/.bin/tsx ${nodeReport} test/*.ts`],
  [
    'python3 -m pytest -n 4 tests',
    'python3 -m pytest -p no:cacheprovider tests --junit-xml=/tmp/sluice-report -o junit_family=xunit1',
  ],
  [
    'eslint . && tsc --noEmit && tsc -p . && mocha dist',
    'tsc -p . ; node_modules/.bin/mocha dist --reporter json --reporter-option output=/tmp/sluice-report',
  ],
])('the script %s is started so that it writes a report', async (text, expected) => {
  expect(await started(script(text))).toBe(expected);
});

test('scripts that call scripts are followed, with what stands before them', async () => {
  const more = { pretest: 'npm run build', build: 'tsc -p .', 'test:unit': 'vitest run' };
  expect(
    await started(
      script('npm run lint && npm run test:unit -- --dir src', { ...more, lint: 'eslint .' }),
    ),
  ).toBe(`tsc -p . ; node_modules/.bin/vitest run --dir src ${vitestReport}`);
});

test.each([
  [
    'vitest run unit --dir src',
    ['test/a.test.ts'],
    `node_modules/.bin/vitest run --dir src ${vitestReport} test/a.test.ts`,
  ],
  [
    'jest',
    ['a.test.js'],
    'node /opt/tools/src/inside/run-jest.ts --ci --coverage=false --json --outputFile=/tmp/sluice-report --runTestsByPath a.test.js',
  ],
  [
    'mocha -r chai test/*.js',
    ['test/a.js'],
    'node_modules/.bin/mocha -r chai --reporter json --reporter-option output=/tmp/sluice-report test/a.js',
  ],
  ['node --test "test/*.js"', ['test/a.js'], `node ${nodeReport} test/a.js`],
  [
    'pytest -k x tests',
    ['tests/test_a.py'],
    'python3 -m pytest -p no:cacheprovider -k x --junit-xml=/tmp/sluice-report -o junit_family=xunit1 tests/test_a.py',
  ],
])('%s is narrowed down to files', async (text, only, expected) => {
  expect(await started(script(text), only)).toBe(expected);
});

test.each([
  [
    'packages that are installed',
    { 'package.json': { devDependencies: { vitest: '5' } } },
    `node_modules/.bin/vitest run ${vitestReport}`,
  ],
  [
    'another script',
    { 'package.json': { scripts: { test: 'echo none', 'test:unit': 'jest' } } },
    /run-jest\.ts --ci/,
  ],
  [
    'test files without a runner',
    { 'package.json': {}, 'test/a.test.js': '' },
    `node ${nodeReport}`,
  ],
  ['pytest by its own file', { 'conftest.py': '', 'tests/test_a.py': '' }, /python3 -m pytest/],
  [
    'pytest by the project file',
    { 'pyproject.toml': '[tool.pytest.ini_options]', 'tests/test_a.py': '' },
    /python3 -m pytest/,
  ],
  ['nothing at all', { 'README.md': '' }, /No tests were found.*commands\.test/],
  [
    'a script that nobody can read',
    script('make check'),
    /The test script is `make check`.*commands\.report/,
  ],
  [
    'a script that npm wrote',
    { ...script('echo "Error: no test specified" && exit 1'), 'test/a.test.js': '' },
    `node ${nodeReport}`,
  ],
  [
    'test files beside a script that nobody can read',
    { ...script('make check'), 'test/a.test.js': '' },
    /The test script is/,
  ],
  ['a broken package.json', { 'package.json': '{' }, /No tests were found/],
] as const)('%s', async (_, texts, expected) => {
  expect(await started(texts)).toMatch(expected);
});

test('the settings have the last word', async () => {
  const texts = script('jest', { unit: 'vitest run' });
  expect(await started(texts, [], 'commands: { test: npm run unit }')).toBe(
    `node_modules/.bin/vitest run ${vitestReport}`,
  );
  expect(await started(texts, [], 'commands: { test: make check, report: out.xml }')).toBe(
    'make check',
  );
  expect(await started(texts, [], 'commands: { test: make check }')).toMatch(
    /calls none of the runners.*commands\.report/,
  );
});

test.each([
  ['a && b || c; d | e > f', ['a', 'b', 'c', 'd', 'e', 'f']],
  [
    `say "two words" 'single $x' back\\ slash "in\\"side"`,
    ['say|two words|single $x|back slash|in"side'],
  ],
  ['A=1 B="x y" env C=2 run', ['run']],
  ['A=1', ['']],
])('%s is read as a shell would split it', (text, expected) => {
  expect(commandsOf(text).map(({ words }) => words.join('|'))).toEqual(expected);
});

test.each([
  [
    'the script lint',
    script('x', { lint: 'eslint src --fix --max-warnings=0' }),
    { kind: 'eslint', typed: 'npm run lint', words: ['src'] },
  ],
  [
    'a script of several tools',
    script('x', { lint: 'prettier --check . && eslint .' }),
    { kind: 'script', typed: 'npm run lint', words: ['prettier --check . && eslint .'] },
  ],
  [
    'a configuration of ESLint',
    { 'package.json': { devDependencies: { eslint: '10' } }, 'eslint.config.js': '' },
    { kind: 'eslint', typed: 'npx eslint .', words: ['.'] },
  ],
  ['a configuration without ESLint', { 'package.json': {}, 'eslint.config.js': '' }, null],
  ['ruff', { 'ruff.toml': '' }, { kind: 'ruff', typed: 'ruff check', words: [] }],
  [
    'ruff in the project file',
    { 'pyproject.toml': '[tool.ruff]' },
    { kind: 'ruff', typed: 'ruff check', words: [] },
  ],
  ['none', { 'pyproject.toml': '' }, null],
])('the linter is found: %s', async (_, texts, expected) => {
  expect(await detectLinter(files(texts), parseSettings())).toEqual(expected);
});
