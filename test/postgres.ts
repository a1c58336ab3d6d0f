/**
 * A database of one's own on the real PostgreSQL: `const postgres = await testPostgres();` at the top of a test file, then
 * `await postgres.open()` for a store and a queue (closed at the file's end), or `postgres.databaseUrl` for another process.
 */
import { afterAll, inject } from 'vitest';
import pg from 'pg';
import { embeddedPostgres, type Connection } from '#adapters/postgres/embedded.ts';
import { openPostgres, type Postgres, type PostgresOptions } from '#adapters/postgres/open.ts';
import { silentLog } from './silent-log.ts';

export interface TestPostgres {
  readonly databaseUrl: string;
  /** As `openPostgres`; with a short heartbeat, four workers and hardly a cap unless told otherwise. */
  open(options?: Partial<PostgresOptions>): Promise<Postgres>;
  /** Looks behind the ports. */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

const template = 'sluice_template';

export async function testPostgres(): Promise<TestPostgres> {
  const dataDir = inject('postgresFolder');
  const embedded = await embeddedPostgres({ dataDir, log: silentLog });
  const { connection } = embedded;
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await cloneDatabase(connection, name);
  const databaseUrl = urlOf({ ...connection, database: name });
  const opened = new Set<Postgres>();
  afterAll(async () => {
    await Promise.all([...opened].map((postgres) => postgres.close()));
    await withClient(connection, (client) => client.query(`drop database ${name} with (force)`));
    await embedded.stop();
  });
  return {
    databaseUrl,
    async open(options) {
      const defaults = {
        databaseUrl,
        dataDir,
        log: silentLog,
        heartbeat: 2,
        workers: 4,
        patience: 100,
        cap: 50,
      };
      const postgres = await openPostgres({ ...defaults, ...options });
      const closing: Postgres = {
        ...postgres,
        async close() {
          if (opened.delete(closing)) await postgres.close();
        },
      };
      opened.add(closing);
      return closing;
    },
    query: (sql, values = []) =>
      withClient({ ...connection, database: name }, async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
        return rows;
      }),
  };
}

/** The schema is made once per test run and then copied, which takes a tenth of the time. */
async function cloneDatabase(connection: Connection, name: string): Promise<void> {
  await withClient(connection, async (client) => {
    await client.query('select pg_advisory_lock(1)');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      template,
    ]);
    if (rowCount === 0) {
      await client.query(`create database ${template}_draft`);
      const databaseUrl = urlOf({ ...connection, database: `${template}_draft` });
      const postgres = await openPostgres({ databaseUrl, dataDir: '', log: silentLog });
      await postgres.close();
      await client.query(`alter database ${template}_draft rename to ${template}`);
    }
    await client.query(`create database ${name} template ${template}`);
  });
}

async function withClient<T>(
  connection: Connection,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function urlOf({ host, port, user, database }: Connection): string {
  return `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
