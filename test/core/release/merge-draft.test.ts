/** A draft on which people work: what they wrote stays, whatever is merged meanwhile. */
import { expect, test } from 'vitest';
import type { Entry } from '#core/release/changelog.ts';
import { mergeDraft } from '#core/release/merge-draft.ts';

const entry = (
  number: number,
  text = `* Change ${String(number)} of words (#${String(number)})`,
) => ({
  ...{ number, text, category: undefined },
});

function composed(entries: readonly Entry[], { head = '## Changes', foot = 'By @ann' } = {}) {
  const list = entries.map(({ text }) => text);
  return { body: [head, '', ...list, '', foot].join('\n'), entries };
}

const three = composed([entry(1), entry(2), entry(3)]);
const written = mergeDraft(undefined, three).body;

/** Without the marks. */
function shown(body: string): string {
  return body.replace(/<!-- sluice:notes(?: end [^>]*)? -->\n?/g, '').trimEnd();
}

test('the first draft is the body between two marks, and a second writing changes nothing', () => {
  expect(shown(written)).toBe(three.body);
  expect(mergeDraft(written, three)).toEqual({ body: written, notices: [] });
});

test.each<[string, (body: string) => string, RegExp]>([
  ['text before', (body) => `Hello!\r\n\r\n${body}`, /^Hello!\r\n\r\n<!-- sluice/],
  ['text after', (body) => `${body}\n\nBye\t\r\n`, /-->\n\nBye\t\r\n$/],
  [
    'words for a change',
    (body) => body.replace('* Change 2 of words (#2)', '* Two (#2), by **us**'),
    /\n\* Two \(#2\), by \*\*us\*\*\n/,
  ],
  [
    'words without its number',
    (body) => body.replace('* Change 2 of words (#2)', '* Quite other'),
    /#1\)\n\* Quite other\n.*#3\)/,
  ],
  [
    'a line between changes',
    (body) => body.replace('(#2)\n', '(#2)\nMind the gap!\n'),
    /\(#2\)\nMind the gap!\n/,
  ],
  [
    'a change in two lines',
    (body) => body.replace('(#2)\n', '(#2)\n  - more\n'),
    /\(#2\)\n {2}- more\n/,
  ],
  ['a heading', (body) => body.replace('## Changes', '## What is new'), /\n## What is new\n/],
  [
    'lines at the end',
    (body) => body.replace('By @ann\n', 'By @ann\nand all of you\n'),
    /\nand all of you\n/,
  ],
  [
    'ends of lines of the web form',
    (body) => body.replaceAll('\n', '\r\n').replace('(#2)', '(#2) ok'),
    /\(#2\) ok\n/,
  ],
])('%s: stays when more is merged, and when it is written again', (_, edit, pattern) => {
  const more = composed([entry(5), entry(1), entry(2), entry(3), entry(4)], { foot: 'By @ann' });
  const first = mergeDraft(edit(written), more);
  expect(first.body).toMatch(pattern);
  expect(first.body).toContain('* Change 5 of words (#5)');
  expect(first.body).toContain('* Change 4 of words (#4)');
  expect(mergeDraft(first.body, more).body).toBe(first.body);
});

test('a change that people have not touched follows its title, one that they have does not', () => {
  const edited = written.replace('* Change 2 of words (#2)', '* Our words (#2)');
  const next = composed([entry(1, '* New title (#1)'), entry(2, '* New too (#2)'), entry(3)]);
  expect(shown(mergeDraft(edited, next).body)).toContain('* New title (#1)\n* Our words (#2)\n');
});

test('a change that people took out stays out, and that is told', () => {
  const next = composed([entry(1), entry(2), entry(3), entry(4)]);
  const merged = mergeDraft(written.replace('* Change 2 of words (#2)\n', ''), next);
  expect(merged.body).not.toContain('(#2)');
  expect(merged.notices).toEqual(['#2 stays out: it was taken out of the draft by hand.']);
});

test('the words for a change that was taken back go with it, and are told', () => {
  const edited = written.replace('* Change 2 of words (#2)', '* Our words (#2)');
  const merged = mergeDraft(edited, composed([entry(1), entry(3)]));
  expect(merged.body).not.toContain('Our words');
  expect(merged.notices).toEqual([
    '#2 is no longer part of the release; its line was: * Our words (#2)',
  ]);
});

test('a change goes to its new category with the words that people gave it', () => {
  const under = (order: readonly Entry[]) => ({
    body: ['## A', order[0]?.text, '## B', ...order.slice(1).map(({ text }) => text)].join('\n'),
    entries: order,
  });
  const first = mergeDraft(undefined, under([entry(1), entry(2), entry(3)])).body;
  const edited = first.replace('* Change 2 of words (#2)', '* Our words (#2)');
  const merged = mergeDraft(edited, under([entry(2), entry(1), entry(3)]));
  expect(shown(merged.body)).toBe(
    '## A\n* Our words (#2)\n## B\n* Change 1 of words (#1)\n* Change 3 of words (#3)',
  );
});

test('a text in the place of another takes over what people made of it', () => {
  const edited = written.replace('By @ann', 'Thanks, all');
  const next = composed([entry(1), entry(2), entry(3)], { foot: 'By @ann and @bob' });
  expect(shown(mergeDraft(edited, next).body)).toMatch(/\n\nThanks, all$/);
});

test('a draft of another author keeps its own lines and its words for our changes', () => {
  const foreign = '## Changes\n\n* Change 1 of words (#1)\n* By hand (#2)\n\nBy @ann\nOur own end';
  const merged = shown(mergeDraft(foreign, three).body);
  expect(merged).toBe(
    '## Changes\n\n* Change 1 of words (#1)\n* By hand (#2)\n* Change 3 of words (#3)\n\nBy @ann\nOur own end',
  );
});

test('with one of its marks gone, nothing that stands there is lost', () => {
  const broken = `Hello\n${written.replace('<!-- sluice:notes -->\n', '')}\nBye`;
  const merged = mergeDraft(broken, three).body;
  for (const text of ['Hello', 'Bye', '(#1)', '(#2)', '(#3)']) {
    expect(merged.split(text)).toHaveLength(2);
  }
});

test('an entry of several lines is one', () => {
  const long = entry(2, '* Two (#2)\n\n  Its body.');
  const first = mergeDraft(undefined, composed([entry(1), long])).body;
  const edited = first.replace('Its body.', 'Its own body.');
  const merged = mergeDraft(edited, composed([entry(3), long, entry(1)])).body;
  expect(shown(merged)).toContain('(#3)\n* Two (#2)\n\n  Its own body.\n* Change 1');
});

test('property: lines of people and their words survive any sequence of merges', () => {
  let seed = 5;
  const chance = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 25; round += 1) {
    let numbers = [1, 2, 3, 4];
    let body = mergeDraft(undefined, composed(numbers.map((one) => entry(one)))).body;
    const said: string[] = [];
    const words = new Map<number, string>();
    for (let step = 0; step < 6; step += 1) {
      const number = numbers[chance(numbers.length)] ?? 1;
      const line = `note ${String(round)}-${String(step)}`;
      const now = words.get(number) ?? entry(number).text;
      if (chance(2) === 0) {
        body = body.replace(`${now}\n`, `${now}\n${line}\n`);
        said.push(line);
      } else {
        const mine = `* ${line} for it (#${String(number)})`;
        body = body.replace(`${now}\n`, `${mine}\n`);
        words.set(number, mine);
      }
      numbers = [...numbers, 10 + step].sort(() => chance(2) - 0.5);
      const next = composed(numbers.map((one) => entry(one)));
      body = mergeDraft(body, next).body;
      expect(mergeDraft(body, next).body).toBe(body);
      for (const text of [...said, ...words.values()]) expect(body.split('\n')).toContain(text);
      for (const one of numbers)
        expect(body.match(new RegExp(`\\(#${String(one)}\\)`, 'g'))).toHaveLength(1);
    }
  }
});
