/** Configurations: what is wrong is told with file, line and key; files extend one another; version 6 is understood. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { labelsFor } from '#core/release/autolabel.ts';
import { describeTarget, firstTargets, targetOf } from '#core/release/config-chain.ts';
import { describeConfigProblem } from '#core/release/config-file.ts';
import { nextInChain, readRules } from '#core/release/drafter-config.ts';
import { composeGithub, readGithubRules } from '#core/release/github-notes.ts';
import { Manifest, Pull } from '#core/release/manifest.ts';
import { bodyBudget, shortened } from '#core/release/shorten.ts';
import { readSettings } from '#core/settings-text.ts';

const ref = 'refs/heads/main';

function read(...texts: readonly string[]) {
  return readRules(
    texts.map((text, index) => ({ file: `file ${String(index)}`, text })),
    { ref },
  );
}

function problems(...texts: readonly string[]): readonly string[] {
  const found = read(...texts);
  return 'problems' in found ? found.problems.map(describeConfigProblem) : [];
}

function notices(...texts: readonly string[]): readonly string[] {
  const found = read(...texts);
  return 'notices' in found ? found.notices.map(describeConfigProblem) : ['not read'];
}

test.each([
  ['broken YAML', 'template: [\n', /^file 0, line 2: /],
  ['a key twice', 'template: a\ntemplate: b\n', /^file 0, line 2: .*unique/],
  ['a list', '- a\n', /line 1: It is no list of `key: value`/],
  ['a number for a text', 'header: a\ntemplate: 3\n', /line 2: `template`: .*string/],
  ['nothing for a text', 'header:\n', /line 1: `header`: .*null/],
  [
    'an unknown order',
    'sort-by: date\n',
    /`sort-by`: .*merged_at.* Without this line it is "merged/,
  ],
  ['no title', 'categories:\n  - title: A\n  - label: b\n', /line 3: `categories.1`: .*no `title`/],
  [
    'two for the rest',
    'categories:\n  - title: A\n  - title: B\n',
    /line 3: `categories.1`: A second/,
  ],
  [
    'an idle `exclusive`',
    'categories:\n  - type: pre-include\n    exclusive: true\n',
    /line 3: .*exclusive/,
  ],
  [
    'both kinds',
    'categories: [{type: pre-exclude}]\nexclude-labels: [a]\n',
    /line 2: `exclude-labels`/,
  ],
  ['no range', 'filter-by-range: "not one"\n', /`filter-by-range`: `not one` is no range/],
  ['no identifier', 'prerelease-identifier: a_b\n', /`prerelease-identifier`: `a_b` cannot/],
  [
    'a wrong mode',
    'categories:\n  - title: A\n    when:\n      labels-mode: some\n',
    /line 4: `categories.0.when.labels-mode`/,
  ],
  ['a bad fold', 'categories: [{title: A, collapse-after: -2}]\n', /`categories.0.collapse-after`/],
  ['no replacement', 'replacers:\n  - search: a\n', /line 2: `replacers.0.replace`/],
  ['a bad `_extends`', '_extends: [a]\n', /line 1: `_extends`: /],
])('%s is told at its place', (_, text, pattern) => {
  expect(problems(text)[0]).toMatch(pattern);
});

test('what stands wrong in a file that is extended is told there', () => {
  const own =
    '_extends: {from: org/shared, strategy: {categories: append}}\ncategories:\n  - title: Own\n';
  const shared = '# shared\ncategories:\n  - {label: a, title: Fine}\n  - label: b\n';
  expect(problems(own, shared)).toEqual([
    'file 1, line 4: `categories.1`: A category of the changelog has no `title`. Name it, or give it another `type`.',
  ]);
});

test('only lists are joined', () => {
  const own = '_extends: {from: a.yml, strategy: {template: append}}\ntemplate: x\n';
  expect(problems(own, 'template: y\n')[0]).toMatch(/^file 0, line 2: `template`: .*append/);
});

test.each([
  ['append', ['Shared', 'Own']],
  ['prepend', ['Own', 'Shared']],
  ['override', ['Own']],
])('lists of a file and of the one that it extends: %s', (strategy, titles) => {
  const own = `_extends: {from: a.yml, strategy: {categories: ${strategy}}}\nheader: H\ncategories: [{title: Own}]\n`;
  const found = read(own, 'header: S\nfooter: F\ncategories: [{title: Shared, label: s}]\n');
  expect(found).toMatchObject({ rules: { header: 'H', footer: 'F' } });
  const categories = 'rules' in found ? found.rules.categories : [];
  expect(categories.map((one) => (one.type === 'changelog' ? one.title : ''))).toEqual(titles);
});

const parent = { owner: 'acme', name: 'rocket', path: '.github/a.yml', ref: 'next' };

test.each([
  ['b.yml', 'acme/rocket:.github/b.yml@next'],
  ['/b.yml', 'acme/rocket:b.yml@next'],
  ['../b.yml', 'acme/rocket:b.yml@next'],
  ['b.yml@v1', 'acme/rocket:.github/b.yml@v1'],
  ['org/other:b.yml', 'org/other:.github/b.yml'],
  ['github:other:/ci/b.yml@v2', 'acme/other:ci/b.yml@v2'],
  ['org/other:.github/b.yml', 'org/other:.github/b.yml'],
  ['org/other', 'org/other:.github/a.yml'],
  ['org/.github@main', 'org/.github:.github/a.yml@main'],
  ['.github', 'acme/.github:.github/a.yml'],
])('`_extends: %s` leads to %s', (from, wanted) => {
  const next = targetOf(from, parent);
  expect('target' in next && describeTarget(next.target)).toBe(wanted);
});

test.each(['a b.yml', 'x:y:z', 'a/b/c:d.yml', 'a@b@c', 'file:a.yml', '@x'])(
  '`_extends: %s` is refused',
  (from) => {
    expect(targetOf(from, parent)).toHaveProperty('problem');
  },
);

test('a chain is read to its end, and one that runs in a circle ends where it began', () => {
  const [first, shared] = firstTargets({ owner: 'acme', name: 'rocket' });
  if (!first || !shared) throw new Error('no targets');
  expect(describeTarget(shared)).toBe('acme/.github:.github/release-drafter.yml');
  const chain = [{ target: first, text: '_extends: .github\n' }];
  expect(nextInChain(chain)).toEqual({ target: shared });
  expect(nextInChain([...chain, { target: shared, text: 'template: x\n' }])).toBeUndefined();
  expect(
    nextInChain([...chain, { target: shared, text: '_extends: rocket:release-drafter.yml\n' }]),
  ).toBeUndefined();
});

test('keys of version 6 are read as they were meant', () => {
  const text =
    'branches: [main]\nlatest: legacy\ninitial-commits-since: 2020-01-01\ncategories:\n  - {title: A, label: [a, b]}\nversion-resolver:\n  minor: {labels: feature}\n';
  const found = read(text);
  expect(found).toMatchObject({
    rules: {
      branches: ['main'],
      latest: true,
      categories: [
        { when: [{ labels: ['a', 'b'] }] },
        { increment: 'minor', when: [{ labels: ['feature'] }] },
      ],
    },
  });
  const told = notices(text).filter((notice) => notice.includes('version 6'));
  expect(told.map((notice) => /line \d+: `([^`]+)`/.exec(notice)?.[1])).toEqual([
    ...['branches', 'initial-commits-since', 'latest', 'categories.0.label'],
    'version-resolver.minor.labels',
  ]);
});

test('a strange key is passed over and told', () => {
  expect(notices('templat: x\n')).toEqual([
    'file 0, line 1: `templat`: There is no such setting. Did you mean `template`?',
  ]);
});

const Autolabels = z.array(
  z.object({
    name: z.string(),
    config: z.string(),
    pull: z.record(z.string(), z.unknown()),
    labels: z.array(z.string()),
  }),
);
const autolabels = Autolabels.parse(
  parse(readFileSync(join(import.meta.dirname, 'autolabels.yml'), 'utf8')),
);

// What Release Drafter's own autolabeler of 7.7.0 set, run like its drafter.
test.each(autolabels.map((row) => [row.name, row] as const))('labels by rules, %s', (_, row) => {
  const found = read(row.config);
  const rules = 'rules' in found ? found.rules.autolabeler : [];
  expect(labelsFor(rules, Pull.parse({ number: 5, ...row.pull }))).toEqual(row.labels);
});

const manifest = Manifest.parse({
  repository: { owner: 'acme', name: 'rocket' },
  ref,
  last: { id: 1, tag: 'v1.2.0' },
  newcomers: ['bob'],
  pulls: [
    ...[
      { number: 2, title: 'Second', labels: ['Bug'], author: { login: 'bob' }, mergedAt: '2' },
      { number: 1, title: 'First', labels: ['x'], author: { login: 'ann' }, mergedAt: '1' },
      { number: 3, title: 'Bump', author: { login: 'dependabot', bot: true }, mergedAt: '3' },
      { number: 4, title: 'Hidden', labels: ['skip'], author: { login: 'ann' }, mergedAt: '4' },
    ].map((pull) => ({ ...pull, url: `u/${String(pull.number)}` })),
  ],
});

test('notes by release.yml have the form of those that GitHub generates', () => {
  const text =
    'changelog:\n  exclude: {labels: [skip]}\n  categories:\n    - {title: Bugs, labels: [bug]}\n    - {title: Rest, labels: ["*"], exclude: {authors: [dependabot]}}\n';
  const found = readGithubRules({ file: 'release.yml', text });
  if ('problems' in found) throw new Error('not read');
  expect(composeGithub(manifest, found.rules).body)
    .toBe(`<!-- Release notes generated using configuration in .github/release.yml at main -->

## What's Changed
### Bugs
* Second by @bob in u/2
### Rest
* First by @ann in u/1
### Other Changes
* Bump by @dependabot[bot] in u/3

## New Contributors
* @bob made their first contribution in u/2

**Full Changelog**: https://github.com/acme/rocket/compare/v1.2.0...v1.2.1`);
});

test('what is wrong in release.yml is told at its place', () => {
  const text = 'changelog:\n  categories:\n    - title: A\n';
  const found = readGithubRules({ file: 'release.yml', text });
  expect(found).toMatchObject({ problems: [{ line: 3, key: 'changelog.categories.0.labels' }] });
});

test('the section of sluice.yml takes the same keys, and no others', () => {
  const right = readSettings('release:\n  notes:\n    template: $CHANGES\n');
  expect(right).toMatchObject({
    settings: { release: { draft: true, notes: { template: '$CHANGES' } } },
  });
  const wrong = readSettings('release:\n  notes:\n    templat: x\n    sort-by: date\n');
  expect(wrong).toMatchObject({
    problems: [
      { line: 3, key: 'release.notes.templat' },
      { line: 4, key: 'release.notes.sort-by' },
    ],
  });
});

test('a body that is too long ends with a whole line, closed and with a link', () => {
  expect(shortened('short', 'tail')).toBe('short');
  const lines = Array.from({ length: 9000 }, (_, n) => `* Change number ${String(n)}`);
  const text = ['## A', '<details>', '', ...lines, '</details>'].join('\n');
  const cut = shortened(text, '[All changes](x)');
  expect(cut.length).toBeLessThanOrEqual(bodyBudget);
  expect(cut.length).toBeGreaterThan(bodyBudget - 100);
  expect(cut).toMatch(/\n\* Change number \d+\n<\/details>\n\n\[All changes\]\(x\)$/);
  expect(shortened('```\nabc\ndef\n```', 't', 14)).toBe('```\nabc\n```\n\nt');
});
