/** What the group reads at the end of the holiday. */
import { balances, type Expense } from './ledger.ts';
import { formatAmount } from './money.ts';
import { settle } from './settle.ts';

export function report(expenses: readonly Expense[]): string {
  const after = balances(expenses);
  const lines = [...after]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([person, cents]) => `${person.padEnd(12)}${formatAmount(cents).padStart(10)}`);
  const payments = settle(after).map(
    ({ from, to, amount }) => `${from} pays ${to} ${formatAmount(amount)}`,
  );
  return [...lines, '', ...payments].join('\n');
}
