/** Reports of any tool are read to the same findings, and hostile ones to nothing worse. */
import { describe, expect, test } from 'vitest';
import { readers } from '#checks/formats/all.ts';
import { pathIn } from '#checks/format.ts';

type Format = keyof typeof readers;
const root = '/repository';

function read(format: Format, text: string, pattern?: string) {
  return readers[format](text, { root, pattern });
}

/** `path:line rule level message`. */
function told(format: Format, text: string, pattern?: string): readonly string[] {
  const report = read(format, text, pattern);
  if (report === undefined || 'failed' in report) throw new Error(JSON.stringify(report));
  return report.said.map(
    ({ path, line, rule, level, message }) => `${path}:${String(line)} ${rule} ${level} ${message}`,
  );
}

const sarif = (run: object) =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 't' } }, ...run }] });
const place = (uri: string, startLine?: number) => ({
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
});

describe('SARIF', () => {
  test('results with their rules', () => {
    const text = sarif({
      tool: {
        driver: {
          rules: [
            {
              id: 'R1',
              defaultConfiguration: { level: 'error' },
              messageStrings: { m: { text: 'by id' } },
            },
          ],
        },
      },
      artifacts: [{ location: { uri: 'src/b.ts' } }],
      results: [
        { ruleId: 'R1', message: { text: 'one' }, ...place('file:///repository/src/a%20b.ts', 3) },
        {
          ruleIndex: 0,
          message: { id: 'm' },
          locations: [{ physicalLocation: { artifactLocation: { index: 0 } } }],
        },
        { message: { text: 'plain' }, level: 'note', ...place('./c.ts', 1) },
      ],
    });
    expect(told('sarif', text)).toEqual([
      'src/a b.ts:3 R1 error one',
      'src/b.ts:null R1 error by id',
      'c.ts:1 none note plain',
    ]);
  });

  test('what passed, is gone, or was silenced is not told', () => {
    const results = [{ kind: 'pass' }, { baselineState: 'absent' }, { suppressions: [{}] }].map(
      (each) => ({
        ...each,
        message: { text: 'x' },
        ...place('a.ts', 1),
      }),
    );
    expect(told('sarif', sarif({ results }))).toEqual([]);
  });

  test('a tool that did not succeed has crashed', () => {
    const text = sarif({ results: [], invocations: [{ executionSuccessful: false }] });
    expect(read('sarif', text)).toMatchObject({
      failed: expect.stringContaining('good end') as string,
    });
  });
});

test.each<[Format, string, readonly string[], string?]>([
  [
    'jsonl',
    '{"path":"a.ts","line":2,"message":"m","rule":"r","severity":"ERROR"}\n\n{"file":"b.ts","message":"n"}\n',
    ['a.ts:2 r error m', 'b.ts:null none warning n'],
  ],
  [
    'jsonl',
    '{"message":"m","location":{"path":"a.ts","range":{"start":{"line":4}}},"severity":"INFO","code":{"value":"c"}}',
    ['a.ts:4 c note m'],
  ],
  ['jsonl', '', []],
  [
    'checkstyle',
    '<?xml version="1.0"?><checkstyle><file name="/repository/a.ts"><error line="3" severity="error" message="a &lt; b" source="r"/></file></checkstyle>',
    ['a.ts:3 r error a < b'],
  ],
  [
    'junit',
    '<testsuites><testsuite name="src/a.ts"><testcase name="r"><failure message="line 7, bad" type="warning"/></testcase><testcase name="ok"/></testsuite></testsuites>',
    ['src/a.ts:7 warning warning line 7, bad'],
  ],
  [
    'regex',
    'noise\na.ts:3:1: E1 bad thing\n',
    ['a.ts:3 E1 warning bad thing'],
    String.raw`^(?<path>[^:]+):(?<line>\d+):\d+: (?<rule>\w+) (?<message>.*)$`,
  ],
])('%s', (format, text, expected, pattern) => {
  expect(told(format, text, pattern)).toEqual(expected);
});

test.each<[Format, string]>([
  ['sarif', ''],
  ['sarif', '{"version":"2.1.0"}'],
  ['sarif', '{"version":"1.0.0","runs":[]}'],
  ['jsonl', 'Everything is fine.'],
  ['checkstyle', '<checkstyle>'],
  ['checkstyle', '<!DOCTYPE x [<!ENTITY a "b">]><html></html>'],
  ['junit', ''],
])('%s: "%s" is no report', (format, text) => {
  expect(read(format, text)).toBeUndefined();
});

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['./src//a.ts', 'src/a.ts'],
  ['/repository/a.ts', 'a.ts'],
  ['src\\a.ts', 'src/a.ts'],
  ['100%.ts', '100%.ts'],
  ['../a.ts', undefined],
  ['/etc/passwd', undefined],
  ['%2e%2e/a.ts', undefined],
  ['https://host.example/a.ts', undefined],
  ['', undefined],
])('the path %s is %s', (named, path) => {
  expect(pathIn(named, root)).toBe(path);
});

test('what names no file of the tree is counted, not told', () => {
  const report = read(
    'jsonl',
    '{"path":"/etc/passwd","message":"m"}\n{"path":"a","message":"m"}\nnoise\n',
  );
  expect(report).toMatchObject({
    said: [{ path: 'a' }],
    unread: [
      { reason: '1 of its 3 lines are no findings' },
      { reason: '1 of its findings name no file of the tree' },
    ],
  });
});

describe('a pattern', () => {
  test.each([
    [String.raw`(?<path>\w+)`, /no group .*line.*message/],
    ['(', /cannot be used/],
    [String.raw`(?<path>a)(?<line>\d)(?<message>b)\1`, /cannot be used/],
  ])('%s is refused with the reason', (pattern, reason) => {
    const report = read('regex', 'x', pattern);
    expect(report && 'failed' in report ? report.failed : '').toMatch(reason);
  });

  test('that would try for ever elsewhere takes no longer than others', () => {
    const began = performance.now();
    read(
      'regex',
      `${'a'.repeat(1_999)}\n`.repeat(20),
      String.raw`(?<path>(a+)+)(?<line>\d)(?<message>x)$`,
    );
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
