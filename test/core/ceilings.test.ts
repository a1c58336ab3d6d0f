/** Ceilings: how an operator's limits are read, and what they make of a repository's settings. */
import { expect, test } from 'vitest';
import { readCeilings, withinCeilings } from '#core/ceilings.ts';
import { parseSettings } from '#core/settings-text.ts';

test.each([
  ['usd=1.50 open=2', { usd: 1.5, open: 2 }],
  ['files=3,lines=10', { files: 3, lines: 10 }],
  ['none', {}],
  ['usd=0', undefined],
  ['files=1.5', undefined],
  ['runs=3', undefined],
  ['', undefined],
  ['usd = 2', undefined],
])('%s', (text, ceilings) => {
  expect(readCeilings(text)).toEqual(ceilings);
});

test('what is above the ceiling is cut and told, what is below stays', () => {
  const wanted = parseSettings('limits:\n  usd: 50\n  files: 2\n');
  const { settings, told } = withinCeilings(wanted, { usd: 2, files: 10, calls: 5 });
  expect(settings.limits).toEqual({ ...wanted.limits, usd: 2, calls: 5 });
  expect(told).toEqual([
    '`limits.calls` of this repository is 40; whoever runs this App allows at most 5, which holds.',
    '`limits.usd` of this repository is 50; whoever runs this App allows at most 2, which holds.',
  ]);
});

test('without ceilings nothing is cut', () => {
  const settings = parseSettings('limits:\n  usd: 100\n');
  expect(withinCeilings(settings, {})).toEqual({ settings, told: [] });
});
