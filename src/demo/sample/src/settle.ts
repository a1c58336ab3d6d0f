/** The payments that bring every balance back to zero. */
import type { Balances } from './ledger.ts';
import type { Cents } from './money.ts';

export interface Payment {
  readonly from: string;
  readonly to: string;
  readonly amount: Cents;
}

const byName = ([a]: readonly [string, Cents], [b]: readonly [string, Cents]) => (a < b ? -1 : 1);

/** At most one payment fewer than there are people; the largest debt is paid first. */
export function settle(balances: Balances): readonly Payment[] {
  const people = [...balances].sort(byName);
  const owed = people.filter(([, cents]) => cents > 0).sort(([, a], [, b]) => b - a);
  const owing = people.filter(([, cents]) => cents < 0).sort(([, a], [, b]) => a - b);
  const payments: Payment[] = [];
  let to = 0;
  let due = owed[0]?.[1] ?? 0;
  for (const [from, balance] of owing) {
    let left = -balance;
    while (left > 0 && to < owed.length) {
      const amount = Math.min(left, due);
      payments.push({ from, to: owed[to]![0], amount });
      left -= amount;
      due -= amount;
      if (due === 0) due = owed[++to]?.[1] ?? 0;
    }
  }
  return payments;
}
