/** Runs: which moves are legal, and which states are ends. */
import { describe, expect, test } from 'vitest';
import { hasEnded, mayMove, runStates } from '#core/run.ts';

describe('a run', () => {
  test('that ended stays so, but a failed one may be queued again', () => {
    const moves = runStates
      .filter(hasEnded)
      .flatMap((from) =>
        runStates.filter((to) => mayMove(from, to)).map((to) => `${from} to ${to}`),
      );
    expect(moves).toEqual(['failed to queued']);
  });

  test('that has not ended can be stopped at any time', () => {
    for (const from of runStates.filter((state) => !hasEnded(state)))
      for (const to of ['failed', 'cancelled', 'superseded'] as const)
        expect(mayMove(from, to), `${from} to ${to}`).toBe(true);
  });

  test('succeeds only while it runs', () => {
    expect(runStates.filter((from) => mayMove(from, 'succeeded'))).toEqual(['running']);
  });

  test('never moves to the state that it is in', () => {
    expect(runStates.filter((state) => mayMove(state, state))).toEqual([]);
  });
});
