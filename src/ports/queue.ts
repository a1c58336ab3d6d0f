/** Queue: jobs of runs. Keys give order and caps; a dead worker's job is taken over by another. */
import type { Transaction } from './store.ts';

export interface Job {
  readonly run: string;
  /** How often this job was tried before. */
  readonly retry: number;
  /** Aborted when the job was cancelled, superseded, or lost to another worker. */
  readonly signal: AbortSignal;
  /** Whether this worker still has the job; what else the transaction does then happens only if it has. */
  holds(tx: Transaction): Promise<boolean>;
}

/** What the worker answers: done, or come back. */
export type JobEnd = { readonly end: 'done' } | { readonly end: 'again'; readonly at: Date };

export interface Queue {
  /** Sends the run's job within the transaction. `key` serialises: one job per key at a time. */
  send(tx: Transaction, job: { run: string; key: string; at?: Date }): Promise<void>;
  /** Takes back jobs of a run that has not started, and aborts the one that has. */
  cancel(tx: Transaction, run: string): Promise<void>;
  work(handle: (job: Job) => Promise<JobEnd>): Promise<void>;
  /** Stops taking jobs and waits for those under way, at most `milliseconds`. */
  drain(milliseconds: number): Promise<void>;
}
