/** Each gate on a table of changes: what passes, what is told, what is blocked, and the sentence that people read. */
import { expect, test, describe } from 'vitest';
import { textBlob } from '#core/change.ts';
import { gates } from '#policy/gates/all.ts';
import type { GateFacts } from '#policy/gates/gate.ts';
import { lint } from '#policy/gates/lint.ts';
import { proof } from '#policy/gates/proof.ts';
import { protectedPaths } from '#policy/gates/protected-paths.ts';
import { regression } from '#policy/gates/regression.ts';
import { secrets } from '#policy/gates/secrets.ts';
import { size } from '#policy/gates/size.ts';
import { testsKept } from '#policy/gates/tests-kept.ts';
import { aCase, facts, file, report } from './facts.ts';

type Row = readonly [
  what: string,
  departing: Parameters<typeof facts>[0],
  answer: string,
  reason: RegExp | null,
];

function table(gate: (typeof gates)[number], rows: readonly Row[]): void {
  describe(gate.name, () => {
    test.each(rows)('%s', (_, departing, answer, reason) => {
      const decided = gate.decide(facts(departing));
      expect(decided.gate).toBe(gate.name);
      expect(decided.answer).toBe(answer);
      if (reason === null) expect(decided.reasons).toEqual([]);
      else expect(decided.reasons.join('\n')).toMatch(reason);
    });
  });
}

test('a change that is proven, small and in its place passes every gate', () => {
  expect(gates.map((gate) => gate.decide(facts()).answer)).toEqual(gates.map(() => 'pass'));
});

const old = aCase('test/a.test.ts > old');
const fresh = 'test/b.test.ts > new';

table(proof, [
  ['red on base and green on head proves', {}, 'pass', null],
  [
    'an exception of the code under test proves too',
    { reproduced: report([aCase(fresh, 'failed', 'exception')]) },
    'pass',
    null,
  ],
  [
    'a test that passes on base proves nothing',
    { reproduced: report([aCase(fresh)]) },
    'block',
    /no new test fails: `test\/b\.test\.ts > new`/,
  ],
  [
    'a test that cannot be loaded proves nothing',
    { reproduced: report([aCase(fresh, 'failed', 'load')]) },
    'block',
    /cannot be loaded/,
  ],
  [
    'one loaded test does not excuse another that is not',
    { reproduced: report([aCase(fresh, 'failed'), aCase('test/b.test.ts', 'failed', 'load')]) },
    'block',
    /cannot be loaded/,
  ],
  [
    'a skipped test proves nothing',
    { reproduced: report([aCase(fresh, 'skipped')], 'skipped', 'Every test is skipped.') },
    'block',
    /was not run: Every test is skipped/,
  ],
  [
    'a crash proves nothing',
    { reproduced: report([], 'crashed', 'SyntaxError') },
    'block',
    /could not be run: SyntaxError/,
  ],
  [
    'a time-out proves nothing',
    { reproduced: report([], 'timed-out') },
    'block',
    /did not end in time:$/,
  ],
  [
    'a test that failed before proves nothing new',
    { before: report([old, aCase(fresh, 'failed')]) },
    'block',
    /no new test fails\./,
  ],
  [
    'a test that stays red is not fixed',
    { after: report([old, aCase(fresh, 'failed')]) },
    'block',
    /still does not pass/,
  ],
  [
    'a test that is skipped on head is not fixed',
    { after: report([old, aCase(fresh, 'skipped')]) },
    'block',
    /still does not pass/,
  ],
  [
    'a test that is gone on head is not fixed',
    { after: report([old]) },
    'block',
    /still does not pass/,
  ],
]);

