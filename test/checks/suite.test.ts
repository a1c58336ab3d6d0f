/** Suites and linters in the real sandbox: how a run ended is told from its report, never from its exit code alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSandbox } from '#app.ts';
import { detectSuite } from '#checks/detect.ts';
import { detectLinter, runLinter } from '#checks/lint.ts';
import { runSuite } from '#checks/suite.ts';
import { readConfig } from '#config.ts';
import { textBlob } from '#core/change.ts';
import type { SuiteReport } from '#core/evidence.ts';
import { parseSettings } from '#core/settings-text.ts';
import type { Sandbox, Workspace } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';

const nothing = () => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => log };
let sandbox: Sandbox;
let dataFolder: string;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'sluice-suite-'));
  sandbox = openSandbox({ config: { ...readConfig({}), dataFolder }, log });
});
afterAll(async () => {
  await sandbox.close();
  await rm(dataFolder, { recursive: true, force: true });
});

type Texts = Readonly<Record<string, string>>;

const filesOf = (texts: Texts) => ({
  paths: Object.keys(texts),
  read: (path: string) => Promise.resolve(texts[path]),
});

async function inside<T>(texts: Texts, work: (workspace: Workspace) => Promise<T>): Promise<T> {
  const workspace = await sandbox.open([]);
  try {
    const files = Object.entries(texts).map(([path, text]) => ({
      path,
      mode: '100755' as const,
      content: textBlob(text),
    }));
    await workspace.write(files);
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

async function run(
  texts: Texts,
  only: readonly string[] = [],
  settings = '',
): Promise<SuiteReport> {
  const detected = await detectSuite(filesOf(texts), parseSettings(settings));
  if ('missing' in detected) throw new Error(detected.missing);
  return inside(texts, (workspace) => runSuite(workspace, detected.suite, only));
}

const manifest = (test: string, more: object = {}) =>
  JSON.stringify({ type: 'module', scripts: { test, ...more } });
const green = "import { test } from 'node:test';\ntest('is green', () => {});\n";
const typed = `import { test } from 'node:test';
import assert from 'node:assert/strict';
const two: number = 2;
test('is red', () => { assert.equal(two, 3); });
`;

test('tests in TypeScript run by type stripping, all of them or those of one file', async () => {
  const texts = {
    'package.json': manifest('node --test'),
    'test/a.test.js': green,
    'test/b.test.ts': typed,
  };
  const all = await run(texts);
  expect(all).toMatchObject({
    runner: 'node:test',
    command: 'npm test',
    state: 'failed',
    reason: null,
  });
  expect(all.cases.map(({ id, state, fault }) => [id, state, fault])).toEqual([
    ['test/a.test.js > is green', 'passed', null],
    ['test/b.test.ts > is red', 'failed', 'assertion'],
  ]);
  const one = await run(texts, ['test/a.test.js']);
  expect(one).toMatchObject({ command: 'node --test test/a.test.js', state: 'passed' });
  expect(one.cases).toHaveLength(1);
});

test.each([
  [
    'a script that only prints',
    { 'test/a.test.js': "console.assert(1 === 2, 'x');\n" },
    'skipped',
    /No tests were found/,
  ],
  [
    'skipped tests only',
    { 'test/a.test.js': "import { test } from 'node:test';\ntest.skip('later', () => {});\n" },
    'skipped',
    /Every test is skipped/,
  ],
  [
    'a test file that ends the process',
    { 'test/a.test.js': `${green}process.exit(3);\n` },
    'failed',
    null,
  ],
])('%s proves nothing', async (_, texts: Texts, state, reason) => {
  const report = await run({ 'package.json': manifest('node --test'), ...texts });
  expect(report.state).toBe(state);
  if (reason === null) expect(report.cases.map(({ fault }) => fault)).toContain('load');
  else expect(report.reason).toMatch(reason);
});

test('a runner that is not installed is told as such', async () => {
  const report = await run({ 'package.json': manifest('vitest run') });
  expect(report).toMatchObject({ state: 'crashed', cases: [] });
  expect(report.reason).toMatch(/could not be started.*vitest/);
});

test('what stands before the tests is done first, and a failure of it is not one of the tests', async () => {
  const build = {
    'build.sh': '#!/bin/sh\nmkdir -p test && cp a.txt test/a.test.js\n',
    'a.txt': green,
  };
  const built = await run({ ...build, 'package.json': manifest('./build.sh && node --test') });
  expect(built.cases.map(({ id }) => id)).toEqual(['test/a.test.js > is green']);
  const broken = await run({
    'package.json': manifest('./build.sh && node --test'),
    'build.sh': '#!/bin/sh\necho no compiler; exit 4\n',
  });
  expect(broken).toMatchObject({
    state: 'crashed',
    reason: '`./build.sh`, which stands before the tests, failed: no compiler',
  });
});

test('any other runner is read through the JUnit file that the settings name', async () => {
  const xml =
    '<testsuite><testcase classname="a" name="b"/><testcase classname="a" name="c"><failure message="expected 1">x</failure></testcase></testsuite>';
  const texts = {
    'check.sh': `#!/bin/sh\nmkdir out && echo '${xml}' > out/r.xml\nexit 1\n`,
    'out.txt': '',
  };
  const report = await run(texts, [], 'commands: { test: ./check.sh, report: out/r.xml }');
  expect(report).toMatchObject({ runner: 'junit', command: './check.sh', state: 'failed' });
  expect(report.cases.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'a > b passed',
    'a > c failed',
  ]);
});

test('a report that the repository brings along is not taken for the result', async () => {
  const texts = {
    'check.sh': '#!/bin/sh\nexit 0\n',
    'r.xml': '<testsuite><testcase name="a"/></testsuite>',
  };
  const report = await run(texts, [], 'commands: { test: ./check.sh, report: r.xml }');
  expect(report).toMatchObject({ state: 'crashed', cases: [] });
});

test('green tests do not hide that the runner failed', async () => {
  const xml = '<testsuite><testcase name="a"/></testsuite>';
  const texts = {
    'check.sh': `#!/bin/sh\necho '${xml}' > r.xml\necho coverage is too low\nexit 1\n`,
  };
  const report = await run(texts, [], 'commands: { test: ./check.sh, report: r.xml }');
  expect(report).toMatchObject({
    state: 'crashed',
    reason: 'It ended with exit code 1 although no test failed: coverage is too low',
  });
});

async function lint(texts: Texts) {
  const linter = await detectLinter(filesOf(texts), parseSettings());
  if (linter === null) throw new Error('no linter was found');
  return inside(texts, (workspace) => runLinter(workspace, linter));
}

test('a lint script is clean or not; more it does not tell', async () => {
  expect(await lint({ 'package.json': manifest('x', { lint: 'true' }) })).toEqual({
    state: 'clean',
    findings: [],
    reason: null,
  });
  const worse = await lint({ 'package.json': manifest('x', { lint: 'echo bad line; false' }) });
  expect(worse).toEqual({ state: 'findings', findings: null, reason: 'bad line' });
});

const eslint = (messages: string, code: number) => ({
  'package.json': manifest('x', { lint: 'eslint .' }),
  'node_modules/.bin/eslint': `#!/bin/sh\necho '[{"filePath":"'"$PWD"'/a.js","messages":[${messages}]}]' > /tmp/sluice-report\nexit ${String(code)}\n`,
});

test('what ESLint finds is kept by file, rule and message, and its own failure is none of it', async () => {
  expect(await lint(eslint('', 0))).toMatchObject({ state: 'clean', findings: [] });
  const found =
    '{"ruleId":"no-var","message":"Use let.","line":3},{"ruleId":null,"message":"Broken."}';
  expect(await lint(eslint(found, 1))).toMatchObject({
    state: 'findings',
    findings: ['a.js: no-var: Use let.', 'a.js: syntax: Broken.'],
  });
  expect(await lint(eslint('', 2))).toMatchObject({ state: 'crashed', findings: null });
  expect(await lint({ 'package.json': manifest('x', { lint: 'eslint .' }) })).toMatchObject({
    state: 'crashed',
  });
});
