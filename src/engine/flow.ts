/**
 * Flow: one promise of the App, walked through in named steps.
 * To add one: a folder in `flows/` with a `flow.ts` that exports a value of this type, and its line in `flows/all.ts`.
 */
import type { z } from 'zod';
import type { Budget, Cost } from '#core/budget.ts';
import type { Event } from '#core/event.ts';
import type { Run, RunResult } from '#core/run.ts';
import type { Clock } from '#ports/clock.ts';
import type { Advisories } from '#ports/advisories.ts';
import type { Findings } from '#ports/findings.ts';
import type { Forge } from '#ports/forge.ts';
import type { Model } from '#ports/model.ts';
import type { Packages } from '#ports/packages.ts';
import type { Lane } from '#ports/queue.ts';
import type { Rules } from '#ports/rules.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import type { Tools } from '#ports/tools.ts';
import type { Trees } from '#ports/trees.ts';
import type { Scope, Stop } from '#core/stop.ts';

/** The world as a flow may see it: what `app.ts` hands to the engine. */
export interface World {
  readonly forge: Forge;
  /** Absent when the operator configured none: a flow that needs one says so to the user. */
  readonly model: Model | undefined;
  readonly sandbox: Sandbox;
  readonly trees: Trees;
  readonly packages: Packages;
  /** The programs that checks run. */
  readonly tools: Tools;
  /** What is known against packages. */
  readonly advisories: Advisories;
  /** What checks said before. */
  readonly findings: Findings;
  /** What the operator and the repositories wrote about changes. */
  readonly rules: Rules;
  /** The prompts by id (`generate/patch`): Markdown with front matter, as read from `prompts/`. */
  readonly prompts: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a flow may order for itself; doing it again changes nothing. */
export interface Ordering {
  /** How many runs it ended. */
  stop(stop: Stop): Promise<number>;
  /** Takes back what people ordered on the forge; answers whether there was something. */
  resume(scope: Scope): Promise<boolean>;
  /** What still stands for the run's subject. */
  stops(): Promise<readonly Stop[]>;
}

/** A write on the forge: looked up before it is done whenever an earlier try may have done it. */
export interface Effect<T> {
  readonly find: () => Promise<T | undefined>;
  readonly act: () => Promise<T>;
}

/** A write that the forge's port keys: it looks itself up, so that a second one changes nothing. */
export function keyed<T>(act: () => Promise<T>): Effect<T> {
  return { find: () => Promise.resolve(undefined), act };
}

/** Not yet: the run is taken up again then, or when its line moves. Nothing is counted against it, and the flow has told why. */
export interface Later {
  readonly later: Date;
  readonly lane: Lane;
}

/** Where a run stands among those that want the same few places. */
export interface Line {
  /** Those who have got a place and have not ended. */
  readonly working: readonly Run[];
  /** Those who came earlier and wait, the first in front. */
  readonly ahead: readonly Run[];
}

/** Everything that a run may use; there is nothing global beside it. */
export interface Context extends World {
  readonly run: Run;
  readonly event: Event;
  /** Aborted when the run is cancelled or superseded, or this worker lost it. */
  readonly signal: AbortSignal;
  /** Model calls so far, also those of earlier attempts of this run. */
  readonly spent: () => Cost;
  /** Throws exhausted `budget-spent` once a limit is reached. Set by the flow when it has read the settings. */
  readonly limit: (budget: Budget) => void;
  /** Runs `work` once per run and name; later attempts get the kept result, read by `schema`. */
  readonly step: <T>(
    name: string,
    schema: z.ZodType<T>,
    work: (signal: AbortSignal) => Promise<T>,
  ) => Promise<T>;
  /** A step whose work is a write: an attempt that may have happened is looked up before it is done again. */
  readonly effect: <T>(name: string, schema: z.ZodType<T>, effect: Effect<T>) => Promise<T>;
  /** Where the run is now: at the desk nothing heavy is done. */
  readonly lane: Lane;
  /** What a step gave, if it is done. */
  readonly recall: <T>(name: string, schema: z.ZodType<T>) => Promise<T | undefined>;
  /**
   * Enters the line of the flow and asks `isTurn`, which is pure, while nobody else in the line is asked. Once it said
   * yes, the place is the run's until it ends, and it is not asked again.
   */
  readonly turn: (isTurn: (line: Line) => boolean) => Promise<boolean>;
  /**
   * The runs of the same key that are older, have not ended, and stand in the line or work. Undefined while one of them
   * has still to be looked at, so that nobody knows yet whether it will.
   */
  readonly older: () => Promise<readonly Run[] | undefined>;
  /** Ends them and all others of the key that are older, stops their work, and lets the flow tell people. */
  readonly endOlder: (state: 'superseded' | 'cancelled', result: RunResult) => Promise<void>;
  /**
   * Counts the run, which was admitted, and lets it begin. Throws exhausted `day-spent` until its repository or who asked may
   * spend something again, refused `too-many-rounds` when too many runs followed each other that nobody waited for.
   */
  readonly begin: (how: { readonly automatic: boolean }) => Promise<void>;
  /** Stops, and allows again, what is under way for an issue, a pull request or more. */
  readonly order: Ordering;
  /** Leaves word with `older()`, once by name; those who wait look again. */
  readonly remark: (name: string, text: string) => Promise<void>;
  /** The words that were left with this run so far, oldest first. */
  readonly remarks: () => Promise<readonly string[]>;
}

export interface Flow<Input> {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  /** Pure: what this flow has to do because of the event, if anything. */
  on(event: Event): Input | undefined;
  /** Runs with the same key follow one another; the newer supersedes the older, unless they begin at the desk. */
  key(event: Event): string;
  /**
   * Runs begin at the desk, where they are looked at within a second also when all workers are busy; who asks may turn
   * out to have no right to it, so that a newer run ends an older one only when it calls `endOlder`.
   */
  readonly atDesk?: boolean;
  /** Its runs go on while a stop stands: they are what people order with. They go before all others. */
  readonly heedsNoStop?: boolean;
  /** Pure: whether nobody waits for what comes of the event; a person does when this is absent. Those go first. */
  automatic?(event: Event): boolean;
  /** Whether the event only matters to a run of its key that has not ended; where there is none, nothing is started. */
  follows?(event: Event): boolean;
  /**
   * The line for `turn`, as the beginning of its runs' keys. Those who wait there look again when one of them ends, and
   * when an event of this line comes that starts nothing.
   */
  line?(event: Event): string | undefined;
  run(context: Context, input: Input): Promise<RunResult | Later>;
  /**
   * Tells people of an end that the engine decided instead of `run` (refused, failed, out of budget, given up, taken over
   * by a newer run), so that no status is left hanging. Called inside an effect before the run ends, and again after a crash in between: its
   * writes must be keyed. When it throws, it is tried again like a run; the run ends in any case.
   */
  ended?(context: Context, result: RunResult): Promise<void>;
  /**
   * Tells people that the run goes on later, and why: a rate limit, an endpoint that is down. Only called for pauses that
   * people notice, inside an effect; when it throws, the run waits all the same.
   */
  waits?(context: Context, pause: { readonly until: Date; readonly reason: string }): Promise<void>;
}
