/** CEL over the facts: what rules may say, what is wrong with others and where, and that none reaches further. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { languageOf } from '#adapters/rules/cel.ts';
import { exampleFacts, policyFactsSchema } from '#core/policy-facts.ts';
import { expressionProblem, readPolicies } from '#core/settings-text.ts';

const { check, ask } = languageOf(policyFactsSchema());
const say = ask(exampleFacts);

test.each([
  ['change.added > 10', true],
  ['change.added == 24 && change.deleted < 2', true],
  ['change.files.exists(f, f.path.startsWith("src/auth/"))', true],
  ['change.files.all(f, f.kind == "added")', false],
  ['change.files[0].mode == "100644"', true],
  ['change.files.filter(f, f.binary).size() == 0', true],
  ['"bug" in labels', true],
  ['labels.exists(l, l.matches("^wip"))', false],
  ['findings.exists(f, f.level == "error")', false],
  ['risk.tier == "high" && requester.permission in ["maintain", "admin"]', false],
  ['budget.spent.usd > 0.2', true],
  ['budget.spent.calls * 2 > budget.limit.calls', false],
  ['evidence.all(e, e.verdict in ["proves", "holds"])', true],
  ['has(change.message)', true],
])('%s', (expression, value) => {
  expect(check(expression)).toBeNull();
  expect(say(expression)).toEqual({ value });
});

test.each([
  ['chnage.added > 1', 0, /Unknown variable: chnage/],
  ['change.added > 1 && change.fils.size() > 2', 27, /No such key: fils/],
  ['change.files.exists(f, f.pth == "a")', 25, /No such key: pth/],
  ['change.files.filter(f, f.added > 1).exists(g, g.nmae == "a")', 48, /No such key: nmae/],
  ['labels[0] == 1', 0, /no such overload: string == int/],
  ['change.added + 1', 0, /It gives int/],
  ['change', 0, /It gives Change/],
  ['dyn(true)', 0, /It gives dyn/],
  ['change.files.exists(f,', 22, /Unexpected token/],
  ['', 0, /Unexpected token/],
  ['change.__proto__ == change', 7, /No such key/],
  ['change.constructor == change', 7, /No such key/],
  ['process.exit()', 0, /Unknown variable/],
  ['sluiceAsks()', 0, /no matching overload/],
  ['b"x".size() == 1', 0, /Bytes/],
  ['bytes("x").size() == 1', 0, /Bytes/],
  [`${'('.repeat(60)}true${')'.repeat(60)}`, 40, /maxDepth/],
  [`[${'1,'.repeat(300)}1].size() == 1`, 401, /maxListElements|Exceeded/],
  [`${'true && '.repeat(600)}true`, 0, /maxAstNodes|Exceeded/],
])('%s is no rule', (expression, at, problem) => {
  const found = check(expression);
  expect(found?.problem).toMatch(problem);
  if (at > 0 && at < 60) expect(found?.at).toBe(at);
  expect(say(expression)).toEqual({ broken: found?.problem });
});

test.each([
  ['1 / 0 == 1', /division by zero/],
  ['change.files[9].added == 1', /index out of bounds/],
  ['dyn(change).constructor == 1', /No such key/],
  ['dyn(change)["__proto__"] == 1', /No such key/],
  ['dyn(labels)["length"] == 2', /No such key/],
  ['int(change.message) == 1', /cannot convert/],
])('%s breaks when it is asked', (expression, why) => {
  expect(check(expression)).toBeNull();
  expect(say(expression)).toEqual({ broken: expect.stringMatching(why) as string });
});

test('a rule that takes too long is ended, and the next one is asked', () => {
  const list = `[${Array.from({ length: 190 }, (_, at) => String(at)).join(',')}]`;
  const slow = `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, a + b + c + d >= 0))))`;
  expect(say(slow)).toEqual({ broken: 'It took longer than 200 milliseconds.' });
  expect(say('change.added > 10')).toEqual({ value: true });
});

test('texts of facts are texts, whatever stands in them', () => {
  const hostile = structuredClone(exampleFacts);
  const names = ['__proto__', '"] || true || ["', '\u0000', '${1+1}', 'a'.repeat(100_000)];
  const files = names.map((path) => ({ ...hostile.change.files[0]!, path }));
  const asked = ask({ ...hostile, labels: names, change: { ...hostile.change, files } });
  expect(asked('"__proto__" in labels && labels.size() == 5')).toEqual({ value: true });
  expect(asked('change.files.exists(f, f.path == "secret")')).toEqual({ value: false });
});

test('facts that lack a field are no facts', () => {
  const rest = Object.entries(exampleFacts).filter(([name]) => name !== 'risk');
  expect(() => ask(Object.fromEntries<unknown>(rest))).toThrow('the facts have no risk');
  expect(() => ask(Object.create(exampleFacts))).toThrow('the facts have no');
});

test('what is wrong with an expression is told with the line and the column of the file', () => {
  const problemIn = (text: string) => {
    const read = readPolicies(text);
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const [found] = read.policies.flatMap(({ when }, index) => {
      const wrong = check(when);
      return wrong === null ? [] : [{ index, ...wrong }];
    });
    const { line, key, problem } = expressionProblem(text, found!);
    return `${String(line)} ${key} ${problem}`;
  };
  const rule = (when: string) =>
    `policies:\n  - name: first\n    when: "true"\n    message: m\n  - name: second\n    when: ${when}\n    message: m\n`;
  expect(problemIn(rule('change.aded > 1'))).toBe(
    '6 policies.1.when Column 18: No such key: aded.',
  );
  expect(problemIn(rule("'change.aded > 1'"))).toMatch(/^6 .*Column 19:/);
  expect(problemIn(rule('|\n      change.added > 1\n      && change.aded > 1'))).toMatch(
    /^8 .*Column 17:/,
  );
  // Folded and with escapes the file holds another text: where it begins.
  expect(problemIn(rule('>\n      change.added > 1\n      && change.aded > 1'))).toMatch(/^6 /);
  expect(problemIn(rule('"change.\\u0061ded > 1"'))).toMatch(/^6 .*Column 11:/);
});

test('the examples of the README are rules', () => {
  const [, section = ''] =
    /\n## Rules of your own\n([\s\S]*?)\n## /.exec(readFileSync('README.md', 'utf8')) ?? [];
  const examples = [...section.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
  expect(examples).toHaveLength(3);
  const read = examples.map((text) => readPolicies(text));
  const all = read.flatMap((one) => ('policies' in one ? one.policies : []));
  expect(all.map(({ name, when }) => [name, check(when), say(when)])).toEqual([
    ['sign-in-by-people', null, { value: true }],
    ['risk-for-maintainers', null, { value: true }],
    ['look-twice', null, { value: false }],
    ['dependencies-by-label', null, { value: false }],
    ['dear', null, { value: false }],
  ]);
});
