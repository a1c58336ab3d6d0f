/** A pull request that was closed unmerged is a no to what was asked before, and only to that. */
import { expect, test } from 'vitest';
import { whatEarlierMeans, type EarlierPull } from '#policy/admission/earlier.ts';

const closed: EarlierPull = {
  number: 7,
  url: 'https://forge.example/7',
  state: 'closed',
  closedAt: '2026-11-21T10:00:00Z',
};
const merged = { ...closed, number: 6, state: 'merged' } as const;
const open = { ...closed, number: 5, state: 'open', closedAt: null } as const;
const [before, same, after] = [
  '2026-11-21T09:59:59.000Z',
  '2026-11-21T10:00:00.000Z',
  '2026-11-21T11:00:00.000Z',
];

test.each([
  ['no pull request', [], after, 'nothing', undefined],
  ['an open one, whatever came before', [closed, open], after, 'open', 5],
  ['one that was closed after the asking', [closed], before, 'no', 7],
  ['one that was closed in the same second', [closed], same, 'again', 7],
  ['one that was closed before the asking', [closed], after, 'again', 7],
  ['one that was merged before the asking', [merged], after, 'again', 6],
  ['an asking whose time is unknown', [closed], undefined, 'again', 7],
  ['several, of which the newest counts', [closed, merged], after, 'again', 7],
] as const)('%s', (_, pulls, askedAt, means, number) => {
  const earlier = whatEarlierMeans({ pulls, askedAt });
  expect(earlier.means).toBe(means);
  expect('pull' in earlier ? earlier.pull.number : undefined).toBe(number);
});
