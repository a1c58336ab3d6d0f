/** What every connection to PostgreSQL brings with it. */
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#adapters/postgres/database.ts';
import { testPostgres } from '../../postgres.ts';
import { silentLog } from '../../silent-log.ts';

const postgres = await testPostgres();

test('a process that falls silent in a transaction does not hold the row of its job for ever', async () => {
  const database = openDatabase({ connectionString: postgres.databaseUrl }, silentLog);
  onTestFinished(() => database.close());
  const rows = await database.transaction((tx) =>
    database.query(
      `select current_setting('idle_in_transaction_session_timeout') as limit`,
      [],
      tx,
    ),
  );
  expect(rows).toEqual([{ limit: '5s' }]);
});
