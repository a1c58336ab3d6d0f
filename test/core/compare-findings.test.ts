/** Which findings a change brought: moved, indented and renumbered ones are old. */
import { expect, test } from 'vitest';
import { compareFindings, fingerprints } from '#core/compare-findings.ts';
import { finding, type Finding } from '#core/finding.ts';

type Text = Readonly<Record<string, string>>;

const at = (path: string, line: number | null, more: Partial<Finding> = {}): Finding =>
  finding('lint', { rule: 'r', level: 'error', message: 'm', path, line, ...more });

const linesIn = (texts: Text) => (path: string) => texts[path]?.split('\n');

function compare(base: readonly [Text, Finding[]], head: readonly [Text, Finding[]], renamed = {}) {
  const { added, preexisting, fixed } = compareFindings({
    base: { findings: base[1], lines: linesIn(base[0]) },
    head: { findings: head[1], lines: linesIn(head[0]) },
    renamed: new Map(Object.entries(renamed)),
    lineBefore: () => undefined,
  });
  return [added.length, preexisting.length, fixed.length];
}

test.each([
  ['the same line', 'eval(x)', 1, 'eval(x)', 1, [0, 1, 0]],
  ['a line that moved down', 'eval(x)', 1, '\n\n\neval(x)', 4, [0, 1, 0]],
  ['a line that was indented', 'eval(x)', 1, 'if (y) {\n    eval( x )\n}', 2, [0, 1, 0]],
  ['another line', 'eval(x)', 1, 'eval(z); open()', 1, [1, 0, 1]],
])('%s is told as it should be', (_, before, line, after, now, expected) => {
  const told = compare([{ a: before }, [at('a', line)]], [{ a: after }, [at('a', now)]]);
  expect(told).toEqual(expected);
});

test('a second one of the same line is new, and one of two is mended', () => {
  const one: Text = { a: 'eval(x)' };
  const two: Text = { a: 'eval(x)\neval(x)' };
  expect(compare([one, [at('a', 1)]], [two, [at('a', 1), at('a', 2)]])).toEqual([1, 1, 0]);
  expect(compare([two, [at('a', 1), at('a', 2)]], [one, [at('a', 1)]])).toEqual([0, 1, 1]);
});

test('another rule, another check, another file and another message are new', () => {
  const text: Text = { a: 'x', b: 'x' };
  const known = [at('a', 1)];
  for (const now of [at('a', 1, { rule: 'other' }), { ...at('a', 1), check: 'types' }, at('b', 1)])
    expect(compare([text, known], [text, [now]])).toEqual([1, 0, 1]);
  const [was, is] = [at('a', null), at('a', null, { message: 'else' })];
  expect(compare([text, [was]], [text, [is]])).toEqual([1, 0, 1]);
});

test('a finding of the file as a whole is the same when only its numbers differ', () => {
  const [was, is] = [879, 901].map((lines) =>
    at('a', null, { message: `too many lines (${String(lines)})` }),
  );
  expect(compare([{}, [was!]], [{}, [is!]])).toEqual([0, 1, 0]);
});

test('one that was mended does not hide another that came', () => {
  const [was, is]: Text[] = [{ a: 'eval(x)\nfine' }, { a: 'fine\neval(y)' }];
  expect(compare([was!, [at('a', 1)]], [is!, [at('a', 2)]])).toEqual([1, 0, 1]);
});

test('what is measured may stand on an edited line', () => {
  const [was, is] = [879, 901].map((lines) =>
    at('a', 1, { message: `this function has ${String(lines)} lines` }),
  );
  const told = compare([{ a: 'function f() {' }, [was!]], [{ a: 'function g() {' }, [is!]]);
  expect(told).toEqual([0, 1, 0]);
});

test('a file under another name keeps its findings', () => {
  const [was, is] = [{ 'old.ts': 'eval(x)' }, { 'new.ts': '\neval(x)' }];
  const told = compare([was, [at('old.ts', 1)]], [is, [at('new.ts', 2)]], { 'new.ts': 'old.ts' });
  expect(told).toEqual([0, 1, 0]);
});

test('a line whose text was edited is the same finding where it stands', () => {
  const { added, preexisting } = compareFindings({
    base: {
      findings: [at('a', 2, { message: 'unused x' })],
      lines: linesIn({ a: 'one\nconst x = 1' }),
    },
    head: {
      findings: [at('a', 3, { message: 'unused y' })],
      lines: linesIn({ a: 'one\nnew\nconst x = 2' }),
    },
    renamed: new Map(),
    lineBefore: (_, line) => (line === 3 ? 2 : undefined),
  });
  expect([added.length, preexisting.length]).toEqual([0, 1]);
});

test('names of findings last when lines move, and differ for equal lines', () => {
  const before = fingerprints({
    findings: [at('a', 1), at('a', 2)],
    lines: linesIn({ a: 'x()\nx()' }),
  });
  const after = fingerprints({
    findings: [at('a', 3), at('a', 4)],
    lines: linesIn({ a: '\n\n  x()\n x()' }),
  });
  expect(after).toEqual(before);
  expect(new Set(before).size).toBe(2);
  expect(before[0]).toMatch(/^[0-9a-f]{16}$/);
});
