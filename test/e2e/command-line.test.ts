/** The command line as a person uses it: separate processes, their documents on stdout, and their exit codes. */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersFolder, world } from '#demo/story.ts';
import { recordedCost } from '../stories/recorded-cost.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let repository: string;

const git = (...words: readonly string[]) =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
    encoding: 'utf8',
  }).trim();

function environmentFor(more: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return { PATH, HOME: folder, TMPDIR, SLUICE_DATA_DIR: join(folder, 'data'), ...more };
}

/** `sluice ...`, with nothing of ours in its environment but what is named. */
function sluice(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['src/cli.ts', ...words], {
      env: environmentFor(environment),
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice e2e '));
  execFileSync('chmod', ['711', folder]);
  repository = join(folder, 'my project');
  cpSync('src/demo/sample', repository, { recursive: true });
  execFileSync('git', ['init', '--quiet', '--initial-branch=trunk', repository]);
  git('add', '.');
  git('commit', '--quiet', '-m', 'start');
  const issue = world.repositories?.[0]?.issues?.[0];
  writeFileSync(join(folder, 'issue.md'), `# ${issue?.title ?? ''}\n\n${issue?.body ?? ''}\n`);
  writeFileSync(join(folder, 'other.md'), '# Another wish\n\nSomething else.\n');
  writeFileSync(join(folder, 'untitled.md'), 'no heading\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const replay = { SLUICE_RECORDINGS: answersFolder };
const generate = (issue: string, environment: Record<string, string>) =>
  sluice(['generate', '--repo', repository, '--issue', join(folder, issue), '--json'], environment);

test('the demo plays its story headless and shows the pull request with its evidence', async () => {
  const { code, stdout, stderr } = await sluice(['demo', '--once', '--json', '--port', '0']);
  expect(stderr).toContain('sluice: proven: A new test fails on the base commit');
  expect(code).toBe(0);
  const told = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(told)).toEqual([
    'url',
    'issue',
    'pull',
    'checks',
    'evidence',
    'cost',
    'seconds',
  ]);
  expect(told.pull).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/acme\/tally\/pull\/3$/);
  expect(told.evidence).toMatchObject([
    {
      name: 'The new test',
      before: expect.stringMatching(/^\d+ failed$/) as string,
      after: expect.stringMatching(/^\d+ passed$/) as string,
      verdict: 'proves',
    },
    { name: 'All tests', before: '10 passed', verdict: 'holds' },
  ]);
});

test('generate brings a proven branch back and leaves everything else in the checkout as it was', async () => {
  writeFileSync(join(repository, 'scratch.txt'), 'not committed\n');
  const before = [
    git('status', '--porcelain'),
    readFileSync(join(repository, '.git/config'), 'utf8'),
  ];
  const { code, stdout } = await generate('issue.md', replay);
  const told = JSON.parse(stdout) as Record<string, unknown>;
  expect(told).toMatchObject({
    outcome: 'proven',
    base: git('rev-parse', 'trunk'),
    branch: 'sluice/1-splitting-a-bill-loses-cents',
    head: git('rev-parse', 'sluice/1-splitting-a-bill-loses-cents'),
    cost: { ...recordedCost(), usd: null },
  });
  expect(code).toBe(0);
  const after = [
    git('status', '--porcelain'),
    readFileSync(join(repository, '.git/config'), 'utf8'),
  ];
  expect(after).toEqual(before);
  expect(git('branch', '--show-current')).toBe('trunk');
});

test('what a run on a checkout fetched does not stay behind', () => {
  expect(readdirSync(join(folder, 'data'))).not.toContain('mirrors');
});

test('verify runs the evidence of the branch again, from red to green', async () => {
  const words = ['verify', 'sluice/1-splitting-a-bill-loses-cents', '--repo', repository];
  const { code, stdout } = await sluice(words);
  expect(stdout).toMatch(/The new test +(\d+) failed +\1 passed/);
  expect(stdout).toContain('proven: Red on the base commit, green with the change.');
  expect(code).toBe(0);
});

test('verify finds out a branch whose fix was taken out again', async () => {
  git('checkout', '--quiet', '-b', 'forged', 'sluice/1-splitting-a-bill-loses-cents');
  git('checkout', '--quiet', 'trunk', '--', 'src');
  git('commit', '--quiet', '--amend', '--no-edit');
  git('checkout', '--quiet', 'trunk');
  const { code, stdout } = await sluice(['verify', 'forged', '--repo', repository, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'unproven' });
  expect(code).toBe(3);
});

test.each([
  ['an issue that was not recorded', 'other.md', replay, 1, /No answer is recorded/],
  ['no model at all', 'issue.md', {}, 2, /No model is configured/],
  ['an issue without a heading', 'untitled.md', replay, 2, /has no heading/],
  ['an issue that is not there', 'none.md', replay, 2, /cannot be read/],
])('generate says why it ends: %s', async (_, issue, environment, code, words) => {
  const ended = await generate(issue, environment);
  expect(ended.code).toBe(code);
  expect(`${ended.stdout}${ended.stderr}`).toMatch(words);
});

test('a verb that is interrupted ends and removes what it started', async () => {
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  execFileSync('chmod', ['711', temporary]);
  const command = [
    'sandbox',
    '--repo',
    repository,
    '--',
    'sh',
    '-c',
    'echo started; exec sleep 600',
  ];
  const child = spawn(process.execPath, ['src/cli.ts', ...command], {
    env: { ...environmentFor({}), TMPDIR: temporary },
  });
  // Its local GitHub is up once it says that it looks for packages.
  await new Promise((resolve) => child.stderr.once('data', resolve));
  child.kill('SIGTERM');
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(1);
  expect(readdirSync(temporary)).toEqual([]);
});

test('sandbox runs a command on a copy and tells what it changed', async () => {
  const command = ['sh', '-c', 'echo out; echo err >&2; echo x > new.txt; rm README.md; exit 7'];
  const { code, stdout } = await sluice([
    'sandbox',
    '--repo',
    repository,
    '--json',
    '--',
    ...command,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    exitCode: 7,
    timedOut: false,
    stdout: 'out\n',
    stderr: 'err\n',
    changes: [
      { path: 'README.md', kind: 'deleted' },
      { path: 'new.txt', kind: 'created' },
    ],
  });
  expect(code).toBe(1);
  expect(readFileSync(join(repository, 'README.md'), 'utf8')).toContain('# tally');
});

test.each([
  [['nonsense'], /there is no command "nonsense"/],
  [['verify', '--repo', 'x'], /missing required argument 'branch'/],
  [['sandbox', '--repo', tmpdir(), '--', 'true'], /is not a git repository/],
  [['runs', 'nonsense'], /There is no run nonsense/],
])('wrong use ends with 2 and says what is wrong: %s', async (words, told) => {
  const { code, stderr } = await sluice(words);
  expect(code).toBe(2);
  expect(stderr).toMatch(told);
});
