/** Old names of new files, and what globs name. */
import { expect, test } from 'vitest';
import { isWithin } from '#core/path-pattern.ts';
import { renamesIn, type OneSided } from '#core/renames.ts';

const file = (path: string, text: string): OneSided => ({
  path,
  id: text,
  lines: text.split('\n'),
});
const body = Array.from({ length: 10 }, (_, n) => `const line${String(n)} = ${String(n)};`);

test.each([
  ['moved as it is', body.join('\n'), 'b.ts', [['b.ts', 'a.ts']]],
  ['moved and edited', [...body.slice(2), 'x();', 'y();'].join('\n'), 'b.ts', [['b.ts', 'a.ts']]],
  ['mostly new', [...body.slice(7), 'x();\n'.repeat(9)].join('\n'), 'b.ts', []],
  ['another kind of file', [...body, 'x();'].join('\n'), 'b.py', []],
])('%s', (_, text, path, expected) => {
  const found = renamesIn([file('a.ts', body.join('\n'))], [file(path, text)]);
  expect([...found]).toEqual(expected);
});

test('each old file is one new file, the nearest', () => {
  const [near, far] = [body.slice(1).join('\n'), body.slice(4).join('\n')];
  const found = renamesIn(
    [file('a.ts', body.join('\n'))],
    [file('far.ts', far), file('near.ts', near)],
  );
  expect([...found]).toEqual([['near.ts', 'a.ts']]);
});

test.each([
  ['src/a/b.ts', ['src/**'], true],
  ['src/a/b.ts', ['src'], true],
  ['src/a/b.ts', ['./src/'], true],
  ['src/a/b.ts', ['*.ts'], false],
  ['src/a/b.ts', ['**/*.ts'], true],
  ['src/a/b.ts', ['src/**', '!src/a'], false],
  ['.github/x.yml', ['**/*.yml'], true],
  ['srcs/b.ts', ['src'], false],
  ['a', [], false],
])('%s within %j: %j', (path, patterns, expected) => {
  expect(isWithin(path, patterns)).toBe(expected);
});
