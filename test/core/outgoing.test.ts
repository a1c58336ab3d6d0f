/** The last look at what is published: by hand, and by thousands of random texts read as the forge reads them. */
import { Marked, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { deedsOf, deedsOfMessage } from '#battery/evil/acting.ts';
import { dice, randomText } from '#battery/evil/random.ts';
import { codeCell, fenced, neutral, neutralLine } from '#core/neutral.ts';
import {
  actsIn,
  outgoingBranch,
  outgoingLine,
  outgoingMarkdown,
  outgoingMessage,
  outgoingTerminal,
} from '#core/outgoing.ts';

const home = 'https://forge.example/acme/app';
const outlet = { home, closes: 7 };

describe('what our own texts are made of passes as it is', () => {
  test.each([
    'Fixes #7\n\n### Evidence\n\n| a | `b \\| c` |\n| --- | --- |',
    `- [#12](${home}/pull/12) is open`,
    `[Draft pull request #3](${home}/pull/3)`,
    '<details><summary>The test</summary>\n\n```\n@ada #1 <img>\n```\n\n</details>',
    '**Next:** comment `/sluice generate`.\n\n<sub>Run `1`</sub>',
    'a `@ada` and &lt;b&gt; &amp; \\[x\\]',
  ])('%j', (text) => {
    expect(outgoingMarkdown(text, outlet)).toBe(text);
  });
});

describe('links to hosts that the operator allows', () => {
  const allowed = { ...outlet, hosts: ['docs.example.com'] };

  test('stay, by https and without a query', () => {
    const text = 'see [E501](https://docs.example.com/rules/E501#why)';
    expect(outgoingMarkdown(text, allowed)).toBe(text);
    expect(outgoingMarkdown(text, outlet)).toBe('see E501');
  });

  test.each([
    'https://docs.example.com/a?d=secret',
    'http://docs.example.com/a',
    'https://docs.example.com.evil.example/a',
    'https://docs.example.com@evil.example/a',
    'https://docs.example.com:8443/a',
    'https://other.example.com/a',
    'https://docs.example.com/../a',
    'https://docs.example.com',
  ])('%s is none', (url) => {
    expect(outgoingMarkdown(`see [x](${url})`, allowed)).toBe('see x');
  });
});

describe('what acts is shown as code', () => {
  test.each([
    ['a mention', 'ask @ada', 'a mention'],
    ['a mention that a backslash hides from nobody', 'ask \\@ada', 'a mention'],
    ['another issue', 'Fixes #8', 'a reference'],
    ['the own issue in a sentence', 'this Fixes #7', 'a reference'],
    ['a link elsewhere', 'see [x](https://evil.example)', 'a link or an image'],
    ['a link home with a query', `see [x](${home}/issues?q=secret)`, 'a link or an image'],
    ['a link that only begins like home', `[x](${home}.evil.example/)`, 'a link or an image'],
    ['a link out of home', `[x](${home}/../../evil)`, 'a link or an image'],
    ['an image', '![](x)', 'a link or an image'],
    ['HTML with attributes', '<details open ontoggle=x>', 'HTML'],
    ['an entity', '&#64;ada', 'an entity'],
    ['a command', '> /approve', 'a command'],
    ['a workflow command', '::error::x', 'a workflow command'],
    ['a drawing', '```mermaid\nclick A "https://evil.example"\n```', 'a fence that is drawn'],
    ['a span that goes over a line', 'a `b\n@ada` c', 'a code span that does not end'],
    ['a fence that a list ends', '- a\n  ```\n  b\n@ada', 'a code span that does not end'],
    ['a row cut in its code', 'x | y\n-|-\n`a | @ada`', 'a row that is cut in its code'],
  ])('%s', (_, text, deed) => {
    expect(actsIn(text, outlet)).toContain(deed);
    expect(deedsOf(outgoingMarkdown(text, outlet), outlet)).toEqual([]);
  });
});

test('secrets, colours and hidden characters leave in no text', () => {
  const token = ['ghs', 'Ab1'.repeat(12)].join('_');
  const text = `a ${token} \u001b[31m\u001b]0;title\u0007b\u202e\u200b`;
  expect(outgoingMarkdown(text, outlet)).toBe('a [redacted] b');
  expect(outgoingMessage(text)).toBe('a [redacted] b');
  expect(outgoingLine(text, 80)).toBe('a [redacted] b');
});

test('a terminal is not moved, and a workflow not commanded', () => {
  const text = '{\n  "a": "\u001b[2Jb"\n}\n ::set-output name=a::b\n##[error]c\na::b';
  expect(outgoingTerminal(text)).toBe(
    '{\n  "a": "b"\n}\n \\::set-output name=a::b\n\\##[error]c\na::b',
  );
});

test('a link elsewhere keeps its words', () => {
  expect(outgoingMarkdown('see [the docs](https://evil.example)', outlet)).toBe('see the docs');
});

test('the trailers of a message stay, and what looks like one and acts does not', () => {
  const trailers = 'Sluice-Test: test/a.test.ts\nCo-authored-by: ada <7+ada@users.noreply.x.com>';
  expect(outgoingMessage(`Fix: a\n\nCloses #9 for @ada\nNote: see #9\n\n${trailers}\n`)).toBe(
    `Fix: a\n\nCloses 9 for ada\nNote: see 9\n\n${trailers}\n`,
  );
});

test.each(['main evil', 'a..b', '-x', 'sluice/1-$(x)', 'refs/heads/A', 'a\u200bb', ''])(
  'no branch is called %j',
  (name) => {
    expect(() => outgoingBranch(name)).toThrow(/small letters/);
  },
);

const own = /<\/?(?:details|summary|sub|br)>/g;

/** What the parser of Markdown itself finds, apart from text and code. */
function parsed(text: string): readonly string[] {
  const found: string[] = [];
  const parser = new Marked({ gfm: true });
  parser.use({
    walkTokens({ type, raw }: Token) {
      if (['link', 'image', 'def'].includes(type)) found.push(raw);
      if (type === 'html' && raw.replace(own, '').includes('<')) found.push(raw);
    },
  });
  void parser.parse(text);
  return found;
}

test('of 500 random texts none does anything, however it is put into ours (all: npm run battery)', () => {
  const roll = dice(20_261_121);
  let hostile = 0;
  for (let count = 0; count < 500; count += 1) {
    const text = randomText(roll);
    if (deedsOf(text, outlet).length > 0) hostile += 1;
    const made = neutral(text);
    expect([...deedsOf(made, outlet), ...parsed(made), ...actsIn(made, outlet)], text).toEqual([]);
    const ways = [text, `- ${made}`, `| a | ${codeCell(text)} |`, fenced(text)];
    for (const way of ways.map((one) => outgoingMarkdown(one, outlet)))
      expect([...deedsOf(way, outlet), ...parsed(way)], JSON.stringify(text)).toEqual([]);
    const message = outgoingMessage(`Fix: ${neutralLine(text, 80)}\n\n${text}`);
    expect(deedsOfMessage(message), JSON.stringify(text)).toEqual([]);
  }
  expect(hostile).toBeGreaterThan(250);
});
