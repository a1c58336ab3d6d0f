/** The queue by pg-boss, on the store's PostgreSQL and within its transactions. */
import { PgBoss, type Job as BossJob } from 'pg-boss';
import { z } from 'zod';
import type { Job, JobEnd, Lane, Queue } from '#ports/queue.ts';
import type { Transaction } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import { clientOf, type Address, type Database } from './database.ts';

export interface QueueSettings {
  /** How many jobs this process works on at once. */
  readonly workers?: number;
  /** Seconds without a sign of life after which a job goes to another worker. */
  readonly heartbeat?: number;
}

interface Parts {
  readonly database: Database;
  readonly connection: Address;
  readonly log: Log;
  readonly settings: QueueSettings;
}

export interface BossQueue extends Queue {
  /** Gives jobs under way back at once and lets go of the database. */
  close(): Promise<void>;
}

/** The queue of each lane. */
const names: Readonly<Record<Lane, string>> = { work: 'runs', desk: 'desk' };
const lanes = ['work', 'desk'] as const;
/** What waits at the desk waits for other machines, not for this one. */
const atDesk = 4;
const Data = z.object({ run: z.string(), key: z.string() });
type Data = z.infer<typeof Data>;

/** Twelve seconds to a takeover in all; a blocked event loop shorter than that costs nothing. */
const usualHeartbeat = 10;
/** pg-boss refuses a shorter one, which tests need: it is then written past it. */
const shortestHeartbeat = 10;

const queueOptions = {
  policy: 'singleton',
  notify: true,
  // The engine counts and bounds tries; the queue only must not lose a job.
  retryLimit: 10_000,
  retryDelay: 1,
  retryBackoff: false,
  // Far above any budget: what really ends a run is its own clock.
  expireInSeconds: 6 * 60 * 60,
  // The run is the record; jobs that ended need not be kept.
  deleteAfterSeconds: 60 * 60,
  retentionSeconds: 30 * 24 * 60 * 60,
} as const;

/** Throws what PostgreSQL throws when it cannot be reached or the schema cannot be made. */
export async function pgBossQueue(parts: Parts): Promise<BossQueue> {
  const boss = await startBoss(parts);
  const heartbeat = parts.settings.heartbeat ?? usualHeartbeat;
  for (const lane of lanes)
    await prepareQueue(boss, parts.database, { name: names[lane], heartbeat });
  const underWay = new Set<Promise<void>>();
  let draining = false;
  // A job that was being fetched when the draining began goes back untouched.
  const begin =
    (handle: Handle): Handle =>
    (job) =>
      draining ? Promise.resolve({ end: 'again', at: new Date(0) }) : handle(job);
  return {
    async send(tx, { run, key, at, lane = 'work' }) {
      const later = at && { startAfter: at };
      await boss.send(names[lane], { run, key }, { ...placeOf(key), ...later, db: within(tx) });
    },

    async cancel(tx, run) {
      const db = within(tx);
      for (const lane of lanes) {
        const jobs = await boss.findJobs<Data>(names[lane], { data: { run }, db });
        const ids = jobs.filter(({ state }) => state !== 'completed').map(({ id }) => id);
        if (ids.length > 0) await boss.cancel(names[lane], ids, { db });
      }
    },

    async work(handle) {
      for (const lane of lanes) {
        const workers = lane === 'work' ? (parts.settings.workers ?? 2) : atDesk;
        const options = { ...workOptions(heartbeat), localConcurrency: workers };
        const performance = { boss, parts, lane, handle: begin(handle) };
        await boss.work<Data>(names[lane], options, async (jobs) => {
          const all = Promise.all(jobs.map((job) => perform(performance, job)));
          const settled = all.then(nothing, nothing);
          underWay.add(settled);
          void settled.then(() => underWay.delete(settled));
          await all;
        });
      }
    },

    async drain(milliseconds) {
      draining = true;
      for (const lane of lanes) await boss.offWork(names[lane], { wait: false });
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), milliseconds);
      await Promise.race([Promise.all(underWay), late.promise]);
      clearTimeout(timer);
    },

    close: () => boss.stop({ graceful: false }),
  };
}

