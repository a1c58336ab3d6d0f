/** The durable engine opened as the app opens it, and a server that is killed in the middle of a run. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openPostgres } from '#adapters/postgres/open.ts';
import { work } from '#engine/worker.ts';
import { deliver } from '../../engine/deliver.ts';
import { endOf, flowThat, proven } from '../../engine/some-flow.ts';
import { worldWith } from '../../engine/world.ts';
import { testPostgres } from '../../postgres.ts';
import { silentLog } from '../../silent-log.ts';

const postgres = await testPostgres();

test('a run whose database is killed under it loses nothing and repeats nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-open-'));
  await chmod(dataDir, 0o755);
  const opened = await openPostgres({ dataDir, log: silentLog });
  onTestFinished(async () => {
    await opened.close();
    await rm(dataDir, { recursive: true, maxRetries: 10 });
  });
  const log: string[] = [];
  const flow = flowThat(async ({ step }) => {
    await step('before', z.null(), () => (log.push('before'), Promise.resolve(null)));
    await step('kill', z.null(), async () => {
      log.push('kill');
      const lock = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
      process.kill(Number.parseInt(await readFile(lock, 'utf8'), 10), 'SIGKILL');
      return null;
    });
    await step('after', z.null(), () => (log.push('after'), Promise.resolve(null)));
    return proven;
  });
  await work({ ...opened, flows: [flow], world: worldWith() });
  const run = await deliver(opened, flow);
  expect(await endOf(opened, run)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(log).toEqual(['before', 'kill', 'after']);
});

test('several processes may make the schema at the same time', async () => {
  await postgres.query('drop schema sluice cascade');
  await postgres.query('drop schema pgboss cascade');
  const all = await Promise.all([postgres.open(), postgres.open(), postgres.open()]);
  expect(await all[0].store.runs(1)).toEqual([]);
});

test('an address that is wrong is told as a setting, without its password', async () => {
  const databaseUrl = postgres.databaseUrl.replace(/\/test_\w+/, '/missing').replace('@', ':pass@');
  const opening = openPostgres({ databaseUrl, dataDir: '', log: silentLog });
  await expect(opening).rejects.toMatchObject({
    code: 'setting-invalid',
    message: 'DATABASE_URL: PostgreSQL says: database "missing" does not exist',
  });
});
