/** May a run begin that would open one more pull request, or is the repository's share of people's attention used up? */

export interface PlaceFacts {
  /** How many pull requests of ours may be open at once. */
  readonly limit: number;
  /** Those that are open, as the forge says; `issue` is null where the branch does not tell it. */
  readonly pulls: readonly { readonly number: number; readonly issue: number | null }[];
  /** The issues of the runs under way that would each open one. */
  readonly working: readonly number[];
  /** The issues of the runs that came earlier and wait. */
  readonly ahead: readonly number[];
}

export type Place =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      /** In the line, counted from 1. */
      readonly place: number;
      /** What takes the places: open pull requests, and issues whose runs are under way. */
      readonly pulls: readonly number[];
      readonly working: readonly number[];
    };

/** A run whose pull request is open by now counts once. */
export function placeFor({ limit, pulls, working, ahead }: PlaceFacts): Place {
  const opened = new Set(pulls.map(({ issue }) => issue));
  const pending = [...new Set(working)].filter((issue) => !opened.has(issue));
  const free = Math.max(0, limit - pulls.length - pending.length);
  if (ahead.length < free) return { admitted: true };
  const place = ahead.length - free + 1;
  return { admitted: false, place, pulls: pulls.map(({ number }) => number), working: pending };
}
