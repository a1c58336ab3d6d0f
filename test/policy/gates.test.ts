/** Each gate on a table of changes: what passes, what is told, what is blocked, and the sentence that people read. */
import { expect, test, describe } from 'vitest';
import { textBlob } from '#core/change.ts';
import { gates } from '#policy/gates/all.ts';
import type { GateFacts } from '#policy/gates/gate.ts';
import { checks } from '#policy/gates/checks.ts';
import { dependencies } from '#policy/gates/dependencies.ts';
import { hiddenCharacters } from '#policy/gates/hidden-characters.ts';
import { lint } from '#policy/gates/lint.ts';
import { policy } from '#policy/gates/policy.ts';
import { proof } from '#policy/gates/proof.ts';
import { protectedPaths } from '#policy/gates/protected-paths.ts';
import { regression } from '#policy/gates/regression.ts';
import { secrets } from '#policy/gates/secrets.ts';
import { size } from '#policy/gates/size.ts';
import { testsKept } from '#policy/gates/tests-kept.ts';
import { tree } from '#policy/gates/tree.ts';
import { askAll } from '#policy/ask-all.ts';
import type { CheckResult } from '#core/check-result.ts';
import { finding, type Level } from '#core/finding.ts';
import type { Ruled } from '#core/policies.ts';
import type { Verdict } from '#core/verdict.ts';
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
    'githooks/pre-commit',
    'lefthook.yml',
    'bunfig.toml',
    'tools/pip.conf',
    'Skill.md',
    'docs/python.instructions.md',
    'rules/a.mdc',
    'app.csproj',
    'gradlew',
    'src/sitecustomize.py',
    'crates/a/build.rs',
    '\uff30ackage.json',
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
  ...[
    [
      'a token in a name',
      { files: [file(`src/${['ghp', 'a1'.repeat(18)].join('_')}.ts`, 'x\n')] },
      /The name of a file/,
    ],
    [
      'a key as base64',
      { files: [file('a.ts', `x('${btoa(`-- ${awsKey} --  and some more`)}')\n`)] },
      /credential/,
    ],
    [
      'a password in an address',
      { files: [file('a.ts', "db('postgres://app:hunter2hunter@db/x')\n")] },
      /credential/,
    ],
    ['a file for keys', { files: [file('deploy/id_ed25519', 'x\n')] }, /Files for keys/],
  ].map(([what, departing, reason]) => [what, departing, 'block', reason] as Row),
  [
    'what may be a secret is told',
    { files: [file('src/a.ts', "const apiKey = 'q8Zr2LxV0pTn5WcY7bKd';\n")] },
    'warn',
    /may be a secret/,
  ],
  [
    'a sentence that is called a password is none',
    { files: [file('src/a.ts', "const password = 'aaaaaaaaaaaaaaaaaaaa';\n")] },
    'pass',
    null,
  ],
]);

