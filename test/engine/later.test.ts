/** When a run that its flow set aside is taken up again. */
import { expect, test } from 'vitest';
import { takenUpAt } from '#engine/later.ts';

const now = new Date('2026-11-21T10:00:00Z');
const past = new Date(0);
const after = (
  later: Date,
  { lane = 'work', attempts = 1 }: { lane?: 'work' | 'desk'; attempts?: number } = {},
) => takenUpAt({ later, lane: 'work' }, { lane, attempts, now }).getTime() - now.getTime();

test('a run changes its lane at once, and waits as long as it asked for', () => {
  expect(after(past, { lane: 'desk' })).toBe(0);
  expect(after(new Date(now.getTime() + 90_000))).toBe(90_000);
});

test('one that asks for the past again and again waits longer each time, also when it goes to and fro', () => {
  expect([1, 2, 30, 1000].map((attempts) => after(past, { attempts }))).toEqual([
    1000, 2000, 30_000, 60_000,
  ]);
  expect(after(past, { lane: 'desk', attempts: 11 })).toBe(11_000);
  expect(after(new Date(Number.NaN))).toBe(1000);
});
