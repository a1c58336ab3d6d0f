/** The PostgreSQL that needs no installation: a real server on a unix socket in the data directory, shared by processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { errors } from '#core/errors.ts';
import type { Log } from '#ports/telemetry.ts';
import { stageBinaries, type Binaries } from './binaries.ts';
import { ensureReachable, privateFolder, serverUser, type ServerUser } from './server-user.ts';

export interface Connection {
  /** A folder with the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface Embedded {
  readonly connection: Connection;
  /** Ends our use; the last user of the data directory ends the server. */
  stop(): Promise<void>;
}

interface Place {
  readonly home: string;
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly connection: Connection;
}

const port = 5432;
/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const longestSocketPath = 103;
/** Recovery after a crash and a slow disk must fit. */
const startLimit = 60_000;
const stopLimit = 30_000;
/** Every user of the server holds this lock shared on a connection of its own; who gets it alone may stop the server. */
const presenceKey = 7_255_831;

/** Durable (`fsync` stays on), local only, small. */
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '200',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
};

/**
 * Starts the server, or uses the one that already runs on this data directory; restarts it when it dies under us.
 * Throws invalid `database-missing` where npm has no PostgreSQL for this machine, unavailable when it does not start.
 */
export async function embeddedPostgres(options: { dataDir: string; log: Log }): Promise<Embedded> {
  const { log } = options;
  const place = await prepare(options.dataDir);
  let presence = await enter(place);
  let stopping = false;
  function watch(client: pg.Client): void {
    client.once('end', () => {
      if (stopping) return;
      log.warn({ home: place.home }, 'postgres went away, starting it again');
      void enter(place).then(
        async (next) => {
          presence = next;
          if (stopping) await leave(place, next);
          else watch(next);
        },
        (error: unknown) => log.error({ error }, 'postgres did not come back'),
      );
    });
  }
  watch(presence);
  log.debug({ home: place.home }, 'postgres is ready');
  return {
    connection: place.connection,
    async stop() {
      if (stopping) return;
      stopping = true;
      await leave(place, presence);
    },
  };
}

async function prepare(dataDir: string): Promise<Place> {
  await mkdir(join(dataDir, 'postgres'), { recursive: true, mode: 0o755 });
  const folder = await realpath(dataDir);
  const home = join(folder, 'postgres');
  const cluster = join(home, 'cluster');
  const user = await serverUser(cluster);
  await ensureReachable(folder, user);
  const binaries = await stageBinaries(home);
  const host = await socketFolder(home, user);
  const connection = { host, port, user: 'sluice', database: 'postgres' };
  const place = { home, cluster, binaries, user, connection };
  if (!(await exists(join(cluster, 'PG_VERSION')))) await initialise(place);
  return place;
}

async function socketFolder(home: string, user: ServerUser): Promise<string> {
  const inside = join(home, 'socket');
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const fits = Buffer.byteLength(join(inside, `.s.PGSQL.${port}`)) <= longestSocketPath;
  const folder = fits ? inside : join(tmpdir(), `sluice-${name}`);
  await privateFolder(folder, user);
  const { uid } = await stat(folder);
  if (uid !== (user?.uid ?? process.getuid?.())) {
    throw errors.databaseUnavailable(`${folder} belongs to another user (${uid})`);
  }
  return folder;
}

/** Made aside and moved into place: a killed or concurrent first start leaves no half cluster. */
async function initialise(place: Place): Promise<void> {
  const draft = join(place.home, `cluster.${crypto.randomUUID()}`);
  await privateFolder(draft, place.user);
  const child = run(place, place.binaries.initdb, [
    ...['-D', draft, '-U', place.connection.user, '-A', 'trust', '-E', 'UTF8'],
    ...['--locale=C', '--no-instructions'],
  ]);
  const code = await ended(child);
  if (code !== 0) {
    throw errors.databaseUnavailable(`initdb ended with ${code}. ${await lastWords(place)}`);
  }
  try {
    await rename(draft, place.cluster);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(join(place.cluster, 'PG_VERSION')))) throw error;
  }
}

/** May outlive us (`detached`), says what it has to say into postgres.log, and sees nothing of our environment. */
function run(place: Place, program: string, args: readonly string[]): ChildProcess {
  const output = openSync(logFile(place), 'a');
  try {
    const { libraries } = place.binaries;
    return spawn(program, args, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', output, output],
      env: { LC_ALL: 'C', LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries },
      ...place.user,
    });
  } finally {
    closeSync(output);
  }
}

function launch(place: Place): ChildProcess {
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const folders = ['-D', place.cluster, '-k', place.connection.host];
  const server = run(place, place.binaries.postgres, [...folders, ...pairs]);
  server.unref();
  return server;
}

async function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (cause) =>
      // What runs here but was built for another C library is "not found" as well.
      reject(errors.databaseMissing(`PostgreSQL cannot run here (${cause.message})`, cause)),
    );
  });
}

/** Our presence on a running server, which is started where there is none. */
async function enter(place: Place): Promise<pg.Client> {
  const deadline = performance.now() + startLimit;
  let starting: Promise<number | null> | undefined;
  while (performance.now() < deadline) {
    const state = await knock(place.connection);
    if (state instanceof pg.Client) return state;
    if (state === 'down' && starting === undefined) {
      await removeStaleLocks(place);
      starting = ended(launch(place));
    }
    // It may lose the race against another process's start, or against orphans of a killed server: try again.
    const pause = wait(15).then(() => undefined);
    const code = await Promise.race([starting ?? pause, pause]);
    if (code !== undefined) {
      starting = undefined;
      await wait(100);
    }
  }
  throw errors.databaseUnavailable(`it did not start. ${await lastWords(place)}`);
}

/** Tests the socket itself: a pid file proves nothing. */
async function knock(connection: Connection): Promise<pg.Client | 'down' | 'busy'> {
  const client = new pg.Client({ ...connection, application_name: 'sluice presence' });
  // Reported through the rejected promise or the `end` event.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [presenceKey]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ECONNREFUSED' ? 'down' : 'busy';
  }
}

/** A lock file that names a process which is no server (its number was used again, as in containers) blocks every start. */
async function removeStaleLocks(place: Place): Promise<void> {
  const locks = [
    join(place.cluster, 'postmaster.pid'),
    join(place.connection.host, `.s.PGSQL.${port}.lock`),
  ];
  for (const lock of locks) {
    const pid = await lockedBy(lock);
    if (pid === undefined) continue;
    const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined);
    if (program !== undefined && program.trim() !== 'postgres') await rm(lock, { force: true });
  }
}

async function lockedBy(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}

async function leave(place: Place, presence: pg.Client): Promise<void> {
  const lock = join(place.cluster, 'postmaster.pid');
  try {
    await presence.query('select pg_advisory_unlock_shared($1)', [presenceKey]);
    const alone = await presence.query<{ alone: boolean }>(
      'select pg_try_advisory_lock($1) as alone',
      [presenceKey],
    );
    const server = alone.rows[0]?.alone === true ? await lockedBy(lock) : undefined;
    if (server !== undefined) {
      // Fast shutdown: sessions are ended, everything is written.
      process.kill(server, 'SIGINT');
      const deadline = performance.now() + stopLimit;
      while ((await exists(lock)) && performance.now() < deadline) await wait(10);
    }
  } catch {
    // The server is gone already: there is nothing to leave.
  } finally {
    await presence.end().catch(() => undefined);
  }
}

function logFile(place: Place): string {
  return join(place.home, 'postgres.log');
}

async function lastWords(place: Place): Promise<string> {
  const text = await readFile(logFile(place), 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' ');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
