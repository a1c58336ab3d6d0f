/**
 * Attack: one hostile case, tried against the product as it is and, as its control, with the protection taken away.
 * To add one: a value in its group's file in `groups/`; a new group also needs its line in `groups/all.ts`.
 *
 * A case counts as held only when its payload left its mark and harmed nothing, and when the same payload did harm in the
 * control: an attack that never ran, or could never have hurt, proves nothing.
 */
import type { Arena } from './arena.ts';

/** What one try of an attack came to. */
export interface Trial {
  /** Whether the payload left the mark that shows that it ran. */
  readonly ran: boolean;
  readonly breached: boolean;
  /** What was seen: for people who look into it. */
  readonly seen: string;
}

export interface Attack {
  /** `group/what`; never renamed. */
  readonly id: string;
  /** What the attacker tries, in one sentence. */
  readonly attack: string;
  /** The layer that stops it, in a few words. */
  readonly layer: string;
  /** The incident or advisory that it repeats: its public name or number. */
  readonly incident?: string;
  /** Why it cannot be tried on this machine; undefined where it can. */
  readonly missing?: (arena: Arena) => Promise<string | undefined>;
  readonly attempt: (arena: Arena) => Promise<Trial>;
  /** The same payload without the protection; null only for rules that are a table, where there is nothing to take away. */
  readonly control: ((arena: Arena) => Promise<Trial>) | null;
}

export interface Group {
  readonly name: string;
  /** What the group is about, in one sentence. */
  readonly about: string;
  readonly attacks: readonly Attack[];
}
