/** Store: deliveries, runs and remembered steps, on PostgreSQL; survives a kill at any line. */
import type { Event, Repository } from '#core/event.ts';
import type { Run, RunResult, RunState, Step } from '#core/run.ts';
import type { Scope, Stop } from '#core/stop.ts';
import type { Spent, Spenders } from './spending.ts';

/** An open transaction, opaque to everyone but the adapters that share it. */
export interface Transaction {
  readonly transaction: unique symbol;
}

export interface NewRun {
  readonly id: string;
  readonly flow: string;
  readonly key: string;
  readonly event: Event;
  readonly input: unknown;
}

/** A run that stands in a line, or has got its place there. */
export interface Standing {
  readonly run: Run;
  readonly holds: boolean;
}

/** What is left away does not matter. */
export interface RunFilter {
  readonly states?: readonly RunState[] | undefined;
  /** Started since then. */
  readonly since?: Date | undefined;
  /** As `owner/name`, in any case. */
  readonly repository?: string | undefined;
  readonly key?: string | undefined;
}

/** The orders to stop that stand, for all processes on one database. */
export interface Stops {
  /** From now on the stop stands. Until the transaction ends nobody asks what stands. */
  raise(tx: Transaction, stop: Stop): Promise<void>;
  /** False when none of this source stood for exactly this scope. */
  lift(tx: Transaction, scope: Scope, source: string): Promise<boolean>;
  /**
   * Those that stand for an issue or pull request, or all of them; the widest first. Waits for one that is being raised, so
   * that no run slips through: either it is among those that the stop finds open, or whoever begins it finds the stop.
   */
  standing(about?: {
    readonly repository: Repository;
    readonly number: number;
  }): Promise<readonly Stop[]>;
  /** The runs in this scope that have not ended, except those of flows that no stop is for. */
  open(tx: Transaction, scope: Scope, except: readonly string[]): Promise<readonly Run[]>;
}

export interface Store {
  readonly stops: Stops;
  /** What was begun and used up since then. In its transaction, nobody else of the repository asks. */
  spent(tx: Transaction, since: Date, of: Spenders): Promise<Spent>;
  /** All or nothing. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** False when this delivery was kept before. Without a transaction where nothing follows from it. */
  keepDelivery(
    tx: Transaction | undefined,
    delivery: { id: string; name: string; event: Event | null },
  ): Promise<boolean>;
  /**
   * Keeps a queued run; runs of the same key that have not ended become superseded and are returned, unless it `waives`
   * that: whether it may end them is found out later.
   */
  keepRun(
    tx: Transaction,
    run: NewRun,
    more?: { readonly waives: boolean },
  ): Promise<readonly Run[]>;
  /** The runs of this key that have not ended, oldest first. */
  open(key: string, tx?: Transaction): Promise<readonly Run[]>;
  /** Ends the runs of the same key that are older than `by` and have not ended; they are returned. */
  endOlder(
    tx: Transaction,
    end: {
      readonly by: string;
      readonly state: 'superseded' | 'cancelled';
      readonly result: RunResult;
    },
  ): Promise<readonly Run[]>;
  /**
   * Those who stand in a line, which is all runs that have not ended and whose key starts with `line`: they, or a run
   * that they took over from, have the step `entered`. In the order in which they entered; who has the step `holds` has
   * got a place. Within a transaction nobody else sees the line until it ends.
   */
  standing(
    line: string,
    steps: { readonly entered: string; readonly holds: string },
    tx?: Transaction,
  ): Promise<readonly Standing[]>;
  run(id: string): Promise<Run | undefined>;
  /** The runs that this one ended, also by way of others that it superseded; oldest first. */
  superseded(by: string): Promise<readonly Run[]>;
  /** Newest first. */
  runs(limit: number, only?: RunFilter): Promise<readonly Run[]>;
  /** Queues a run again that failed, if it is the newest of its key; false when it is not, or did not. */
  revive(tx: Transaction, id: string): Promise<boolean>;
  /** Moves a run if it may move; false when it is in another state by now. Entering `running` counts an attempt. */
  move(
    id: string,
    to: RunState,
    end?: { readonly result?: RunResult; readonly tx?: Transaction },
  ): Promise<boolean>;
  steps(run: string): Promise<readonly Step[]>;
  step(run: string, name: string, tx?: Transaction): Promise<Step | undefined>;
  /** Keeps a step's newest state; one that is done stays as it is. Errors and results are kept without secrets. */
  keepStep(
    step: { run: string; name: string; state: Step['state']; output?: unknown; error?: string },
    tx?: Transaction,
  ): Promise<void>;
}