table(regression, [
  ['what passed still passes', {}, 'pass', null],
  [
    'a test that failed before may go on failing',
    {
      before: report([aCase('x', 'failed'), old]),
      after: report([aCase('x', 'failed'), old, aCase(fresh)]),
    },
    'pass',
    null,
  ],
  [
    'a repository without tests loses none',
    { before: report([], 'skipped', 'No tests were found.') },
    'pass',
    null,
  ],
  [
    'a test that fails now',
    { after: report([{ ...old, state: 'failed' }, aCase(fresh)]) },
    'block',
    /passed before and fail now \(1\): `test\/a\.test\.ts > old`/,
  ],
  [
    'a test that is skipped now',
    { after: report([{ ...old, state: 'skipped' }]) },
    'block',
    /skipped now/,
  ],
  ['a test that is gone', { after: report([aCase(fresh)]) }, 'block', /gone now/],
  [
    'a second new test that fails',
    { after: report([old, aCase(fresh), aCase('test/b.test.ts > other', 'failed')]) },
    'block',
    /are new and fail/,
  ],
  [
    'a suite that crashes',
    { after: report([], 'crashed', 'out of memory') },
    'block',
    /With the change the tests could not be run: out of memory/,
  ],
  ['a suite that does not end', { after: report([], 'timed-out') }, 'block', /did not end in time/],
  [
    'a base whose tests cannot be run',
    { before: report([], 'crashed', null) },
    'block',
    /On the base commit the tests could not be run/,
  ],
  [
    'a long list is cut',
    {
      before: report(Array.from({ length: 12 }, (_, n) => aCase(`t${String(n)}`))),
      after: report([]),
    },
    'block',
    /\(12\): .*`t9` and 2 more/,
  ],
]);

const linted = (part: Partial<NonNullable<GateFacts['lint']>>) => ({
  lint: {
    command: 'npm run lint',
    before: 'clean' as const,
    after: 'clean' as const,
    added: [] as readonly string[] | null,
    ...part,
  },
});

table(lint, [
  ['no linter is told, not called a success', { lint: null }, 'warn', /names no linter/],
  ['clean before and after', linted({}), 'pass', null],
  ['the same findings as before', linted({ before: 'findings', after: 'findings' }), 'pass', null],
  ['cleaner than before', linted({ before: 'findings' }), 'pass', null],
  [
    'a new finding among old ones',
    linted({ before: 'findings', after: 'findings', added: ['src/a.ts: no-var: x'] }),
    'block',
    /no-var/,
  ],
  [
    'no list, but content before',
    linted({ after: 'findings', added: null }),
    'block',
    /content before/,
  ],
  [
    'no list, and not content before',
    linted({ before: 'findings', after: 'findings', added: null }),
    'warn',
    /cannot be told/,
  ],
  [
    'broken before',
    linted({ before: 'crashed', after: 'crashed', added: null }),
    'warn',
    /did not work on the base commit/,
  ],
  ['broken now', linted({ after: 'timed-out', added: null }), 'block', /does not work any more/],
]);

const touching = (path: string): Row => [
  path,
  { files: [file(path, 'x\n')] },
  'block',
  /only people may change/,
];

table(protectedPaths, [
  [
    'ordinary source',
    { files: [file('src/github/a.ts', 'x\n'), file('docs/package.md', 'x\n')] },
    'pass',
    null,
  ],
  ...[
    '.github/workflows/ci.yml',
    '.gitattributes',
    'packages/a/.npmrc',
    '.husky/pre-commit',
    'docs/CODEOWNERS',
    '.gitmodules',
    'package.json',
    'packages/a/package.json',
    'package-lock.json',
    'requirements-dev.txt',
    'pyproject.toml',
    'go.mod',
    'node_modules/a/index.js',
    'vitest.config.ts',
    'jest.setup.js',
    'tsconfig.build.json',
    'eslint.config.mjs',
    'tests/conftest.py',
    'Makefile',
    'action.yml',
    'deploy/azure-pipelines.yaml',
    'Dockerfile.dev',
    'gulpfile.js',
    'turbo.json',
    'AGENTS.md',
    'docs/claude.md',
    'Dockerfile',
  ].map(touching),
]);

const long = (lines: number) => 'line\n'.repeat(lines);

table(size, [
  ['a small change', {}, 'pass', null],
  ['nothing at all', { files: [] }, 'block', /empty/],
  [
    'too many files',
    { files: Array.from({ length: 21 }, (_, n) => file(`src/${String(n)}.ts`, 'x\n')) },
    'block',
    /21 files, more than 20.*limits\.files/,
  ],
  [
    'too many lines',
    { files: [file('src/new.ts', long(801))] },
    'block',
    /801 lines, more than 800.*limits\.lines/,
  ],
  [
    'one line of a long file',
    {
      files: [file('src/l.ts', `${long(5_000)}more\n`)],
      originals: new Map([['src/l.ts', long(5_000)]]),
    },
    'pass',
    null,
  ],
  [
    'a deleted file counts its lines',
    { files: [file('src/l.ts', null)], originals: new Map([['src/l.ts', long(900)]]) },
    'block',
    /900 lines/,
  ],
  [
    'a large file',
    { files: [file('src/big.ts', 'x'.repeat(300_000))] },
    'block',
    /above 256 KiB: `src\/big\.ts`/,
  ],
  [
    'a binary file',
    { files: [{ path: 'a.png', mode: '100644', content: { encoding: 'base64', text: 'AAEC' } }] },
    'block',
    /no text: `a\.png`/,
  ],
]);

