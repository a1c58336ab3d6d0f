/** May a run begin today? Limits of a repository's and a person's day, and of rounds that follow each other by themselves. */
import { reached, type DayLimits, type DaySpent } from '#core/day.ts';

export interface DayBudgets {
  readonly repository: DayLimits;
  readonly actor: DayLimits;
}

export interface DayFacts {
  readonly budgets: DayBudgets;
  readonly spent: { readonly repository: DaySpent; readonly actor: DaySpent };
  /** Nobody waits for the run. */
  readonly automatic: boolean;
  /** Automatic runs of the subject, one after another, since a person last asked. */
  readonly rounds: number;
}

export type DayDecision =
  | { readonly may: 'begin' }
  /** Whose limit, and which: it goes on when the day is over. */
  | { readonly may: 'wait'; readonly whose: 'repository' | 'actor'; readonly limit: string }
  /** People have to look: what goes on by itself here goes in circles. */
  | { readonly may: 'not'; readonly rounds: number };

/** Automatic runs of a subject in a row. */
export const mostRounds = 3;

export function mayBegin({ budgets, spent, automatic, rounds }: DayFacts): DayDecision {
  if (automatic && rounds >= mostRounds) return { may: 'not', rounds };
  for (const whose of ['repository', 'actor'] as const) {
    const limit = reached(budgets[whose], spent[whose]);
    if (limit !== undefined) return { may: 'wait', whose, limit };
  }
  return { may: 'begin' };
}
