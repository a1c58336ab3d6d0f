/** Spending: what runs used up, as the store has counted it. */
import type { DaySpent } from '#core/day.ts';
import type { Event } from '#core/event.ts';

/** Whose spending is asked: a repository's, that of who asks, and the rounds of a subject. */
export interface Spenders {
  readonly event: Event;
  /** The subject's: runs with the same key. */
  readonly key: string;
  /** The step that a run has which was let begin; its output says whether it was `automatic`. */
  readonly begun: string;
}

export interface Spent {
  readonly repository: DaySpent;
  readonly actor: DaySpent;
  /** Automatic runs of the subject that began one after another, since a person last asked. */
  readonly rounds: number;
}
