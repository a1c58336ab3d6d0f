/** What the cleaner removes, and what it leaves. */
import { expect, onTestFinished, test } from 'vitest';
import { clean } from '#adapters/postgres/cleaner.ts';
import { openDatabase } from '#adapters/postgres/database.ts';
import { newRun } from '../../contracts/store.ts';
import { testPostgres } from '../../postgres.ts';
import { silentLog } from '../../silent-log.ts';
import { someEvent } from '../../some-event.ts';

const postgres = await testPostgres();

test('what ended more days ago than told goes with its steps; what is open, and what its subject still has open, stays', async () => {
  const { store } = await postgres.open();
  const database = openDatabase({ connectionString: postgres.databaseUrl }, silentLog);
  onTestFinished(() => database.close());
  const keep = async (over: { key?: string } = {}) => {
    const run = newRun(over);
    await store.transaction((tx) => store.keepRun(tx, run));
    await store.keepStep({ run: run.id, name: 'plan', state: 'done', output: 1 });
    return run.id;
  };
  const [old, recent, open] = [await keep(), await keep(), await keep()];
  const key = 'a subject that is still worked on';
  const needed = await keep({ key });
  await keep({ key });
  for (const id of [old, recent]) await store.move(id, 'failed');
  await store.transaction((tx) =>
    store.keepDelivery(tx, { id: 'old', name: 'issues', event: someEvent }),
  );
  await store.transaction((tx) =>
    store.keepDelivery(tx, { id: 'recent', name: 'issues', event: null }),
  );
  await postgres.query(
    `update sluice.runs set created_at = now() - interval '31 days',
       ended_at = case when ended_at is not null then now() - interval '31 days' end where id <> $1`,
    [recent],
  );
  await postgres.query(
    `update sluice.deliveries set received_at = now() - interval '31 days' where id = 'old'`,
  );
  expect(await clean(database, 30)).toBe(2);
  const left = (await store.runs(9)).map(({ id }) => id);
  expect(left).toEqual(expect.arrayContaining([recent, open, needed]));
  expect(left).not.toContain(old);
  expect(await store.steps(old)).toEqual([]);
  expect(await store.steps(needed)).toHaveLength(1);
  expect(await postgres.query('select id from sluice.deliveries')).toEqual([{ id: 'recent' }]);
  expect(await clean(database, 30)).toBe(0);
});
