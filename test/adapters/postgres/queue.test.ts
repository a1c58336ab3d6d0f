/** The queue's contract on the real PostgreSQL, and what only this queue promises. */
import { expect, test } from 'vitest';
import { aborted, queueContract } from '../../contracts/queue.ts';
import { testPostgres } from '../../postgres.ts';
import type { Job, JobEnd } from '#ports/queue.ts';

const postgres = await testPostgres();

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
