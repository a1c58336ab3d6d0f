/** The queue's contract on the real PostgreSQL, and what only this queue promises. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { aborted, queueContract } from '../../contracts/queue.ts';
import { testPostgres } from '../../postgres.ts';
import type { Job, JobEnd } from '#ports/queue.ts';

const postgres = await testPostgres();

// First: the queues of other tests would take the job.
test('a worker that slept is not sure of its job any more before it has asked for it', async () => {
  const opened = await postgres.open({ heartbeat: 30 });
  onTestFinished(() => opened.close());
  const { store, queue } = opened;
  const run = crypto.randomUUID();
  const end = Promise.withResolvers<JobEnd>();
  const taken = Promise.withResolvers<Job>();
  await queue.work((job) => {
    taken.resolve(job);
    return end.promise;
  });
  await store.transaction((tx) => queue.send(tx, { run, key: run }));
  const job = await taken.promise;
  const sleep = (hours: number) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
  };
  onTestFinished(() => void vi.useRealTimers());
  sleep(1);
  await job.sure();
  await postgres.query(
    `update pgboss.job set retry_count = retry_count + 1 where data->>'run' = $1`,
    [run],
  );
  await job.sure();
  sleep(2);
  await expect(job.sure()).rejects.toThrow('another worker has it');
  expect(job.signal.aborted).toBe(true);
  end.resolve({ end: 'done' });
});

queueContract(() => postgres.open());

test('a job whose worker gives no sign of life goes to another, and the first has lost it', async () => {
  const [first, second] = [await postgres.open(), await postgres.open()];
  const run = crypto.randomUUID();
  const never = Promise.withResolvers<JobEnd>();
  const taken = Promise.withResolvers<Job>();
  await first.queue.work((job) => {
    taken.resolve(job);
    return never.promise;
  });
  await first.store.transaction((tx) => first.queue.send(tx, { run, key: run }));
  const lost = await taken.promise;
  await first.queue.drain(0);
  const again = Promise.withResolvers<Job>();
  await second.queue.work((job) => {
    again.resolve(job);
    return Promise.resolve({ end: 'done' });
  });
  // As if another worker had taken it over, and then died long ago.
  await postgres.query(
    `update pgboss.job set retry_count = 1, heartbeat_on = now() - interval '1 hour'
     where data->>'run' = $1`,
    [run],
  );
  expect(await again.promise).toMatchObject({ run, retry: 2 });
  expect(await first.store.transaction((tx) => lost.holds(tx))).toBe(false);
  await aborted(lost.signal);
  never.resolve({ end: 'done' });
});

test('a job that comes back at once is not thrown away when the queue is tidied, nor one that waits for months', async () => {
  const { store, queue } = await postgres.open();
  const run = crypto.randomUUID();
  await store.transaction((tx) => queue.send(tx, { run, key: run, at: new Date(0) }));
  const kept = await postgres.query(
    `select keep_until > now() + interval '1 year' as kept from pgboss.job where data->>'run' = $1`,
    [run],
  );
  expect(kept).toEqual([{ kept: true }]);
});
