/** Day: what a repository or a person may have Sluice spend in one day, and how limits are read and told. */

export const measures = ['runs', 'minutes', 'tokens', 'usd'] as const;
export type Measure = (typeof measures)[number];

/** A measure that is absent has no limit. */
export type DayLimits = Readonly<Partial<Record<Measure, number>>>;

/** `minutes` of work, `usd` as far as prices are known. */
export type DaySpent = Readonly<Record<Measure, number>>;

const words: Readonly<Record<Measure, (limit: number) => string>> = {
  runs: (limit) => `${String(limit)} runs`,
  minutes: (limit) => `${String(limit)} minutes of work`,
  tokens: (limit) => `${String(limit)} tokens`,
  usd: (limit) => `$${limit.toFixed(2)}`,
};

/** The first limit that is reached, in words. */
export function reached(limits: DayLimits, spent: DaySpent): string | undefined {
  const first = measures.find((measure) => spent[measure] >= (limits[measure] ?? Infinity));
  return first && words[first](limits[first] ?? 0);
}

/** `runs=20 usd=5` as limits; undefined when it cannot be read. `none` sets no limit. */
export function readLimits(text: string): DayLimits | undefined {
  if (text.trim() === 'none') return {};
  const limits: Partial<Record<Measure, number>> = {};
  for (const part of text.trim().split(/[\s,]+/)) {
    const [, name, value] = /^(\w+)=(\d{1,12}(?:\.\d{1,2})?)$/.exec(part) ?? [];
    const measure = measures.find((each) => each === name);
    if (measure === undefined || value === undefined) return undefined;
    limits[measure] = Number(value);
  }
  return limits;
}

/** Days begin at midnight UTC, on whatever host. */
export function dayOf(now: Date): { readonly began: Date; readonly ends: Date } {
  const began = new Date(now);
  began.setUTCHours(0, 0, 0, 0);
  return { began, ends: new Date(began.getTime() + 24 * 60 * 60_000) };
}