async function startBoss({ connection, log, settings }: Parts): Promise<PgBoss> {
  const pace = (settings.heartbeat ?? usualHeartbeat) < shortestHeartbeat ? 1 : 2;
  const boss = new PgBoss({
    ...connection,
    max: 4,
    useListenNotify: true,
    schedule: false,
    // A dead worker's jobs and busy keys are noticed at this pace; one process at a time looks.
    superviseIntervalSeconds: pace,
    monitorIntervalSeconds: pace,
    queueCacheIntervalSeconds: 1,
    maintenanceIntervalSeconds: 600,
  });
  boss.on('error', (error) => log.warn({ error }, 'the queue had trouble'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the queue warns'));
  return boss.start();
}

function workOptions(heartbeat: number) {
  return {
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 1,
    burstWhenReadyExceeds: 1,
    heartbeatRefreshSeconds: Math.min(1, heartbeat / 3),
    // Passes over a busy key's jobs, where the queue's policy alone would stop at the first of them.
    groupConcurrency: 1,
  };
}

type Handle = (job: Job) => Promise<JobEnd>;

interface Performance {
  readonly boss: PgBoss;
  readonly parts: Parts;
  readonly lane: Lane;
  readonly handle: Handle;
}

/** One job. Coming back later is a new job in the same breath as the end of this one. */
async function perform(
  { boss, parts, lane, handle }: Performance,
  job: BossJob<Data>,
): Promise<void> {
  const { run, key } = Data.parse(job.data);
  const name = names[lane];
  const attempt = { name, id: job.id, retryCount: job.retryCount };
  const answer = await handle({
    run,
    lane,
    retry: job.retryCount,
    signal: job.signal,
    holds: (tx) => holds(parts.database, tx, attempt),
  });
  if (answer.end === 'done') return;
  await parts.database.transaction(async (tx) => {
    if (!(await holds(parts.database, tx, attempt))) return;
    await boss.complete(name, attempt, null, { db: within(tx) });
    const options = { ...placeOf(key), startAfter: answer.at, db: within(tx) };
    await boss.send(names[answer.lane ?? lane], { run, key }, options);
  });
}

/** The attempt is ours while it is active under the count that we took it with; it stays so until the transaction ends. */
async function holds(
  database: Database,
  tx: Transaction,
  attempt: { readonly name: string; readonly id: string; readonly retryCount: number },
): Promise<boolean> {
  const rows = await database.query(
    `select 1 from pgboss.job
     where name = $1 and id = $2 and state = 'active' and retry_count = $3 for share`,
    [attempt.name, attempt.id, attempt.retryCount],
    tx,
  );
  return rows.length === 1;
}

async function prepareQueue(
  boss: PgBoss,
  database: Database,
  { name, heartbeat }: { readonly name: string; readonly heartbeat: number },
): Promise<void> {
  const allowed = Math.max(shortestHeartbeat, Math.ceil(heartbeat));
  const known = await boss.getQueue(name);
  if (known === null) {
    await boss.createQueue(name, { ...queueOptions, heartbeatSeconds: allowed });
  } else if (heartbeat >= shortestHeartbeat && known.heartbeatSeconds !== allowed) {
    await boss.updateQueue(name, { heartbeatSeconds: allowed });
  }
  if (heartbeat < shortestHeartbeat) {
    await database.query('update pgboss.queue set heartbeat_seconds = $2 where name = $1', [
      name,
      Math.ceil(heartbeat),
    ]);
  }
}

/** The unique index on the key is strict; the group only steers fetches past busy keys. */
function placeOf(key: string) {
  return { singletonKey: key, group: { id: key } };
}

function within(tx: Transaction) {
  return {
    executeSql: (text: string, values?: unknown[]) => clientOf(tx).query(text, values),
  };
}

function nothing(): void {
  // The queue itself hears how the job ended.
}
