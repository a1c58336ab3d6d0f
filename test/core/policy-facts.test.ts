/** Policy facts: what the one record says of a change, and cases that are recorded of it. */
import { expect, test } from 'vitest';
import { compareAnswers, readCases } from '#core/policy-cases.ts';
import { exampleFacts, PolicyFacts, policyFacts, policyFactsSchema } from '#core/policy-facts.ts';
import { finding } from '#core/finding.ts';
import type { FileChange } from '#core/change.ts';
import type { Ruled } from '#core/policies.ts';

function changed(path: string, text: string | null): FileChange {
  const content = text === null ? null : ({ encoding: 'utf-8', text } as const);
  return { path, mode: '100644', content };
}

const parts: Parameters<typeof policyFacts>[0] = {
  flow: 'generate',
  repository: { owner: 'acme', name: 'tally', private: false },
  base: 'main',
  number: 7,
  requester: { login: 'ada', permission: 'write', kind: 'person' },
  author: { login: 'm', kind: 'model' },
  labels: ['b', 'a'],
  message: 'Fix',
  files: [
    changed('src/new.ts', 'a\nb\n'),
    changed('src/a.ts', 'one\nTWO\n'),
    changed('gone.ts', null),
    { path: 'x.png', mode: '100644', content: { encoding: 'base64', text: 'AAAA' } },
  ],
  originals: new Map([
    ['src/a.ts', 'one\ntwo\n'],
    ['gone.ts', '1\n2\n3\n'],
  ]),
};

test('every file is told with what the change does to it', () => {
  const { change, labels, risk } = policyFacts(parts);
  expect(
    change.files.map(({ path, kind, added, deleted, binary }) => [
      path,
      kind,
      added,
      deleted,
      binary,
    ]),
  ).toEqual([
    ['gone.ts', 'deleted', 0, 3, false],
    ['src/a.ts', 'modified', 1, 1, false],
    ['src/new.ts', 'added', 2, 0, false],
    ['x.png', 'added', 0, 0, true],
  ]);
  expect([change.added, change.deleted]).toEqual([3, 4]);
  expect(labels).toEqual(['a', 'b']);
  expect(risk.tier).toBe('low');
});

test('what nobody knows is nothing, never null', () => {
  const facts = policyFacts({
    ...parts,
    findings: [finding('secrets', { rule: 'r', level: 'error', message: 'm', path: 'a' })],
    spent: { calls: 2, inputTokens: 30, outputTokens: 10, usd: null },
  });
  expect(facts.findings).toEqual([
    { check: 'secrets', rule: 'r', level: 'error', path: 'a', line: 0 },
  ]);
  expect(facts.budget.spent).toEqual({ calls: 2, tokens: 40, usd: 0 });
  expect(JSON.stringify(facts)).not.toContain('null');
});

test('what is built is what the schema describes, and so is the example', () => {
  expect(PolicyFacts.parse(policyFacts(parts))).toEqual(policyFacts(parts));
  expect(PolicyFacts.parse(exampleFacts)).toEqual(exampleFacts);
  expect(policyFactsSchema()).toMatchObject({ type: 'object', additionalProperties: false });
});

test('a document of facts is one case, a list of cases is several', () => {
  expect(readCases(exampleFacts, 'a')).toEqual([{ name: 'a', facts: exampleFacts, expect: {} }]);
  const listed = [
    { facts: exampleFacts, expect: { x: 'warn' } },
    { name: 'b', facts: exampleFacts },
  ];
  expect(readCases(listed, 'a')).toMatchObject([
    { name: 'a 1', expect: { x: 'warn' } },
    { name: 'b', expect: {} },
  ]);
});

test.each([
  ['no facts', {}, /facts/],
  ['an answer that is none', { facts: exampleFacts, expect: { a: 'allow' } }, /expect/],
  ['a field that there is not', { ...exampleFacts, more: 1 }, /more/],
  ['a field that has another type', { ...exampleFacts, base: 1 }, /base/],
  ['nothing', null, /object/],
])('%s is no case', (_, document, problem) => {
  expect(readCases(document, 'a')).toMatch(problem);
});

test('of several answers of a rule the strictest counts, and a rule that there is not holds nothing', () => {
  const said = (name: string, answer: Ruled['answer']): Ruled => {
    return { owner: 'repository', name, answer, reason: '', lift: null };
  };
  const ruled = [said('a', 'warn'), said('a', 'pass'), said('b', 'block')];
  expect(compareAnswers({ a: 'warn', b: 'pass', c: 'pass', '*': 'block' }, ruled)).toEqual([
    { rule: 'a', expected: 'warn', given: 'warn', holds: true },
    { rule: 'b', expected: 'pass', given: 'block', holds: false },
    { rule: 'c', expected: 'pass', given: null, holds: false },
    { rule: '*', expected: 'block', given: 'block', holds: true },
  ]);
});
