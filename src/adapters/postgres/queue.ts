/** The queue by pg-boss, on the store's PostgreSQL and within its transactions. */
import { PgBoss } from 'pg-boss';
import type { Job, JobEnd, Lane, Queue } from '#ports/queue.ts';
import type { Transaction } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import type { Address, Database } from './database.ts';
import {
  cancelJobs,
  lanes,
  names,
  perform,
  within,
  type Claims,
  type Data,
  type Sent,
} from './perform.ts';
import { listenForCancelled } from './cancelled.ts';
import { personal, placeOf, urgentRank, type Place } from './place.ts';

export interface QueueSettings {
  /** How many jobs this process works on at once. */
  readonly workers?: number;
  /** Seconds without a sign of life after which a job goes to another worker. */
  readonly heartbeat?: number;
  /** How many runs of one installation are worked on at once, in all processes together. */
  readonly cap?: number;
  /** Milliseconds that jobs get, once it is too late, to end what they do and go back. */
  readonly patience?: number;
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

/** What waits at the desk waits for other machines, not for this one. */
const atDesk = 4;
/** Twelve seconds to a takeover in all; a blocked event loop shorter than that costs nothing. */
const usualHeartbeat = 10;
/** pg-boss refuses a shorter one, which tests need: it is then written past it. */
const shortestHeartbeat = 10;
const usualCap = 4;
/** A command of the sandbox is killed in less. */
const usualPatience = 3000;

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
  const { database, connection, log, settings } = parts;
  const boss = await startBoss(parts);
  const heartbeat = settings.heartbeat ?? usualHeartbeat;
  for (const lane of lanes) await prepareQueue(boss, database, { name: names[lane], heartbeat });
  const underWay = new Set<Promise<void>>();
  const claims: Claims = new Map();
  const cancelled = listenForCancelled(connection, log, (claim) => claims.get(claim)?.abort());
  const late = new AbortController();
  let draining = false;
  async function send(tx: Transaction, sent: Sent): Promise<void> {
    const { run, key, automatic, urgent, lane, at } = sent;
    const cap = settings.cap ?? usualCap;
    const place = await placeOf(database, tx, { run, key, automatic, urgent, lane, cap });
    const options = { ...optionsOf(place), ...(at && { startAfter: at }), db: within(tx) };
    await boss.send(names[lane], { run, key, automatic, urgent }, options);
  }
  async function workIn(lane: Lane, crew: Crew, handle: Handle): Promise<void> {
    const isDraining = () => draining;
    const rest = { boss, database, claims, lane, handle, isDraining, send };
    const performance = { ...rest, late: late.signal };
    await boss.work<Data>(names[lane], { ...workOptions(heartbeat), ...crew }, async (jobs) => {
      const all = Promise.all(jobs.map((job) => perform(performance, job)));
      const settled = all.then(nothing, nothing);
      underWay.add(settled);
      void settled.then(() => underWay.delete(settled));
      await all;
    });
  }
  return {
    send: (tx, job) => send(tx, { lane: 'work', automatic: false, urgent: false, ...job }),
    cancel: (tx, run) => cancelJobs(database, tx, run),

    async work(handle) {
      // A job that was being fetched when the draining began goes back untouched.
      const begin: Handle = (job) =>
        draining ? Promise.resolve({ end: 'again', at: new Date(0) }) : handle(job);
      for (const lane of lanes)
        for (const crew of crewsOf(lane, settings.workers ?? 2)) await workIn(lane, crew, begin);
    },

    async drain(milliseconds) {
      draining = true;
      for (const lane of lanes) await boss.offWork(names[lane], { wait: false });
      await settledIn(milliseconds, underWay);
      late.abort(new Error('this process ends, another goes on'));
      await settledIn(settings.patience ?? usualPatience, underWay);
    },

    async close() {
      await cancelled.close();
      await boss.stop({ graceful: false });
    },
  };
}

/** The unique index on the key is strict; the group only steers fetches past busy keys. */
function optionsOf({ key, priority }: Place) {
  return { singletonKey: key, group: { id: key }, priority };
}

type Handle = (job: Job) => Promise<JobEnd>;

/** Who does a lane's jobs in this process. */
interface Crew {
  readonly localConcurrency: number;
  readonly minPriority?: number;
}

/** Of those who work, some take only what a person waits for: automatic runs can never have them all. */
function crewsOf(lane: Lane, workers: number): readonly Crew[] {
  if (lane === 'desk')
    return [{ localConcurrency: atDesk }, { localConcurrency: 1, minPriority: urgentRank }];
  if (workers < 2) return [{ localConcurrency: workers }];
  const reserved = Math.max(1, Math.floor(workers / 4));
  return [
    { localConcurrency: workers - reserved },
    { localConcurrency: reserved, minPriority: personal },
  ];
}

async function settledIn(milliseconds: number, all: Iterable<Promise<void>>): Promise<void> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), milliseconds);
  await Promise.race([Promise.all(all), late.promise]);
  clearTimeout(timer);
}

async function startBoss({ connection, log }: Parts): Promise<PgBoss> {
  const boss = new PgBoss({
    ...connection,
    max: 4,
    useListenNotify: true,
    schedule: false,
    // A dead worker's jobs and busy keys are noticed at this pace; one process at a time looks.
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
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
    notifyPollingIntervalSeconds: 0.5,
    burstWhenReadyExceeds: 1,
    heartbeatRefreshSeconds: Math.min(1, heartbeat / 3),
    // Passes over a busy key's jobs, where the queue's policy alone would stop at the first of them.
    groupConcurrency: 1,
  };
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

function nothing(): void {
  // The queue itself hears how the job ended.
}
