/** Boss: pg-boss as we run it, its queues, and what it is told when it has nothing to do. */
import { PgBoss } from 'pg-boss';
import { z } from 'zod';
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
    // A dead worker's jobs and busy keys are noticed at this pace; one process at a time looks.
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    queueCacheIntervalSeconds: 1,
    maintenanceIntervalSeconds: 600,
  });
  boss.on('error', (error) => {
    const loser = loserIn(error);
    if (loser === undefined) log.warn({ error }, 'the queue had trouble');
    else boss.notifyWorker(loser);
  });
  boss.on('warning', (warning) => log.warn({ warning }, 'the queue warns'));
  return boss.start();
}

const Collision = z.object({
  code: z.literal('23505'),
  table: z.string().startsWith('job'),
  worker: z.string(),
});

/** Two workers were about to take jobs of the same key: the one that did not get its job may look again at once. */
function loserIn(error: unknown): string | undefined {
  return Collision.safeParse(error).data?.worker;
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
