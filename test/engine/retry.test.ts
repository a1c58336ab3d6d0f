/** What becomes of a run that threw, kind by kind. */
import { describe, expect, test } from 'vitest';
import { errors, SluiceError, type ErrorKind } from '#core/errors.ts';
import { afterCrash, afterError, noWaits, type Waits } from '#engine/retry.ts';

const now = new Date('2026-11-21T10:00:00Z');
const later = new Date('2026-11-21T11:00:00Z');
const error = (kind: ErrorKind, retryAt?: Date) =>
  new SluiceError({ code: 'x', kind, message: 'No.', hint: 'Do.', ...(retryAt && { retryAt }) });
const after = (thrown: SluiceError, waits: Waits = noWaits, chance = 0) =>
  afterError(thrown, waits, { now, chance });

describe('a run that threw', () => {
  test.each([
    ['invalid', 'failed', 'failed'],
    ['refused', 'succeeded', 'refused'],
    ['defect', 'failed', 'failed'],
    ['unusable', 'succeeded', 'unproven'],
    ['exhausted', 'succeeded', 'unproven'],
    ['stale', 'cancelled', 'unproven'],
  ] as const)('%s: ends as %s, and people hear "%s"', (kind, state, outcome) => {
    const result = { outcome, reason: 'No.', code: 'x', facts: { hint: 'Do.' } };
    expect(after(error(kind))).toEqual({ next: 'end', state, result, tell: true });
  });

  test('superseded: ends quietly, for the newer run speaks', () => {
    expect(after(errors.superseded('r2'))).toMatchObject({ state: 'superseded', tell: false });
  });

  test('out of a limit that comes back: goes on at the stated time', () => {
    expect(after(error('exhausted', later))).toEqual({
      next: 'again',
      at: later,
      waits: { ...noWaits, exhausted: 1 },
      reason: 'No.',
    });
  });

  test.each([
    ['in two days', new Date('2026-11-23T10:00:00Z')],
    ['at a time that is none', new Date(Number.NaN)],
  ])('out of a limit that comes back %s: ends at once', (_, retryAt) => {
    expect(after(error('exhausted', retryAt))).toMatchObject({
      next: 'end',
      tell: true,
      result: { outcome: 'unproven', reason: 'No. That is too long to wait.' },
    });
  });

  test('out of a limit that never comes back: ends at last', () => {
    const next = after(error('exhausted', later), { ...noWaits, exhausted: 30 });
    expect(next).toMatchObject({ next: 'end', result: { outcome: 'unproven', code: 'x' } });
  });

  test.each([
    [0, 0, 500],
    [0, 0.5, 750],
    [3, 0, 4000],
    [7, 0, 64_000],
  ])(
    'unavailable for the time no. %i with chance %f: goes on after %i ms',
    (tries, chance, pause) => {
      const next = after(error('unavailable'), { ...noWaits, unavailable: tries }, chance);
      expect(next).toMatchObject({ next: 'again', waits: { unavailable: tries + 1 } });
      expect(next.next === 'again' && Math.round(next.at.getTime() - now.getTime())).toBe(pause);
    },
  );

  test('unavailable with a stated time: not before that', () => {
    expect(after(error('unavailable', later))).toMatchObject({ at: later });
  });

  test('unavailable too often: fails, and says how often it was tried', () => {
    const next = after(error('unavailable'), { ...noWaits, unavailable: 8 });
    expect(next).toMatchObject({
      next: 'end',
      state: 'failed',
      result: { outcome: 'failed', reason: 'No. Given up after 8 more tries.' },
      tell: true,
    });
  });
});

test('a run that kills its workers is not tried for ever', () => {
  expect(afterCrash(noWaits)).toEqual({ ...noWaits, crashed: 1 });
  expect(afterCrash({ ...noWaits, crashed: 5 })).toMatchObject({
    next: 'end',
    state: 'failed',
    result: { code: 'workers-died' },
  });
});
