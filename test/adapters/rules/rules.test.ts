/** Owners' rules asked together: whose they are, what keeps one from answering, and files that cannot be read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPolicySet } from '#adapters/rules/operator.ts';
import { ownersRules } from '#adapters/rules/rules.ts';
import { Policy, type PolicySet } from '#core/policies.ts';
import { exampleFacts } from '#core/policy-facts.ts';
import { scratch } from '../../scratch.ts';

const root = process.cwd();
const dataDir = scratch();
const none: PolicySet = { policies: [], rego: [] };
const absent = () => Promise.reject(new Error('nothing runs in these tests'));

function rulesWith(operator: PolicySet) {
  const sandbox = { health: absent, open: absent, kept: absent, close: absent };
  return ownersRules({
    ...{ root, dataDir, operator, sandbox, ceilings: {} },
    tools: { find: () => undefined },
  });
}

const policy = (name: string, when: string, more: object = {}) =>
  Policy.parse({ name, when, message: `${name} says so`, ...more });

test('the operator is asked first, a rule that breaks blocks, and the others answer all the same', async () => {
  const operator = {
    ...none,
    policies: [policy('small', 'change.added > 10', { answer: 'warn' })],
  };
  // For an engine that goes back, this pattern takes longer than the universe is old.
  const redos = `"${'a'.repeat(60)}!".matches("(a+)+$")`;
  const policies = [
    policy('small', 'change.added > 1000'),
    policy('broken', '1 / 0 == 1'),
    policy('redos', redos),
    policy('auth', 'risk.tier == "high"', { lift: 'a maintainer' }),
  ];
  const said = await rulesWith(operator).ask({ ...none, policies }, exampleFacts);
  expect(said.map(({ owner, name, answer, lift }) => [owner, name, answer, lift])).toEqual([
    ['operator', 'small', 'warn', null],
    ['repository', 'small', 'pass', null],
    ['repository', 'broken', 'block', null],
    ['repository', 'redos', 'pass', null],
    ['repository', 'auth', 'block', 'a maintainer'],
  ]);
  expect(said[2]?.reason).toBe(
    'It cannot be asked, so nobody knows whether the change may leave. division by zero',
  );
});

test('without rules nothing is started', async () => {
  expect(await rulesWith(none).ask(none, exampleFacts)).toEqual([]);
  expect(await rulesWith(none).check([])).toEqual([]);
});

test.each([
  ['no engine', 'package sluice.a\nblock contains "x"\n', /no engine for Rego.*npm run tools/],
])('Rego with %s blocks', async (_, text, reason) => {
  const rego = [{ path: '.github/policies/a.rego', text }];
  const [said, ...more] = await rulesWith(none).ask({ ...none, rego }, exampleFacts);
  expect(more).toEqual([]);
  expect(said).toMatchObject({ owner: 'repository', name: 'rego', answer: 'block' });
  expect(said?.reason).toMatch(reason);
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(scratch(), 'policies');
  mkdirSync(join(folder, 'more'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const one = (name: string, when = 'change.added > 1') =>
  `policies:\n  - name: ${name}\n    when: ${when}\n    message: m\n`;

test('a folder is all of its files of policies and of Rego, without tests of them', async () => {
  const folder = folderOf({
    'a.yml': one('first'),
    'more/b.yaml': one('second', 'change.added > 1'),
    'more/c.rego': 'package sluice.c\n',
    'c_test.rego': 'package sluice.c_test\n',
    'notes.txt': 'not read',
  });
  const { policies, rego } = await readPolicySet(root, folder);
  expect(policies.map(({ name }) => name)).toEqual(['first', 'second']);
  expect(rego.map(({ path }) => path)).toEqual(['more/c.rego']);
});

test.each([
  [
    'a field that there is not',
    one('a', 'change.aded > 1'),
    /x\.yml, line 3: policies\.0\.when: Column 18: No such key: aded\./,
  ],
  [
    'a key that there is not',
    'policies:\n  - nmae: a\n',
    /line 2: policies\.0\.nmae: There is no such setting\. Did you mean/,
  ],
  ['another setting', 'label: x\n', /line 1: label: There is no such setting/],
  ['no policies', 'policies: []\n', /holds no policies/],
  [
    'two of one name',
    `${one('a')}${one('a').split('\n').slice(1).join('\n')}`,
    /line 5: policies\.1\.name: There is another policy named a above/,
  ],
  [
    'a rule that allows',
    one('a').replace('message', 'answer: pass\n    message'),
    /line 4: policies\.0\.answer/,
  ],
])('a file with %s keeps the App from starting', async (_, text, problem) => {
  const file = join(folderOf({ 'x.yml': text }), 'x.yml');
  await expect(readPolicySet(root, file)).rejects.toThrow(problem);
});

test('a file that is not there is told', async () => {
  await expect(readPolicySet(root, '/nowhere/x.yml')).rejects.toThrow(/cannot be read: ENOENT/);
});
