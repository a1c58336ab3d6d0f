/** What every queue must do; run on each adapter alike. */
import { describe, expect, test } from 'vitest';
import type { Job, JobEnd, Queue } from '#ports/queue.ts';
import type { Store } from '#ports/store.ts';

const done: JobEnd = { end: 'done' };

interface Opened {
  readonly store: Store;
  readonly queue: Queue;
}

/** A handler under the test's control: each job waits until it is let go. */
function desk() {
  const taken: Job[] = [];
  const waiting = new Map<string, PromiseWithResolvers<JobEnd>>();
  const arrivals = new Map<string, PromiseWithResolvers<Job>>();
  function arrivalOf(run: string): PromiseWithResolvers<Job> {
    const known = arrivals.get(run) ?? Promise.withResolvers<Job>();
    arrivals.set(run, known);
    return known;
  }
  return {
    taken,
    arrival: (run: string) => arrivalOf(run).promise,
    release: (run: string, end: JobEnd = done) => {
      arrivals.delete(run);
      waiting.get(run)?.resolve(end);
    },
    handle: (job: Job) => {
      taken.push(job);
      const answer = Promise.withResolvers<JobEnd>();
      waiting.set(job.run, answer);
      arrivalOf(job.run).resolve(job);
      return answer.promise;
    },
  };
}

export function queueContract(open: () => Promise<Opened>): void {
  const send = ({ store, queue }: Opened, run: string, key = run, at?: Date) =>
    store.transaction((tx) => queue.send(tx, { run, key, ...(at && { at }) }));
  const id = () => crypto.randomUUID();

  describe('a queue', () => {
    test('hands out nothing of a transaction that threw', async () => {
      const opened = await open();
      const [lost, sent] = [id(), id()];
      const work = desk();
      const broken = opened.store.transaction(async (tx) => {
        await opened.queue.send(tx, { run: lost, key: lost });
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      await send(opened, sent);
      await opened.queue.work(work.handle);
      await work.arrival(sent);
      work.release(sent);
      await opened.queue.drain(5000);
      expect(work.taken.map(({ run }) => run)).not.toContain(lost);
    });

    test('works on one job of a key at a time, while other keys pass it', async () => {
      const opened = await open();
      const [key, first, second, other] = [id(), id(), id(), id()];
      const work = desk();
      await send(opened, first, key);
      await opened.queue.work(work.handle);
      await work.arrival(first);
      await send(opened, second, key);
      await send(opened, other);
      await work.arrival(other);
      expect(work.taken.map(({ run }) => run)).toEqual([first, other]);
      work.release(first);
      await work.arrival(second);
      work.release(second);
      work.release(other);
      await opened.queue.drain(5000);
    });

    test('aborts the job of a cancelled run, takes back what has not started, and says that it is lost', async () => {
      const opened = await open();
      const { store, queue } = opened;
      const [key, active, queued, marker] = [id(), id(), id(), id()];
      const work = desk();
      await send(opened, active, key);
      await queue.work(work.handle);
      const job = await work.arrival(active);
      expect(await store.transaction((tx) => job.holds(tx))).toBe(true);
      await send(opened, queued, key);
      await store.transaction(async (tx) => {
        await queue.cancel(tx, active);
        await queue.cancel(tx, queued);
      });
      expect(await store.transaction((tx) => job.holds(tx))).toBe(false);
      await aborted(job.signal);
      work.release(active, { end: 'again', at: new Date(0) });
      await send(opened, marker, key);
      await work.arrival(marker);
      work.release(marker);
      await queue.drain(5000);
      expect(work.taken.map(({ run }) => run)).toEqual([active, marker]);
    });

    test('brings a job back when it asked for it, and not before', async () => {
      const opened = await open();
      const run = id();
      const work = desk();
      await send(opened, run);
      await opened.queue.work(work.handle);
      await work.arrival(run);
      const at = new Date(Date.now() + 700);
      work.release(run, { end: 'again', at });
      await work.arrival(run);
      expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
      work.release(run);
      await opened.queue.drain(5000);
    });

    test('takes no new job while it drains, and waits for those under way', async () => {
      const opened = await open();
      const [run, late] = [id(), id()];
      const work = desk();
      await send(opened, run);
      await opened.queue.work(work.handle);
      await work.arrival(run);
      const drained = opened.queue.drain(10_000);
      await send(opened, late);
      work.release(run);
      await drained;
      await opened.store.transaction((tx) => opened.queue.cancel(tx, late));
      expect(work.taken.map(({ run: taken }) => taken)).toEqual([run]);
    });

    test('stops waiting for a job that does not end', async () => {
      const opened = await open();
      const run = id();
      const work = desk();
      await send(opened, run);
      await opened.queue.work(work.handle);
      await work.arrival(run);
      await opened.queue.drain(50);
      expect(work.taken).toHaveLength(1);
      work.release(run);
    });
  });
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
