/** The repository's settings: defaults, and errors that name line, key and remedy, all at once. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SluiceError } from '#core/errors.ts';
import {
  describeProblem,
  parseSettings,
  readSettings,
  settingsSchema,
} from '#core/settings-text.ts';

const problems = (text: string) => {
  const read = readSettings(text);
  return 'problems' in read ? read.problems.map(describeProblem) : [];
};

test.each([
  ['no file', undefined],
  ['an empty file', ''],
  ['comments only', '# nothing\n'],
  ['an empty section', 'limits: {}\n'],
])('%s means the defaults', (_, text) => {
  const settings = parseSettings(text);
  expect(settings.label).toBe('sluice');
  expect(settings.limits).toEqual({
    open: 3,
    files: 20,
    lines: 800,
    calls: 40,
    usd: 3,
    minutes: 20,
  });
  expect(settings.commands).toEqual({});
});

test('what is written is taken', () => {
  const settings = parseSettings(
    'label: fix-me\ncommands:\n  test: npm run unit\nlimits:\n  files: 3\n',
  );
  expect(settings.label).toBe('fix-me');
  expect(settings.commands.test).toBe('npm run unit');
  expect(settings.limits.files).toBe(3);
  expect(settings.limits.usd).toBe(3);
});

test('every problem is named at once with its line, key and remedy', () => {
  expect(
    problems('lable: x\nlimits:\n  fiels: 3\n  lines: 0\n  usd: much\ncommands:\n  test: 3\n'),
  ).toEqual([
    '.github/sluice.yml, line 1: `lable`: There is no such setting. Did you mean `label`?',
    '.github/sluice.yml, line 3: `limits.fiels`: There is no such setting. Did you mean `limits.files`?',
    expect.stringMatching(/line 4: `limits\.lines`: Too small.*Without this line it is 800\.$/),
    expect.stringMatching(/line 5: `limits\.usd`: Invalid input.*Without this line it is 3\.$/),
    expect.stringMatching(
      /line 7: `commands\.test`: Invalid input.*Take the line away to let it be detected\.$/,
    ),
  ]);
});

test('a key in the wrong place leads to the right one, a strange one to those that are known', () => {
  expect(problems('test: npm test\n')[0]).toContain('Did you mean `commands.test`?');
  expect(problems('label: x\ncolour-of-the-sky: blue\n')).toEqual([
    '.github/sluice.yml, line 2: `colour-of-the-sky`: There is no such setting. Known here: label, stop, commands, checks, policies, pulls, release, limits.',
  ]);
});

test.each([
  ['broken YAML', 'label: [a\nlimits: }\n', /line \d+: /],
  ['a key twice', 'label: a\nlabel: b\n', /line 2: .*unique.*Mend the YAML/],
  ['a list', '- a\n- b\n', /line 1: Invalid input.*Write settings as/],
  ['a section that is no map', 'label: a\nlimits: many\n', /line 2: `limits`: Invalid input/],
  ['a tag that is not known', 'label: !strange a\n', /line 1: /],
])('%s is told with its line', (_, text, pattern) => {
  expect(problems(text)[0]).toMatch(pattern);
});

test('an alias that would grow without end is refused', () => {
  const text = 'label: &a [x]\ncommands: [*a, *a]\n';
  expect(() => parseSettings(text)).toThrow();
});

test('parsing throws one error with every problem', () => {
  try {
    parseSettings('lable: x\nlimit: 2\n');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError);
    expect(error).toMatchObject({ code: 'setting-invalid', kind: 'invalid' });
    expect(String(error)).toContain('line 1');
    expect(String(error)).toContain('line 2');
  }
});

test('the schema for editors is the one of the code: node .ci/settings-schema.js writes it anew', () => {
  expect(JSON.parse(readFileSync('.github/sluice.schema.json', 'utf8'))).toEqual(settingsSchema());
});
