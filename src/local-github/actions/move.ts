/** A ref's move, as pushes and the API make it. */

/** Null is "was not there" before and "is not there" after. */
export interface Move {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}
