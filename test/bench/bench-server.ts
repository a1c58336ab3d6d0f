/** A PostgreSQL of its own for benches, which is reached by URL as an operator's server would be, and comes back when killed. */
import { mkdir } from 'node:fs/promises';
import pg from 'pg';
import { embeddedPostgres } from '#adapters/postgres/embedded.ts';
import { silentLog } from '../silent-log.ts';

export interface BenchServer {
  readonly dataDir: string;
  /** Makes an empty database and answers with its URL. */
  database(name: string): Promise<string>;
  readonly stop: () => Promise<void>;
}

export async function startBenchServer(dataDir: string): Promise<BenchServer> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const embedded = await embeddedPostgres({ dataDir, log: silentLog });
  const { connection } = embedded;
  return {
    dataDir,
    stop: () => embedded.stop(),
    async database(name) {
      const client = new pg.Client(connection);
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      const { user, host, port } = connection;
      return `postgresql://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
    },
  };
}
