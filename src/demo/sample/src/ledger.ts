/** Expenses of a group, and what each person is owed or owes after them. */
import type { Cents } from './money.ts';
import { splitByWeight, splitEvenly } from './split.ts';

export interface Expense {
  readonly payer: string;
  readonly amount: Cents;
  /** Who shares it: names for equal shares, or weights by name. */
  readonly between: readonly string[] | ReadonlyMap<string, number>;
  readonly note?: string;
}

/** Positive: is owed money. Negative: owes. */
export type Balances = ReadonlyMap<string, Cents>;

function sharesOf({ amount, between }: Expense) {
  return between instanceof Map
    ? splitByWeight(amount, between)
    : splitEvenly(amount, between as readonly string[]);
}

export function balances(expenses: readonly Expense[]): Balances {
  const result = new Map<string, Cents>();
  const add = (person: string, cents: Cents) => result.set(person, (result.get(person) ?? 0) + cents);
  for (const expense of expenses) {
    add(expense.payer, expense.amount);
    for (const [person, share] of sharesOf(expense)) add(person, -share);
  }
  return result;
}
