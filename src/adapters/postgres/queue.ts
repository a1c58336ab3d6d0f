/** The queue by pg-boss, on the store's PostgreSQL and within its transactions. */
import type { PgBoss } from 'pg-boss';
import type { Job, JobEnd, Lane, Queue } from '#ports/queue.ts';
import type { Transaction } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import { forgetBusyKeys, prepareQueue, startBoss, usualHeartbeat, workOptions } from './boss.ts';
import type { Address, Database } from './database.ts';
import { keepSlotsFull, type Filling } from './free-slots.ts';
import { cancelJobs, lanes, names, perform, secondsUntil, within } from './perform.ts';
import type { Claims, Data, Performance, Sent } from './perform.ts';
import { listenForCancelled } from './cancelled.ts';
import { keepWatch } from './watch.ts';
import { personal, placeOf, urgentRank } from './place.ts';

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
const usualCap = 4;
/** A command of the sandbox is killed in less. */
const usualPatience = 3000;

/** pg-boss with our queues in it, and with an eye on workers that died. */
async function openBoss(parts: Parts, heartbeat: number) {
  const { database, connection, log } = parts;
  const boss = await startBoss(connection, log);
  await forgetBusyKeys(database);
  for (const lane of lanes) await prepareQueue(boss, database, { name: names[lane], heartbeat });
  const watch = keepWatch({
    heartbeat,
    ask: () => database.query('select 1', []),
    judge: () => boss.supervise(),
    log,
  });
  return { boss, watch };
}

/** Throws what PostgreSQL throws when it cannot be reached or the schema cannot be made. */
export async function pgBossQueue(parts: Parts): Promise<BossQueue> {
  const { database, connection, log, settings } = parts;
  const heartbeat = settings.heartbeat ?? usualHeartbeat;
  const { boss, watch } = await openBoss(parts, heartbeat);
  const underWay = new Set<Promise<void>>();
  const claims: Claims = new Map();
  const cancelled = listenForCancelled(connection, log, (claim) => claims.get(claim)?.abort());
  const late = new AbortController();
  let draining = false;
  const cap = settings.cap ?? usualCap;
  let filling: Filling | undefined;
  const send = (tx: Transaction, sent: Sent) => sendTo({ boss, database, cap }, tx, sent);
  const isDraining = () => draining;
  const shared = { boss, database, claims, heartbeat, late: late.signal, isDraining, send };
  return {
    send: (tx, { at, ...job }) =>
      send(tx, {
        lane: 'work',
        automatic: false,
        urgent: false,
        pause: at ? secondsUntil(at) : 0,
        ...job,
      }),
    cancel: (tx, run) => cancelJobs(database, tx, run),

    async work(handle) {
      // A job that was being fetched when the draining began goes back untouched.
      const begin: Handle = (job) =>
        draining ? Promise.resolve({ end: 'again', at: new Date(0) }) : handle(job);
      for (const lane of lanes)
        for (const crew of crewsOf(lane, settings.workers ?? 2))
          await workIn({ ...shared, lane, handle: begin }, { ...crew, heartbeat }, underWay);
      filling = keepSlotsFull({ ...parts, cap });
    },

    async drain(milliseconds) {
      draining = true;
      for (const lane of lanes) await boss.offWork(names[lane], { wait: false });
      await settledIn(milliseconds, underWay);
      late.abort(new Error('this process ends, another goes on'));
      await settledIn(settings.patience ?? usualPatience, underWay);
    },

    async close() {
      await Promise.all([filling?.stop(), watch.stop()]);
      await cancelled.close();
      await boss.stop({ graceful: false });
    },
  };
}

async function sendTo(
  { boss, database, cap }: { boss: PgBoss; database: Database; cap: number },
  tx: Transaction,
  { run, key, automatic, urgent, lane, pause }: Sent,
): Promise<void> {
  const place = await placeOf(database, tx, { run, key, automatic, urgent, lane, cap });
  // The unique index on the key is strict; the group only steers fetches past busy keys.
  const group = { id: place.key, ...(place.owner !== null && { tier: place.owner }) };
  const { key: singletonKey, priority } = place;
  const options = { singletonKey, group, priority, startAfter: pause, db: within(tx) };
  await boss.send(names[lane], { run, key, automatic, urgent }, options);
}

async function workIn(
  performance: Performance,
  { heartbeat, ...crew }: Crew & { readonly heartbeat: number },
  underWay: Set<Promise<void>>,
): Promise<void> {
  const options = { ...workOptions(heartbeat), ...crew };
  await performance.boss.work<Data>(names[performance.lane], options, async (jobs) => {
    const all = Promise.all(jobs.map((job) => perform(performance, job)));
    const settled = all.then(nothing, nothing);
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    await all;
  });
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

function nothing(): void {
  // The queue itself hears how the job ended.
}
