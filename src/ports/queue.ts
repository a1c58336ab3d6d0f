/** Queue: jobs of runs, in order by subject, capped by installation; a dead worker's job is taken over by another. */
import type { Transaction } from './store.ts';

/** Where a job is done: at the desk, where every answer is quick although all workers are busy, or among the work. */
export type Lane = 'desk' | 'work';

export interface Job {
  readonly run: string;
  readonly lane: Lane;
  /** How often this job was tried before. */
  readonly retry: number;
  /** Aborted when the job was cancelled, superseded, or lost to another worker, and when this process ends. */
  readonly signal: AbortSignal;
  /** Whether this worker still has the job; what else the transaction does then happens only if it has. */
  holds(tx: Transaction): Promise<boolean>;
  /**
   * Throws the signal's reason where another has the job by now, as after this worker slept. Cheap: the database is asked
   * only when that is not known from a moment ago.
   */
  sure(): Promise<void>;
  /** To be called between steps: when this process is ending, the signal is aborted here, and nothing new is begun. */
  border(): void;
}

export interface NewJob {
  readonly run: string;
  /** The subject's: one job of it in a lane at a time, also while a cancelled one is still ending its work. */
  readonly key: string;
  /** Not before then. */
  readonly at?: Date;
  /** The work, unless told otherwise. There, only so many runs of an installation go on at once. */
  readonly lane?: Lane;
  /** Nobody waits for it: it goes after those that a person waits for, and cannot have all workers. */
  readonly automatic?: boolean;
  /** It stops something: at the desk it goes before all others, and somebody is always free for it. */
  readonly urgent?: boolean;
}

/** What the worker answers: done, or come back; to the same lane unless it names another. */
export type JobEnd =
  { readonly end: 'done' } | { readonly end: 'again'; readonly at: Date; readonly lane?: Lane };

export interface Queue {
  /** Sends the run's job within the transaction. */
  send(tx: Transaction, job: NewJob): Promise<void>;
  /** Takes back jobs of a run that have not started, and aborts the one that has: nobody holds it from now on. */
  cancel(tx: Transaction, run: string): Promise<void>;
  work(handle: (job: Job) => Promise<JobEnd>): Promise<void>;
  /** Stops taking jobs and waits for those under way, at most `milliseconds`; then they are aborted and given back. */
  drain(milliseconds: number): Promise<void>;
}
