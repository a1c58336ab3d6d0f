/** What ESLint 10.15, Biome 2.6, oxlint 1.94 and the compiler 6.0 print, read strictly; and which files they are asked about. */
import { expect, test } from 'vitest';
import { projectsOf } from '#checks/catalogue/typescript.ts';
import { lintGroups } from '#checks/eslint-settings.ts';
import { readBiome } from '#checks/parsers/biome.ts';
import { culpritOf, readEslint } from '#checks/parsers/eslint.ts';
import { readOxlint } from '#checks/parsers/oxlint.ts';
import { typesFound, type TypesAnswer } from '#checks/typescript-answer.ts';

test('what ESLint says is read without the sources that it copies', () => {
  const text = JSON.stringify([
    {
      filePath: '/repo/a.js',
      messages: [
        {
          ruleId: 'no-var',
          severity: 2,
          message: 'Unexpected var.',
          line: 1,
          endLine: 1,
          fix: { range: [0, 3], text: 'let' },
        },
        { ruleId: null, fatal: true, severity: 2, message: 'Parsing error', line: 2 },
      ],
      source: 'var password = 1',
    },
  ]);
  const read = readEslint(text);
  expect(JSON.stringify(read)).not.toContain('password');
  expect(
    read?.[0]?.messages.map(({ ruleId, isFixable, endLine }) => [ruleId, isFixable, endLine]),
  ).toEqual([
    ['no-var', true, 1],
    [null, false, null],
  ]);
  expect([readEslint(''), readEslint('{}'), readEslint('[{"filePath":1}]')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('the file over which ESLint failed is found in what it said', () => {
  expect(culpritOf('TypeError: no\nOccurred while linting src/a b.js:12\nRule: "x"\n')).toBe(
    'src/a b.js',
  );
  expect(culpritOf('Error: Cannot find module')).toBeUndefined();
});

const place = { start: { line: 3, column: 1 }, end: { line: 4, column: 2 } };

test('Biome tells findings, layout, files that it could not read, and broken configuration apart', () => {
  const report = (...diagnostics: readonly object[]) =>
    JSON.stringify({ summary: {}, diagnostics });
  const rule = {
    severity: 'warning',
    category: 'lint/style/useConst',
    message: 'm',
    location: { path: 'a.ts', ...place },
    advices: [{ text: 'Safe fix: Use const.' }],
  };
  const layout = {
    severity: 'error',
    category: 'format',
    message: 'would have printed',
    location: { path: 'b.ts', start: { line: 0, column: 0 }, end: { line: 0, column: 0 } },
    advices: [],
  };
  const gone = {
    severity: 'error',
    category: 'fs/cantRead',
    message: 'Cannot read file.',
    location: { path: 'c.ts' },
  };
  const read = readBiome(report(rule, layout, gone), '/repo');
  expect(read).toMatchObject({
    said: [
      {
        rule: 'style/useConst',
        level: 'warning',
        path: 'a.ts',
        line: 3,
        endLine: 4,
        fixable: true,
        help: 'https://biomejs.dev/linter/rules/use-const/',
      },
      { rule: 'format', level: 'error', path: 'b.ts', fixable: true },
    ],
    unread: [{ path: 'c.ts' }],
  });
  expect(read && 'said' in read && read.said[1]).not.toHaveProperty('line');
  expect(readBiome(report({ ...rule, category: 'configuration' }), '/repo')).toEqual({
    misconfigured: 'm',
  });
  expect(readBiome('Checked 2 files', '/repo')).toBeUndefined();
});

test('oxlint is read behind words that precede its report', () => {
  const text = `No files found\n{ "diagnostics": [{"message": "no","code": "eslint(no-eval)","severity": "error","url": "https://oxc.rs/x","help": "Leave it.","filename": "a.ts","labels": [{"span": {"offset": 1,"length": 2,"line": 5,"column": 1}}]},
{"message": "bad","severity": "error","filename": "b.ts","labels": []}], "number_of_files": 2 }`;
  expect(readOxlint(text, '/repo')).toEqual({
    files: 2,
    said: [
      {
        rule: 'no-eval',
        level: 'error',
        message: 'no Leave it.',
        path: 'a.ts',
        line: 5,
        help: 'https://oxc.rs/x',
      },
      { rule: 'parse-error', level: 'error', message: 'bad', path: 'b.ts', line: null, help: null },
    ],
  });
  expect(readOxlint('Failed to parse configuration', '/repo')).toBeUndefined();
});

const told = (code: number, path: string | null, message = 'm', isSyntax = false) => ({
  ...{ code, path, message, isSyntax },
  line: path === null ? null : 1,
  endLine: path === null ? null : 1,
});
const answer = (...projects: readonly Partial<TypesAnswer['projects'][number]>[]): TypesAnswer => ({
  projects: projects.map((each) => ({
    project: 'tsconfig.json',
    files: [],
    told: [],
    isCut: false,
    ...each,
  })),
});
const rules = (found: ReturnType<typeof typesFound>) => ({
  said: found.said.map(({ rule, path }) => `${path} ${rule}`),
  unread: found.unread.map(({ path }) => path),
});
const there = { problem: null, declared: new Set(['express']) };

test('a module that nobody asked for is a finding, one that is only not installed is not', () => {
  const files = ['a.ts', 'b.ts', 'c.ts'];
  const missing = (name: string) =>
    `Cannot find module '${name}' or its corresponding type declarations.`;
  const project = {
    files,
    told: [
      told(2307, 'a.ts', missing('expres')),
      told(2307, 'b.ts', missing('express/lib')),
      told(7006, 'b.ts'),
      told(1005, 'b.ts', 'expected', true),
      told(2307, 'c.ts', missing('./nowhere')),
    ],
  };
  expect(rules(typesFound(answer(project), there))).toEqual({
    said: ['a.ts TS2307', 'b.ts TS1005', 'c.ts TS2307'],
    unread: ['b.ts'],
  });
  expect(rules(typesFound(answer(project), { ...there, problem: 'No lockfile.' }))).toEqual({
    said: ['b.ts TS1005', 'c.ts TS2307'],
    unread: ['a.ts', 'b.ts'],
  });
});

test('a storm of names without types is no finding', () => {
  const files = Array.from({ length: 300 }, (_, at) => `test/${String(at)}.ts`);
  const storm = [
    told(2688, null),
    ...files.flatMap((path) => [told(2593, path), told(2304, path)]),
  ];
  const found = rules(typesFound(answer({ files, told: storm }), there));
  expect([found.said.length, found.unread.length]).toEqual([0, 301]);
});

test('of two projects with one file the nearer is believed', () => {
  const far = { project: 'tsconfig.json', files: ['web/a.tsx'], told: [told(17004, 'web/a.tsx')] };
  const near = {
    project: 'web/tsconfig.json',
    files: ['web/a.tsx'],
    told: [told(2322, 'web/a.tsx')],
  };
  expect(rules(typesFound(answer(far, near), there)).said).toEqual(['web/a.tsx TS2322']);
});

test('projects are those of the root and of packages, not those that tests keep', () => {
  const kept = [
    'test/fixtures/x/tsconfig.json',
    'test/fixtures/x/package.json',
    'docs/tsconfig.json',
  ];
  const paths = ['tsconfig.json', 'packages/a/tsconfig.json', 'packages/a/package.json', ...kept];
  expect(projectsOf(paths)).toEqual(['tsconfig.json', 'packages/a/tsconfig.json']);
  expect(projectsOf(['docs/tsconfig.json'])).toEqual(['docs/tsconfig.json']);
});

test('files are linted from the folder whose rules are nearest, and not where there are none', () => {
  const paths = ['web/eslint.config.js', 'web/src/a.js', 'old/.eslintrc.json', 'old/b.js', 'c.js'];
  expect(lintGroups(paths, ['web/src/a.js', 'old/b.js', 'c.js'])).toEqual([
    { folder: 'web', isOld: false, paths: ['web/src/a.js'] },
    { folder: '.', isOld: true, paths: ['old/b.js'] },
  ]);
});