table(hiddenCharacters, [
  ...(
    [
      ['a direction mark', 'const a = "\u202e";\n'],
      ['a zero-width character', 'const a\u200b = 1;\n'],
      ['tags', 'const a = "x\u{e0041}\u{e0042}";\n'],
      ['an escape sequence', 'const a = "\u001b[2J";\n'],
      ['a line end that is none', 'const a = 1; // \u2028evil();\n'],
      ['a carriage return in a line', 'good();\revil();\n'],
      ['variation selectors that carry data', 'const a = "x\u{e0121}";\n'],
      ['a filler that is a letter', 'const \u3164 = 1;\n'],
    ] as const
  ).map(([what, text]): Row => [
    what,
    { files: [file('src/a.ts', text)] },
    'block',
    /cannot be seen/,
  ]),
  ['a byte order mark of a new file', { files: [file('src/n.ts', '\ufeffa\n')] }, 'pass', null],
  ['Windows line ends', { files: [file('src/n.ts', 'a\r\nb\r\n')] }, 'pass', null],
  [
    'the flag of a region',
    { files: [file('a.ts', '"🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"\n')] },
    'pass',
    null,
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

const odd = (path: string, reason: RegExp, more: Partial<ReturnType<typeof file>> = {}): Row => [
  JSON.stringify(path),
  { files: [{ ...file(path, 'x\n'), ...more }] },
  'block',
  reason,
];
const link = JSON.parse('"120000"') as '100644';

table(tree, [
  ['a new file beside others', { files: [file('src/b.ts', 'x\n')] }, 'pass', null],
  ['a file that is deleted', { files: [file('src/a.ts', null)] }, 'pass', null],
  odd('src/\u202ea.ts', /cannot be used: `src\/\\u\{202e\}a\.ts`/),
  odd('src/a\u200b.ts', /cannot be used/),
  odd('src/a\u{e0041}.ts', /cannot be used/),
  odd('src/\u001b[2J.ts', /cannot be used/),
  odd('../a.ts', /cannot be used/),
  odd('/etc/cron', /cannot be used/),
  odd('src/.GIT/config', /cannot be used/),
  odd('git~1/config', /cannot be used/),
  odd('package.json.', /cannot be used/),
  odd('src/a.ts::$DATA', /cannot be used/),
  odd('src/aux.ts', /cannot be used/),
  odd('src/A.ts', /only in how they are spelled/),
  odd('SRC/b.ts', /only in how they are spelled/),
  odd('\uff53rc/b.ts', /only in how they are spelled/),
  odd('src', /in the way/i),
  odd('src/a.ts/b.ts', /in the way/i),
  odd('link', /No plain files/, { mode: link }),
  [
    'a file below a link',
    {
      files: [file('lib/x.ts', 'x\n')],
      base: { modes: new Map(), others: new Set(['lib']) },
    },
    'block',
    /link or a submodule/,
  ],
  ['a file twice', { files: [file('src/b.ts', 'x\n'), file('src/b.ts', 'y\n')] }, 'block', /twice/],
  [
    'a file that may be executed now',
    { files: [{ ...file('src/a.ts', 'x\n'), mode: '100755' }] },
    'warn',
    /executed/,
  ],
]);

const pin = 'a'.repeat(40);

table(dependencies, [
  ['no manifest', {}, 'pass', null],
  [
    'a new package',
    {
      files: [file('package.json', '{\n  "dependencies": {\n    "left-pad": "^1.0.0"\n  }\n}\n')],
      originals: new Map([['package.json', '{\n  "dependencies": {}\n}\n']]),
    },
    'block',
    /approval: `left-pad`/,
  ],
  [
    'a package of Python',
    { files: [file('requirements.txt', 'requets==1.0\n')] },
    'block',
    /`requets`/,
  ],
  [
    'a newer version of a package that was there',
    {
      files: [file('requirements.txt', 'requests==2.0\n')],
      originals: new Map([['requirements.txt', 'requests==1.0\n']]),
    },
    'pass',
    null,
  ],
  ...(
    [
      ['uses: a/b@v1', 'block'],
      ['- uses: "a/b@main"', 'block'],
      [`- uses: a/b@${pin.slice(1)}`, 'block'],
      ['uses: docker://alpine:3', 'block'],
      [`- uses: a/b/c@${pin} # v1`, 'pass'],
      ['- uses: ./.github/actions/own', 'pass'],
    ] as const
  ).map(([line, answer]): Row => [
    line,
    { files: [file('templates/ci.yml', `steps:\n  ${line}\n`)] },
    answer,
    answer === 'pass' ? null : /not pinned/,
  ]),
]);

test.each([
  'describe.sequential.only(x)',
  "test['skip']('a')",
  'xcontext(x)',
  "test('n', { timeout: 1, skip: true }, f);",
  'this.skip();',
  'self.skipTest("x")',
  't.SkipNow()',
  '@Disabled',
  '#[ignore]',
])('%s switches a test off', (line) => {
  const decided = testsKept.decide(facts({ files: [file('test/n.test.ts', `${line}\n`)] }));
  expect(decided.answer).toBe('block');
});

test.each([
  '# noqa: E501',
  'x() // nosec',
  '// @ts-ignore',
  '# rubocop:disable all',
  '// biome-ignore lint: x',
  '# pylint: disable=all',
  '#[allow(dead_code)]',
  '// NOSONAR',
  '@SuppressWarnings("all")',
  '/* c8 ignore next */',
])('%s is told', (line) => {
  const decided = testsKept.decide(facts({ files: [file('src/n.ts', `${line}\n`)] }));
  expect(decided).toMatchObject({ answer: 'warn', reasons: [expect.stringContaining('silenced')] });
});

test('assertions that are gone and limits that moved are told', () => {
  const before =
    "test('a', () => { expect(a).toBe(1);\n  expect(b).toBe(2); });\nconst threshold = 90;\n";
  const after = "test('a', () => { expect(a).toBe(1);\n });\nconst threshold = 40;\n";
  const { reasons } = testsKept.decide(
    facts({
      files: [file('test/a.test.ts', after)],
      originals: new Map([['test/a.test.ts', before]]),
    }),
  );
  expect(reasons.join('\n')).toMatch(/Fewer assertions[^]*limit of a check was moved/);
});

/** What a gate may do instead of giving its verdict. */
const faults: readonly (readonly [
  string,
  (name: string, tick: (by: number) => void) => unknown,
])[] = [
  [
    'breaks',
    () => {
      throw new Error('no');
    },
  ],
  [
    'takes too long',
    (name, tick) => {
      tick(60_000);
      return { gate: name, answer: 'pass', reasons: [] };
    },
  ],
  ['says nothing', () => undefined],
  ['says what is no verdict', (name) => ({ gate: name, answer: 'ok', reasons: [] })],
  ['speaks for another', () => ({ gate: 'another', answer: 'pass', reasons: [] })],
  [
    'promises to answer later',
    (name) => Promise.resolve({ gate: name, answer: 'pass', reasons: [] }),
  ],
];

describe.each(gates.map((gate) => [gate.name, gate] as const))(
  '%s blocks where it',
  (name, gate) => {
    test.each(faults)('%s', (_, fault) => {
      let time = 0;
      const decide = () => fault(name, (by) => (time += by)) as Verdict;
      const asked = gates.map((one) => (one === gate ? { ...gate, decide } : one));
      const verdicts = askAll({ gates: asked, facts: facts(), now: () => time });
      expect(verdicts.map((one) => one.gate)).toEqual(gates.map((one) => one.name));
      expect(verdicts.filter(({ answer }) => answer === 'block')).toMatchObject([
        { gate: name, reasons: [expect.stringContaining('cannot be told')] },
      ]);
    });
  },
);

test.each(['proof', 'regression', 'lint'])('%s blocks on evidence that is no evidence', (name) => {
  const broken = report([], 'crashed', 'x');
  const all = { before: broken, reproduced: broken, after: broken };
  const lintFacts = { command: 'l', before: 'clean', after: 'crashed', added: null } as const;
  const verdicts = askAll({ gates, facts: facts({ ...all, lint: lintFacts }), now: () => 0 });
  expect(verdicts.find(({ gate }) => gate === name)?.answer).toBe('block');
});

const ruled = (name: string, answer: Ruled['answer'], more: Partial<Ruled> = {}): Ruled => {
  const reason = answer === 'pass' ? '' : `${name} says so.`;
  return { owner: 'repository', name, answer, reason, lift: null, ...more };
};

table(policy, [
  ['no rules have nothing to say', { rules: [] }, 'pass', null],
  ['rules that agree pass', { rules: [ruled('a', 'pass'), ruled('b', 'pass')] }, 'pass', null],
  ['a warning is told', { rules: [ruled('a', 'warn')] }, 'warn', /^`a` of the repository: a says/],
  [
    'a block wins, is told first, and names who may lift it',
    {
      rules: [ruled('a', 'warn'), ruled('b', 'block', { owner: 'operator', lift: 'ada' })],
    },
    'block',
    /^`b` of the operator: b says so\. It may be lifted by ada\.\n`a` of the repository: a says so\.$/,
  ],
  [
    'what the operator forbids no rule of the repository allows',
    { rules: [ruled('a', 'block', { owner: 'operator' }), ruled('a', 'pass')] },
    'block',
    /operator/,
  ],
]);

const looked = (levels: readonly Level[], more: Partial<CheckResult> = {}): CheckResult => ({
  name: 'eslint',
  about: 'What ESLint finds.',
  state: levels.length > 0 ? 'findings' : 'clean',
  reason: null,
  tools: ['eslint 9.1.0'],
  files: 1,
  cached: 0,
  unread: [],
  added: levels.map((level) =>
    finding('eslint', { rule: 'no-x', level, message: 'No x.\nMore.', path: 'a.ts', line: 2 }),
  ),
  fixed: [],
  preexisting: [],
  counts: { added: levels.length, fixed: 0, preexisting: 3 },
  fixable: false,
  milliseconds: 1,
  ...more,
});
const dark = { state: 'crashed', reason: 'It fell over.' } as const;

table(checks, [
  ['no check that looks at such files has nothing to say', { checks: [] }, 'pass', null],
  ['what is clean passes', { checks: [looked([])] }, 'pass', null],
  ['new notes pass', { checks: [looked(['note'])] }, 'pass', null],
  [
    'new warnings are told',
    { checks: [looked(['warning', 'note'])] },
    'warn',
    /^a\.ts:2: No x\. \(eslint: no-x\)$/,
  ],
  [
    'a new error blocks, by its name and place alone',
    { checks: [looked(['warning', 'error']), looked([], dark)] },
    'block',
    /^a\.ts:2: No x\. \(eslint: no-x\)$/,
  ],
  [
    'many errors are named up to twenty, and counted',
    { checks: [looked(Array.from({ length: 25 }, () => 'error' as const))] },
    'block',
    /^(?:a\.ts:2: .+\n){20}And 5 more errors\.$/,
  ],
  [
    'a check that fell over is no success',
    { checks: [looked([]), looked([], dark)] },
    'warn',
    /^What eslint says is not whole: It fell over\.$/,
  ],
  [
    'where nobody could look, that is told',
    { checks: [looked([], { state: 'skipped', reason: 'Not installed.' })] },
    'warn',
    /^None of the checks/,
  ],
]);
