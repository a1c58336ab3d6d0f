/** What checks found, as people read it on the forge: in words, in a table, at lines, and never more than it takes. */
import { expect, test } from 'vitest';
import type { CheckResult } from '#core/check-result.ts';
import type { Ruled } from '#core/policies.ts';
import { finding, type Said } from '#core/finding.ts';
import { reportOfRules } from '#flows/check/report-rules.ts';
import { overviewOf, reportOf } from '#flows/check/report.ts';

const said = (more: Partial<Said> = {}) =>
  finding('eslint', { rule: 'no-x', level: 'error', message: 'No x.', path: 'a.ts', ...more });

function looked(added: CheckResult['added'] = [], more: Partial<CheckResult> = {}): CheckResult {
  return {
    ...{ name: 'eslint', about: 'What ESLint finds.', reason: null, tools: ['eslint 10.1.0'] },
    state: added.length > 0 ? 'findings' : 'clean',
    ...{ files: 3, cached: 1, unread: [], added, fixed: [], preexisting: [] },
    counts: { added: added.length, fixed: 0, preexisting: 0 },
    ...{ fixable: false, milliseconds: 1, ...more },
  };
}

test.each([
  ['nothing new', looked(), 'success', 'Nothing new'],
  ['a new note', looked([said({ level: 'note' })]), 'success', '1 new note'],
  ['a new warning', looked([said({ level: 'warning' })]), 'neutral', '1 new warning'],
  ['new errors', looked([said(), said()]), 'failure', '2 new errors'],
  [
    'files that could not be looked at',
    looked([], { state: 'partial', reason: 'b.ts', unread: [{ path: 'b.ts', reason: 'odd' }] }),
    'neutral',
    'Nothing new; not everything was looked at',
  ],
  [
    'an error, and files that could not be looked at',
    looked([said()], { state: 'partial', reason: 'b.ts' }),
    'failure',
    '1 new error; not everything was looked at',
  ],
  ['a crash', looked([], { state: 'crashed', reason: 'It fell.' }), 'neutral', 'It could not look'],
  [
    'no end in time',
    looked([], { state: 'timed-out', reason: 'Slow.' }),
    'neutral',
    'It did not end in time',
  ],
] as const)('%s', (_, result, state, title) => {
  expect(reportOf(result)).toMatchObject({ name: 'sluice / eslint', state, title });
});

test('a finding of a file as a whole stands at its first line, another at its own', () => {
  const { annotations } = reportOf(looked([said(), said({ line: 4, endLine: 6, level: 'note' })]));
  expect(annotations).toEqual([
    { path: 'a.ts', startLine: 1, endLine: 1, level: 'failure', message: 'No x.', title: 'no-x' },
    { path: 'a.ts', startLine: 4, endLine: 6, level: 'notice', message: 'No x.', title: 'no-x' },
  ]);
});

test('what a tool says calls nobody, closes nothing and stays in its cell', () => {
  const message = '@ada fixes #3 | see [this](https://evil.example)\n\n# Big';
  const { summary } = reportOf(looked([said({ message, path: 'a|`b.ts', rule: '`x` @eve' })]));
  const row = summary.split('\n').find((line) => line.includes('ada')) ?? '';
  expect(row).toContain('`@ada`');
  expect(row).toContain('`#3`');
  expect(row).toContain("`'x' @eve`");
  expect(row).not.toContain('](');
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
});

test('thousands of long findings: annotations and rows are cut, and the rest is counted', () => {
  const many = Array.from({ length: 1000 }, (_, at) =>
    said({ message: 'ü'.repeat(1500), line: at + 1 }),
  );
  const counts = { added: 4321, fixed: 0, preexisting: 0 };
  const { summary, annotations } = reportOf(looked(many, { counts }));
  expect(annotations).toHaveLength(200);
  expect(Buffer.byteLength(summary)).toBeLessThan(60_000);
  const rows = summary.match(/^\| `a\.ts:/gm)?.length ?? 0;
  expect(summary).toContain(`And ${String(4321 - rows)} more, which`);
  expect(summary).toContain('4121 of them are not marked beside their lines.');
});

test('one check run tells of all: those that did not look too, and why', () => {
  const absent = looked([], { name: 'ruff', state: 'skipped', reason: 'ruff is not installed.' });
  const told = overviewOf({
    results: [looked([said()]), absent],
    rules: [],
    remarks: ['A remark.'],
  });
  expect(told).toMatchObject({ name: 'sluice / checks', state: 'failure', title: '1 new error' });
  expect(told.summary).toContain('| `eslint` | findings | 1 | 0 | 0 |');
  expect(told.summary).toContain('| `ruff` | skipped |  |  |  | ruff is not installed. |');
  expect(told.summary).toContain('A remark.');
});

test.each([
  ['no check looks at such files', [], 'Nothing to look at'],
  [
    'no check could look',
    [looked([], { state: 'skipped', reason: 'Absent.' })],
    'No check could look',
  ],
])('where %s it is no success', (_, results, title) => {
  expect(overviewOf({ results, rules: [], remarks: [] })).toMatchObject({
    state: 'neutral',
    title,
  });
});

const rule = (name: string, more: Partial<Ruled> = {}): Ruled => {
  return { ...{ owner: 'repository', name, answer: 'pass', reason: '', lift: null }, ...more };
};
const blocking = rule('by-hand', {
  ...{ answer: 'block', reason: 'Ask @ada | [here](https://evil.example)\n# now', lift: '@team' },
});
const warning = rule('large', { owner: 'operator', answer: 'warn', reason: 'It is much.' });

test.each([
  ['rules that hold', [rule('a')], 'success', 'Every rule holds', 'Nothing new'],
  ['one that warns', [rule('a'), warning], 'neutral', '1 rule warns', 'Nothing new; 1 rule warns'],
  [
    'one that blocks',
    [warning, blocking, blocking],
    ...(['failure', '2 rules block, 1 rule warns'] as const),
    'Nothing new; 2 rules block, 1 rule warns',
  ],
] as const)('%s', (_, rules, state, title, all) => {
  expect(reportOfRules(rules)).toMatchObject({ name: 'sluice / policy', state, title });
  const results = [looked()];
  expect(overviewOf({ results, rules, remarks: [] })).toMatchObject({ state, title: all });
});

test('a rule that blocks counts also where no check looks', () => {
  expect(overviewOf({ results: [], rules: [blocking], remarks: [] })).toMatchObject({
    ...{ state: 'failure', title: 'Nothing to look at; 1 rule blocks' },
  });
});

test('rules that stand in the way come first, with owner, reason and who may lift them, and call nobody', () => {
  const { summary } = reportOfRules([rule('fine'), warning, blocking]);
  expect(summary.split('\n').slice(4)).toEqual([
    '| `by-hand` | repository | block | Ask `@ada` \\| here # now | `@team` |',
    '| `large` | operator | warn | It is much. |  |',
    '| `fine` | repository | pass |  |  |',
  ]);
});

test('many long rules leave room', () => {
  const reason = '@a '.repeat(200);
  const many = Array.from({ length: 150 }, () => rule('x', { answer: 'block', reason }));
  const { summary } = reportOfRules(many);
  expect(Buffer.byteLength(summary)).toBeLessThan(60_000);
  expect(summary).toMatch(/And \d+ more\.$/);
});
