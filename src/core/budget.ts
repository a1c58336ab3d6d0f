/** Budget: what a run may still spend in model calls, tokens, money and minutes. */

/** What model calls have cost so far. `usd` is null while any price is unknown. */
export interface Cost {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number | null;
}

export interface Budget {
  readonly calls: number;
  readonly tokens: number;
  /** US dollars; only enforced while prices are known. */
  readonly usd: number;
  /** Wall time of the run, in milliseconds. */
  readonly milliseconds: number;
}

export const noCost: Cost = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 };

export function addCost(a: Cost, b: Cost): Cost {
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
  };
}

/** The first limit that is used up, in words, or undefined. Zero left is zero, not unlimited. */
export function exhausted(budget: Budget, spent: Cost, milliseconds: number): string | undefined {
  if (spent.calls >= budget.calls) return `${String(budget.calls)} model calls`;
  if (spent.inputTokens + spent.outputTokens >= budget.tokens)
    return `${String(budget.tokens)} tokens`;
  if (spent.usd !== null && spent.usd >= budget.usd) return `$${budget.usd.toFixed(2)}`;
  if (milliseconds >= budget.milliseconds)
    return `${String(Math.round(budget.milliseconds / 60_000))} minutes`;
  return undefined;
}
