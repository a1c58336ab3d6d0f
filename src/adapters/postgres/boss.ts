/** Boss: pg-boss as we run it, its queues, and what it is told when it has nothing to do. */
import { PgBoss } from 'pg-boss';
import type { Log } from '#ports/telemetry.ts';
import type { Address, Database } from './database.ts';

/** Twelve seconds to a takeover in all; a blocked event loop shorter than that costs nothing. */
export const usualHeartbeat = 10;
/** pg-boss refuses a shorter one, which tests need: it is then written past it. */
const shortestHeartbeat = 10;

/** One job of a key at a time. */
const policy = 'singleton';
const queueOptions = {
  notify: true,
  // The engine counts and bounds tries; the queue only must not lose a job, however long it waits.
  retryLimit: 1_000_000_000,
  retryDelay: 1,
  retryBackoff: false,
  // Far above any budget: what really ends a run is its own clock.
  expireInSeconds: 6 * 60 * 60,
  // The run is the record; jobs that ended need not be kept.
  deleteAfterSeconds: 60 * 60,
  retentionSeconds: 10 * 365 * 24 * 60 * 60,
} as const;

export async function startBoss(connection: Address, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    ...connection,
    max: 4,
    useListenNotify: true,
    schedule: false,
    // A dead worker's jobs are looked for by our own watch, at this pace; one process at a time does it.
    supervise: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    queueCacheIntervalSeconds: 1,
    maintenanceIntervalSeconds: 600,
  });
  boss.on('error', (error) => log.warn({ error }, 'the queue had trouble'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the queue warns'));
  return boss.start();
}

/** How its workers look for jobs; `heartbeat` in seconds. */
export function workOptions(heartbeat: number) {
  return {
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
    burstWhenReadyExceeds: 1,
    heartbeatRefreshSeconds: Math.min(1, heartbeat / 3),
    // Passes over a busy key's jobs, where the queue's policy alone would stop at the first of them.
    groupConcurrency: 1,
  };
}

/** Any number will do, as long as no one else in this database takes it. */
const lock = 7_255_835;

/**
 * pg-boss lists busy keys once a second, and its workers then pass over all of them for up to two, also over those that are
 * free again: with all slots busy, they stood empty two thirds of the time. Which are busy is asked at each fetch anyway.
 */
const forgetting = `
  create or replace function sluice.no_busy_keys() returns trigger language plpgsql as
    'begin new.singletons_active := null; return new; end';
  create or replace trigger sluice_no_busy_keys before update on pgboss.queue
    for each row when (new.singletons_active is not null) execute function sluice.no_busy_keys()`;

/** Once per database; several processes may start at once. */
export async function forgetBusyKeys(database: Database): Promise<void> {
  const there = `select 1 from pg_trigger where tgname = 'sluice_no_busy_keys' and tgrelid = 'pgboss.queue'::regclass`;
  if ((await database.query(there, [])).length > 0) return;
  await database.transaction(async (tx) => {
    await database.query('select pg_advisory_xact_lock($1)', [lock], tx);
    await database.query(forgetting, [], tx);
  });
}

/** Makes the queue, or brings one of an older release or of other settings up to ours. */
export async function prepareQueue(
  boss: PgBoss,
  database: Database,
  { name, heartbeat }: { readonly name: string; readonly heartbeat: number },
): Promise<void> {
  const heartbeatSeconds = Math.max(shortestHeartbeat, Math.ceil(heartbeat));
  const wanted = { ...queueOptions, heartbeatSeconds };
  const known = await boss.getQueue(name);
  if (known === null) await boss.createQueue(name, { policy, ...wanted });
  else if (heartbeat >= shortestHeartbeat && !isAs(known, wanted))
    await boss.updateQueue(name, wanted);
  if (heartbeat < shortestHeartbeat) {
    await database.query('update pgboss.queue set heartbeat_seconds = $2 where name = $1', [
      name,
      Math.ceil(heartbeat),
    ]);
  }
}

function isAs(known: object, wanted: object): boolean {
  const is = new Map<string, unknown>(Object.entries(known));
  return Object.entries(wanted).every(([name, value]) => is.get(name) === value);
}
