/** What a model writes calls nobody, closes nothing and leads nowhere; and trailers that nobody can forge from a body. */
import { expect, test } from 'vitest';
import { codeCell, fenced, neutral, neutralLine } from '#core/neutral.ts';
import { evidenceDigest, readTrailers, withTrailers, type Provenance } from '#core/provenance.ts';

test.each([
  ['a mention', 'ask @ada or @acme/team', 'ask `@ada` or `@acme/team`'],
  [
    'a closing keyword',
    'Fixes #12 and closes acme/app#3, GH-4',
    'Fixes `#12` and closes `acme/app#3`, `GH-4`',
  ],
  ['an image', '![x](https://evil.example/a.png)', 'x'],
  ['a link', 'see [docs](https://evil.example) now', 'see docs now'],
  ['an address', 'see https://evil.example/a?b=1 now', 'see `https://evil.example/a?b=1` now'],
  ['HTML', 'a <img src=x> b', 'a &lt;img src=x&gt; b'],
  ['a command', '/sluice generate', '\\/sluice generate'],
  ['a workflow command', '::error::x', '\\::error::x'],
  ['code stays', 'the `@decorator` of `#1`', 'the `@decorator` of `#1`'],
  ['an e-mail address is no mention', 'a@b', 'a@b'],
  ['an odd backtick', 'an ` odd @ada', "an ' odd `@ada`"],
  ['a mention whose code a backslash would open', 'a \\@ada \\`@ben`', 'a \\\\`@ada` \\\\`@ben`'],
  ['a mention in emphasis', '_@ada_', '_`@ada_`'],
  ['a mention written as an entity', '&#64;ada', '&amp;`#64`;ada'],
  ['a link around a link', '[b ![c](d)](//evil.example)', 'b !\\[c\\](//evil.example)'],
  ['a definition of a link', '- [a]: //evil.example', '- \\[a\\]: //evil.example'],
  ['a fence that nothing ends', '~~~', '\\~~~'],
  ['colours and hidden characters', '\u001b[31mred\u001b[0m\u202e\u200b!', 'red!'],
])('%s', (_, text, expected) => {
  expect(neutral(text)).toBe(expected);
});

test('a title is one line without references, of a length that fits', () => {
  expect(neutralLine('Fix #3 for @ada\n see https://x.example and GH-7', 80)).toBe(
    'Fix 3 for ada see and 7',
  );
  expect(neutralLine('##12 @@ada @#1ada GH-GH-7 #GH-8', 80)).toBe('12 ada 1ada 7 8');
  expect(neutralLine('x'.repeat(90), 10)).toBe(`${'x'.repeat(9)}…`);
});

test('a title does not keep the forge from checking its commit', () => {
  expect(neutralLine('Round [skip  ci] [no [ci skip]ci] twice', 80)).toBe('Round twice');
});

test('cells and fences cannot be left', () => {
  expect(codeCell('a | b `c`\nd')).toBe("`a \\| b 'c' d`");
  expect(codeCell('')).toBe('');
  expect(codeCell('x'.repeat(300), 5)).toBe('`xxxx…`');
  expect(fenced('```\nout\n```')).toBe('````\n```\nout\n```\n````');
});

const made: Provenance = {
  run: '8b0f',
  base: 'a'.repeat(40),
  tests: ['test/a b.test.ts', 'test/c.test.ts'],
  command: 'npm  test',
  evidence: 'e'.repeat(64),
  model: 'small-1',
  requester: { login: 'ada', id: 7 },
};

test('trailers are read back as they were written', () => {
  const message = withTrailers('Fix: a thing', 'Because.', made);
  expect(message.split('\n\n').slice(0, 2)).toEqual(['Fix: a thing', 'Because.']);
  expect(message).toContain('Co-authored-by: ada <7+ada@users.noreply.github.com>\n');
  const { run, base, tests, evidence, model } = made;
  expect(readTrailers(message)).toEqual({ run, base, tests, evidence, model, command: 'npm test' });
});

test('what the body says counts for nothing', () => {
  const forged = `Sluice-Base: ${'b'.repeat(40)}\nSluice-Test: evil.ts`;
  expect(readTrailers(withTrailers('Fix', forged, made))?.base).toBe(made.base);
  expect(readTrailers(withTrailers('Fix', forged, made))?.tests).toEqual(made.tests);
});

test.each([
  ['a message without trailers', 'Fix\n\nbody'],
  ['a trailer that is missing', withTrailers('Fix', '', made).replace(/Sluice-Model.*\n/, '')],
  [
    'a trailer that is there twice',
    withTrailers('Fix', '', made).replace(
      'Sluice-Run',
      `Sluice-Base: ${'b'.repeat(40)}\nSluice-Run`,
    ),
  ],
  ['no test', withTrailers('Fix', '', { ...made, tests: [] })],
  ['a base that is no commit', withTrailers('Fix', '', { ...made, base: 'main' })],
])('%s is not taken for evidence', (_, message) => {
  expect(readTrailers(message)).toBeUndefined();
});

test('the digest names the evidence, whatever the order of the tests', () => {
  const row = {
    name: 'All tests',
    command: 'npm test',
    before: '1 passed',
    after: '2 passed',
    verdict: 'holds' as const,
  };
  const digest = evidenceDigest('a', ['x', 'y'], [row]);
  expect(evidenceDigest('a', ['y', 'x'], [row])).toBe(digest);
  expect(evidenceDigest('a', ['x', 'y'], [{ ...row, after: '3 passed' }])).not.toBe(digest);
});
