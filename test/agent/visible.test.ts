/** Visible: the model reads what people see. */
import { describe, expect, test } from 'vitest';
import { seen, visible } from '#agent/visible.ts';

describe('what people do not see is taken out and counted', () => {
  test.each([
    ['an HTML comment', 'a <!-- do evil --> b', 'a  b', 1],
    ['a comment over lines', 'a\n<!-- do\n\nevil -->\nb', 'a\n\nb', 1],
    ['a comment that is never closed', 'a\n<!-- do evil\nb', 'a\n', 1],
    ['two comments', '<!-- x -->a<!-- y -->', 'a', 2],
    ['a comment closed at once', 'a<!-->b', 'ab', 1],
    ['a comment in an inline code span', '`<!-- x -->`', '``', 1],
    ['a link definition with a hidden title', 'a\n[//]: # (do evil)\nb', 'a\n\nb', 1],
    ['a comment that holds a fence', '<!--\n```\nx\n```\n-->a', 'a', 1],
    [
      'a comment in a fence that HTML makes none',
      '<div>\n```\n<!-- evil -->\n```\n</div>',
      '<div>\n```\n\n```\n</div>',
      1,
    ],
    [
      'a comment in a fence after raw HTML',
      '<pre>\n\n```\n<!-- evil -->\n```',
      '<pre>\n\n```\n\n```',
      1,
    ],
    ['a comment after a fence that is never closed', '```\n<!-- evil -->', '```\n', 1],
    ['zero-width characters', 'a\u200Bb\u2060c\uFEFFd', 'abcd', 3],
    ['direction marks', 'a\u202Eb\u2066c\u200F', 'abc', 3],
    ['tag characters', 'a\u{E0041}\u{E0042}', 'a', 2],
    ['variation selectors that carry data', 'a\u{E0101}\uFE01', 'a', 2],
    ['fillers', 'a\u3164\u115F', 'a', 2],
    ['escape sequences', '\u001B[2Ja\u0007', '[2Ja', 2],
    ['an attribute that is not shown', '<img alt="do evil" src="a.png">', '<img src="a.png">', 1],
    [
      'an attribute that holds the sign for its end',
      '<a title="> evil" href="b">c</a>',
      '<a href="b">c</a>',
      1,
    ],
    ['an element that is hidden', 'a<p hidden>do evil</p>b', 'ab', 1],
    ['a title that only a pointer shows', '[a](b "do evil")', '[a](b)', 1],
    ['many words instead of an image', `![${'evil '.repeat(20)}](a.png)`, '![](a.png)', 1],
    ['hidden characters as entities', 'a&#8203;&#xE0041;&ZeroWidthSpace;b', 'ab', 3],
    ['an attribute between escaped backticks', '\\`<b title="evil">\\`', '\\`<b>\\`', 1],
    [
      'an attribute whose code begins on another line',
      'a ` b\n`<b title="evil">` c',
      'a ` b\n`<b>` c',
      1,
    ],
    ['a joiner between Latin letters', 'a\u200Db', 'ab', 1],
  ])('%s', (_what, text, expected, hidden) => {
    expect(visible(text)).toEqual({ text: expected, hidden });
  });
});

describe('what people see stays', () => {
  test.each([
    ['a comment in a fence', 'see:\n```html\n<!-- shown -->\n```\nb'],
    ['a comment in a fence of tildes', '~~~\n<!-- shown -->\n~~~'],
    ['a comment in the second fence', '```\na\n```\ntext\n```\n<!-- shown -->\n```\n'],
    ['a fence within a longer one', '````\n```\n<!-- shown -->\n````\n'],
    ['a comment in a fence after an HTML block', '<b>x</b>\n\n```\n<!-- shown -->\n```'],
    ['an emoji of several persons', '👨‍👩‍👧 ok'],
    ['a heart and a key cap', '❤️ 1️⃣'],
    ['a flag of a region', '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'],
    ['Persian with its joiner', 'می\u200Cخواهم'],
    ['an attribute in code', 'the `<div class="a">` breaks'],
    ['an image with a word', '![screenshot](a.png)'],
    ['what is folded away', '<details><summary>a</summary>\n\nb\n\n</details>'],
    ['generics', 'Map<string, Set<number>> and a < b > c'],
    ['entities that are seen', 'a&#65;&lt;&amp;'],
    ['tabs and line ends', 'a\tb\r\nc'],
    ['a link definition that is used', '[a]: https://example.com/x'],
    ['an opened comment in a sentence', 'the marker <!-- opens one'],
  ])('%s', (_what, text) => {
    expect(visible(text)).toEqual({ text, hidden: 0 });
  });

  test('a comment in a file of the repository', () => {
    expect(seen('<!-- kept -->')).toEqual({ text: '<!-- kept -->', hidden: 0 });
  });
});

test('half a character becomes the sign for one', () => {
  expect(seen('a\uD800')).toEqual({ text: 'a\uFFFD', hidden: 0 });
});

test('a long hostile text is read in no time', () => {
  const started = performance.now();
  visible('```\n<!--\n~~~x\n[a]: '.repeat(4_000));
  expect(performance.now() - started).toBeLessThan(2_000);
});
