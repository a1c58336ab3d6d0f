/** Hand back: a run that its worker cannot go on with is another's at once, and that is no crash of the run. */
import { SluiceError, errors } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import type { Job, JobEnd } from '#ports/queue.ts';
import type { Store } from '#ports/store.ts';

/** Milliseconds before a database that was away is asked again: it has been waited for already, by whoever asked. */
const pause = 500;

/** Cancelled, superseded or lost: the run is another's. Else this process is ending, and another goes on at once. */
export async function handBack(store: Store, job: Job): Promise<JobEnd> {
  return store.transaction(async (tx) => {
    if (!(await job.holds(tx))) return { end: 'done' };
    // No crash: the run is not one that kills workers.
    await store.move(job.run, 'queued', { tx });
    return { end: 'again', at: new Date(0) };
  });
}

/**
 * Nothing can be kept while the database is away, so that its worker stays with the run until it is there again: as long
 * as it lives it shows that it does. Throws as `handBack` once the job's signal is aborted.
 */
export async function handBackWhenBack(store: Store, job: Job, clock: Clock): Promise<JobEnd> {
  for (;;) {
    try {
      return await handBack(store, job);
    } catch (error) {
      if (!isAway(error) || job.signal.aborted) throw error;
      await clock.sleep(pause);
    }
  }
}

/** Whether it is the database that could not be reached. */
export function isAway(error: unknown): boolean {
  return error instanceof SluiceError && error.code === away;
}

const away = errors.databaseUnavailable('').code;
