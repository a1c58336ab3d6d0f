/** The parsers on reports that the real runners wrote: vitest 5.1, jest 30.5, mocha 11, Node 24.21, pytest 9.2. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jestReport } from '#checks/parsers/jest.ts';
import { junitReport } from '#checks/parsers/junit.ts';
import { mochaReport } from '#checks/parsers/mocha.ts';
import { nodeTestReport } from '#checks/parsers/node-test.ts';
import type { Parser } from '#checks/parsers/parser.ts';
import { readXml } from '#checks/parsers/xml.ts';

function summary(parser: Parser, file: string): readonly string[] {
  const cases = parser(readFileSync(`test/fixtures/reports/${file}`, 'utf8'), '/repo');
  return (cases ?? []).map(({ id, state, fault }) => `${state} ${fault ?? '-'} ${id}`);
}

test('vitest tells assertions, exceptions and files that cannot be loaded apart', () => {
  expect(summary(jestReport, 'vitest.json')).toEqual([
    'passed - test/a.test.ts > adds',
    'failed assertion test/a.test.ts > is wrong',
    'failed exception test/a.test.ts > throws',
    'skipped - test/a.test.ts > is skipped',
    'skipped - test/a.test.ts > is to do',
    'failed assertion test/a.test.ts > a suite > inner fails',
    'failed load test/a.test.ts > a suite > imports',
    'failed exception test/a.test.ts > hooks > never starts',
    'failed exception test/a.test.ts > slow',
    'failed load test/load.test.ts',
    'failed load test/plain.test.ts',
    'failed load test/syntax.test.ts',
  ]);
});

test('jest tells assertions, exceptions and files that cannot be loaded apart', () => {
  expect([...summary(jestReport, 'jest.json')].sort()).toEqual([
    'failed assertion __tests__/a.test.js > a suite > inner fails',
    'failed assertion __tests__/a.test.js > asserts with node',
    'failed assertion __tests__/a.test.js > is wrong',
    'failed exception __tests__/a.test.js > hooks > never starts',
    'failed exception __tests__/a.test.js > throws',
    'failed load __tests__/a.test.js > a suite > requires',
    'failed load __tests__/load.test.js',
    'failed load __tests__/plain.test.js',
    'failed load __tests__/syntax.test.js',
    'passed - __tests__/a.test.js > adds',
    'skipped - __tests__/a.test.js > is skipped',
    'skipped - __tests__/a.test.js > is to do',
  ]);
});

test('mocha tells assertions and exceptions apart and reports a broken hook', () => {
  expect(summary(mochaReport, 'mocha.json')).toEqual([
    'passed - mtest/a.js > adds',
    'failed assertion mtest/a.js > is wrong',
    'failed assertion mtest/a.js > is wrong for node',
    'failed exception mtest/a.js > throws',
    'failed assertion mtest/a.js > a suite inner fails',
    'failed load mtest/a.js > a suite requires',
    'failed exception mtest/a.js > hooks "before each" hook for "never starts"',
    'skipped - mtest/a.js > is skipped',
    'skipped - mtest/a.js > is to do',
  ]);
});

test('a file of node:test without a test proves nothing, one that cannot be loaded says why', () => {
  expect(summary(nodeTestReport, 'node-test.jsonl')).toEqual([
    'passed - test/a.test.js > adds',
    'failed assertion test/a.test.js > is wrong',
    'failed exception test/a.test.js > throws',
    'skipped - test/a.test.js > is skipped',
    'skipped - test/a.test.js > is to do',
    'passed - test/a.test.js > a suite > inner passes',
    'failed assertion test/a.test.js > a suite > inner fails',
    'failed exception test/a.test.js > hooks > never starts',
    'failed assertion test/a.test.js > parent > child',
    'failed exception test/a.test.js > parent',
    'failed load test/exits.test.js',
    'failed load test/load.test.js',
    'failed load test/syntax.test.js',
    'passed - test/typed.test.ts > typed',
  ]);
  const cases = nodeTestReport(
    readFileSync('test/fixtures/reports/node-test.jsonl', 'utf8'),
    '/repo',
  );
  expect(cases?.find(({ file }) => file === 'test/load.test.js')?.message).toContain(
    "Cannot find module 'test/missing.js' imported from test/load.test.js",
  );
});

test('pytest tells assertions, exceptions and files that cannot be collected apart', () => {
  expect(summary(junitReport, 'pytest.xml')).toEqual([
    'failed load tests/test_load.py > tests.test_load',
    'failed load tests/test_syntax.py > tests.test_syntax',
    'passed - tests/test_a.py > test_adds',
    'failed assertion tests/test_a.py > test_is_wrong',
    'failed exception tests/test_a.py > test_throws',
    'skipped - tests/test_a.py > test_is_skipped',
    'skipped - tests/test_a.py > test_expected_to_fail',
    'failed assertion tests/test_a.py > TestSuite > test_inner_fails',
    'passed - tests/test_a.py > TestSuite > test_many[1]',
    'failed assertion tests/test_a.py > TestSuite > test_many[2]',
    'failed exception tests/test_a.py > test_never_starts',
    'failed load tests/test_a.py > test_imports',
  ]);
});

test.each([
  ['vitest', jestReport, 'vitest.json'],
  ['jest', jestReport, 'jest.json'],
  ['mocha', mochaReport, 'mocha.json'],
  ['node:test', nodeTestReport, 'node-test.jsonl'],
  ['pytest', junitReport, 'pytest.xml'],
] as const)(
  'messages of %s name no path of the sandbox, no frame and no colour',
  (_, parser, file) => {
    const cases = parser(readFileSync(`test/fixtures/reports/${file}`, 'utf8'), '/repo') ?? [];
    const messages = cases.map(({ message }) => message ?? '').join('\n');
    expect(messages).not.toMatch(/\/repo|\/usr\/lib|^\s+at /m);
    expect(messages).not.toContain('\u001b');
    expect(cases.every(({ state, message }) => (state === 'failed') === (message !== null))).toBe(
      true,
    );
  },
);

test('tests of the same name are told apart', () => {
  const xml = '<testsuite file="a.js"><testcase name="x"/><testcase name="x"/></testsuite>';
  expect(junitReport(xml, '/repo')?.map(({ id }) => id)).toEqual(['a.js > x', 'a.js > x (2)']);
});

test('what is no report is not taken for one', () => {
  expect(jestReport('not json', '/repo')).toBeUndefined();
  expect(mochaReport('{}', '/repo')).toBeUndefined();
  expect(nodeTestReport('half a line', '/repo')).toBeUndefined();
  expect(junitReport('<html></html>', '/repo')).toBeUndefined();
  expect(junitReport('<testsuite><testcase>', '/repo')).toBeUndefined();
});

test('XML is read with its entities, CDATA and quotes, and refused where it is not well formed', () => {
  const read = readXml(
    `<?xml version="1.0"?><!-- c --><a b='1 &lt; 2' c="&#233;&#xe9;"><![CDATA[<raw>]]>t &amp; u<d/></a>`,
  );
  expect(read?.attributes.get('b')).toBe('1 < 2');
  expect(read?.attributes.get('c')).toBe('éé');
  expect(read?.text).toBe('<raw>t & u');
  expect(read?.children.map(({ name }) => name)).toEqual(['d']);
  for (const broken of [
    '<a>',
    '<a></b>',
    'text',
    '<a/><b/>',
    '</a>',
    '<a><b></a></b>',
    '<a',
    '<',
  ]) {
    expect(readXml(broken), broken).toBeUndefined();
  }
  expect(readXml('<a>'.repeat(200) + '</a>'.repeat(200))).toBeUndefined();
});
