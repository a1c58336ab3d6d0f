/** Queue: jobs of runs. Keys give order and caps; a dead worker's job is taken over by another. */
import type { Transaction } from './store.ts';

/** Where a job is done: at the desk, where every answer is quick although all workers are busy, or among the work. */
export type Lane = 'desk' | 'work';

export interface Job {
  readonly run: string;
  readonly lane: Lane;
  /** How often this job was tried before. */
  readonly retry: number;
  /** Aborted when the job was cancelled, superseded, or lost to another worker. */
  readonly signal: AbortSignal;
  /** Whether this worker still has the job; what else the transaction does then happens only if it has. */
  holds(tx: Transaction): Promise<boolean>;
}

/** What the worker answers: done, or come back; to the same lane unless it names another. */
export type JobEnd =
  { readonly end: 'done' } | { readonly end: 'again'; readonly at: Date; readonly lane?: Lane };

export interface Queue {
  /** Sends the run's job within the transaction, to the work unless told otherwise. `key` serialises: one job per key and lane at a time. */
  send(tx: Transaction, job: { run: string; key: string; at?: Date; lane?: Lane }): Promise<void>;
  /** Takes back jobs of a run that has not started, and aborts the one that has. */
  cancel(tx: Transaction, run: string): Promise<void>;
  work(handle: (job: Job) => Promise<JobEnd>): Promise<void>;
  /** Stops taking jobs and waits for those under way, at most `milliseconds`. */
  drain(milliseconds: number): Promise<void>;
}
