/** Ways to split an amount between people. */
import type { Cents } from './money.ts';

export type Shares = ReadonlyMap<string, Cents>;

/** Everybody pays the same. Throws RangeError when there is nobody to pay. */
export function splitEvenly(amount: Cents, people: readonly string[]): Shares {
  if (people.length === 0) throw new RangeError('an expense needs at least one person');
  const share = Math.floor(amount / people.length);
  return new Map(people.map((person) => [person, share]));
}

/** In proportion to weights: nights stayed, heads per family. Throws RangeError unless a weight is above zero. */
export function splitByWeight(amount: Cents, weights: ReadonlyMap<string, number>): Shares {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError('at least one weight must be above zero');
  const exact = [...weights].map(([person, weight]) => ({ person, due: (amount * weight) / total }));
  const shares = new Map(exact.map(({ person, due }) => [person, Math.floor(due)]));
  let left = amount - [...shares.values()].reduce((sum, share) => sum + share, 0);
  const byRemainder = exact.toSorted((a, b) => (b.due % 1) - (a.due % 1));
  for (const { person } of byRemainder) {
    if (left <= 0) break;
    shares.set(person, (shares.get(person) ?? 0) + 1);
    left -= 1;
  }
  return shares;
}
