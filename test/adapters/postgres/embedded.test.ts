/** The embedded server: started, shared, adopted, restarted, ended; as root and as somebody else. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { stageBinaries } from '#adapters/postgres/binaries.ts';
import { openDatabase } from '#adapters/postgres/database.ts';
import { embeddedPostgres, type Connection } from '#adapters/postgres/embedded.ts';
import { silentLog } from '../../silent-log.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const folders: string[] = [];

afterAll(() =>
  Promise.all(
    folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 10 })),
  ),
);

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-pg-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  return folder;
}

const start = (dataDir: string) => embeddedPostgres({ dataDir, log: silentLog });

async function ask(connection: Connection, sql: string): Promise<string> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ answer: string }>(`select (${sql})::text as answer`);
  await client.end();
  return rows[0]?.answer ?? '';
}

const startTime = (connection: Connection) => ask(connection, 'pg_postmaster_start_time()');

async function startProcess(dataDir: string, user?: { uid: number; gid: number }) {
  const script = join(import.meta.dirname, 'server-process.ts');
  const child = spawn(process.execPath, [script, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  const gone = once(child, 'exit');
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    gone.then(() => Promise.reject(new Error('it did not start'))),
  ])) as [Buffer];
  return {
    connection: JSON.parse(line.toString()) as Connection,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async end() {
      child.stdin.end();
      await gone;
    },
  };
}

const isRunning = async (dataDir: string) =>
  (await readdir(join(dataDir, 'postgres', 'cluster'))).includes('postmaster.pid');

async function postmaster(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8');
  return Number.parseInt(text, 10);
}

describe('the embedded server', () => {
  test('writes to the disk, is reached by a socket only, and ends with its last user', async () => {
    const dataDir = await newFolder();
    const embedded = await start(dataDir);
    const { connection } = embedded;
    expect(await ask(connection, `current_setting('fsync')`)).toBe('on');
    expect(await ask(connection, `current_setting('listen_addresses')`)).toBe('');
    expect((await stat(connection.host)).mode & 0o777).toBe(0o700);
    const other = await startProcess(dataDir);
    expect(other.connection).toEqual(connection);
    const time = await startTime(connection);
    await embedded.stop();
    expect(await startTime(connection)).toBe(time);
    await other.end();
    expect(await isRunning(dataDir)).toBe(false);
    const again = await start(dataDir);
    expect(await startTime(connection)).not.toBe(time);
    await again.stop();
  });

  test('that outlived its Node is used on; what a killed one left is recovered', async () => {
    const dataDir = await newFolder();
    const killed = await startProcess(dataDir);
    await ask(killed.connection, '1');
    const client = new pg.Client(killed.connection);
    await client.connect();
    await client.query('create table kept as select 42 as answer');
    await client.end();
    const time = await startTime(killed.connection);
    await killed.kill();
    const adopted = await start(dataDir);
    expect(await startTime(adopted.connection)).toBe(time);
    const database = openDatabase(adopted.connection, silentLog);
    process.kill(await postmaster(dataDir), 'SIGKILL');
    // It comes back by itself, and who asks meanwhile only waits.
    expect(await database.query('select answer from kept', [])).toEqual([{ answer: 42 }]);
    expect(await startTime(adopted.connection)).not.toBe(time);
    await database.close();
    await adopted.stop();
    expect(await isRunning(dataDir)).toBe(false);
  });

  test('two that start at once on an empty folder share one server', async () => {
    const dataDir = await newFolder();
    const [one, two] = await Promise.all([start(dataDir), startProcess(dataDir)]);
    expect(await startTime(one.connection)).toBe(await startTime(two.connection));
    await Promise.all([one.stop(), two.end()]);
    expect(await isRunning(dataDir)).toBe(false);
    expect((await readdir(join(dataDir, 'postgres'))).sort()).toEqual([
      expect.stringMatching(/^\d+\.\d+/),
      'cluster',
      'postgres.log',
      'socket',
    ]);
  });

  test('works where the path is too long for a socket', async () => {
    const dataDir = join(await newFolder(), 'x'.repeat(90));
    const embedded = await start(dataDir);
    folders.push(embedded.connection.host);
    expect(embedded.connection.host.length).toBeLessThan(60);
    expect(await ask(embedded.connection, '1')).toBe('1');
    await embedded.stop();
  });

  test.runIf(isRoot)(
    'runs as another user when we are root, and says when that one cannot enter',
    async () => {
      const dataDir = await newFolder();
      const closed = join(dataDir, 'closed');
      await mkdir(closed, { mode: 0o700 });
      await expect(start(join(closed, 'data'))).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining(`cannot enter ${closed}`),
      });
      const embedded = await start(dataDir);
      const { uid } = await stat(join(dataDir, 'postgres', 'cluster'));
      expect(uid).toBe(nobody);
      await embedded.stop();
    },
  );

  test.runIf(isRoot)('works for an ordinary user', async ({ skip }) => {
    const readable = await canRead(import.meta.filename);
    skip(!readable, 'this checkout lies where only root can read');
    const dataDir = await newFolder();
    await chown(dataDir, nobody, nobody);
    const child = await startProcess(dataDir, { uid: nobody, gid: nobody });
    const { uid } = await stat(join(dataDir, 'postgres', 'cluster'));
    expect(uid).toBe(nobody);
    await child.end();
  });

  test('says what to do where npm has no PostgreSQL', async () => {
    await expect(stageBinaries(await newFolder(), 'plan9-x64')).rejects.toMatchObject({
      code: 'database-missing',
      hint: expect.stringContaining('DATABASE_URL'),
    });
  });
});

async function canRead(path: string): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['-e', `require('fs').readFileSync(${JSON.stringify(path)})`],
    {
      stdio: 'ignore',
      uid: nobody,
      gid: nobody,
    },
  );
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