const two = "test('a', () => { expect(f(1)).toBe(2); });\ntest('b', () => {});\n";
const edited = (text: string | null, path = 'test/a.test.ts') => ({
  files: [file(path, text)],
  originals: new Map([[path, two]]),
});

table(testsKept, [
  ['a test is added', edited(`${two}test('c', () => {});\n`), 'pass', null],
  [
    'a test is taken away',
    edited("test('a', () => { expect(f(1)).toBe(2); });\n"),
    'block',
    /taken away: `test\/a\.test\.ts`/,
  ],
  ['a test file is deleted', edited(null), 'block', /deleted/],
  ['a source file is deleted', edited(null, 'src/a.ts'), 'pass', null],
  [
    'a test is skipped',
    edited(two.replace("test('b'", "test.skip('b'")),
    'block',
    /skipped or singled out/,
  ],
  ['a test is singled out', edited(`${two}it.only('c', () => {});\n`), 'block', /singled out/],
  [
    'a Python test is skipped',
    { files: [file('tests/test_a.py', '@pytest.mark.skip\ndef test_a(): pass\n')] },
    'block',
    /skipped/,
  ],
  [
    'a node test is skipped by an option',
    { files: [file('test/n.test.js', "test('n', { skip: true }, () => {});\n")] },
    'block',
    /skipped/,
  ],
  [
    'an old assertion is changed',
    edited(two.replace('toBe(2)', 'toBe(3)')),
    'warn',
    /were changed/,
  ],
  [
    'a linter is silenced',
    { files: [file('src/a.ts', '// eslint-disable-next-line\nx\n')] },
    'warn',
    /silenced/,
  ],
  [
    'a proof in an unusual place counts as a test',
    { ...edited(null, 'checks/a.ts'), testPaths: ['checks/a.ts'] },
    'block',
    /deleted/,
  ],
]);

/** Put together here, so that no scanner takes this file for a leak. */
const awsKey = ['AKIA', 'ABCDEFGHIJKLMNOP'].join('');

table(secrets, [
  ['ordinary code', {}, 'pass', null],
  [
    'an AWS key',
    { files: [file('src/a.ts', `const k = '${awsKey}';\n`)] },
    'block',
    /credential is added in `src\/a\.ts`/,
  ],
  [
    'a GitHub token',
    { files: [file('src/a.ts', `const k = '${['ghp', 'a1'.repeat(18)].join('_')}';\n`)] },
    'block',
    /credential/,
  ],
  [
    'a private key',
    { files: [file('src/a.ts', `-----BEGIN ${['PRIVATE', 'KEY'].join(' ')}-----\nabc\n`)] },
    'block',
    /credential/,
  ],
  [
    'a key that stood there before',
    {
      files: [file('src/a.ts', `${awsKey}\nmore\n`)],
      originals: new Map([['src/a.ts', `${awsKey}\n`]]),
    },
    'pass',
    null,
  ],
  [
    'a direction mark',
    { files: [file('src/a.ts', 'const a = "\u202e";\n')] },
    'block',
    /cannot be seen/,
  ],
  [
    'a zero-width character',
    { files: [file('src/a.ts', 'const a\u200b = 1;\n')] },
    'block',
    /cannot be seen/,
  ],
  ['umlauts and emoji', { files: [file('src/a.ts', 'const a = "ä 🙂";\n')] }, 'pass', null],
]);

test('a binary original does not disturb the gates that compare lines', () => {
  const departing = {
    files: [{ path: 'a.bin', mode: '100644' as const, content: textBlob('x\n') }],
    originals: new Map([['a.bin', null]]),
  };
  expect(gates.map((gate) => gate.decide(facts(departing)).answer)).not.toContain('block');
});
