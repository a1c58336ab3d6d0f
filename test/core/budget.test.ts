/** Budget: what is spent adds up, and nothing left is nothing left. */
import { describe, expect, test } from 'vitest';
import { addCost, exhausted, noCost, type Budget, type Cost } from '#core/budget.ts';

const budget: Budget = { calls: 3, tokens: 100, usd: 1, milliseconds: 120_000 };
const spent: Cost = { calls: 2, inputTokens: 50, outputTokens: 49, usd: 0.99 };

test('costs add up; one unknown price makes the sum unknown', () => {
  expect(addCost(spent, { calls: 1, inputTokens: 1, outputTokens: 2, usd: 0.5 })).toEqual({
    calls: 3,
    inputTokens: 51,
    outputTokens: 51,
    usd: 1.49,
  });
  expect(addCost(spent, { ...noCost, usd: null }).usd).toBeNull();
});

describe('a budget', () => {
  test('that is not used up stops nothing, nor does an unknown price', () => {
    expect(exhausted(budget, spent, 119_999)).toBeUndefined();
    expect(exhausted(budget, { ...spent, usd: null }, 0)).toBeUndefined();
  });

  test.each<[string, Cost, number]>([
    ['3 model calls', { ...spent, calls: 3 }, 0],
    ['100 tokens', { ...spent, outputTokens: 50 }, 0],
    ['$1.00', { ...spent, usd: 1 }, 0],
    ['2 minutes', spent, 120_000],
  ])('names the limit that is reached: %s', (limit, cost, milliseconds) => {
    expect(exhausted(budget, cost, milliseconds)).toBe(limit);
  });

  test('of zero is used up before anything is spent', () => {
    expect(exhausted({ ...budget, calls: 0 }, noCost, 0)).toBe('0 model calls');
  });
});
