/** Perform: one job of pg-boss as the engine sees it, from its claim until it ends, comes back or is lost. */
import type { PgBoss, Job as BossJob } from 'pg-boss';
import { z } from 'zod';
import type { Job, JobEnd, Lane } from '#ports/queue.ts';
import type { Transaction } from '#ports/store.ts';
import { channel, claimText } from './cancelled.ts';
import { clientOf, type Database } from './database.ts';

/** The queue of each lane. */
export const names: Readonly<Record<Lane, string>> = { work: 'runs', desk: 'desk' };
export const lanes = ['work', 'desk'] as const;

const Data = z.object({
  run: z.string(),
  key: z.string(),
  automatic: z.boolean().default(false),
  urgent: z.boolean().default(false),
});
export type Data = z.infer<typeof Data>;

/** The part of a heartbeat for which a claim that was seen is sure: nobody takes it over so soon. */
const sureFor = 3;

/** What this process is at, by claim: each is aborted when it is told to be over. */
export type Claims = Map<string, AbortController>;

export interface Sent extends Data {
  readonly lane: Lane;
  /** Seconds until it may be taken; never less than none. */
  readonly pause: number;
}

export interface Performance {
  readonly boss: PgBoss;
  readonly database: Database;
  readonly claims: Claims;
  readonly lane: Lane;
  readonly handle: (job: Job) => Promise<JobEnd>;
  /** Seconds without a sign of life after which another takes the job. */
  readonly heartbeat: number;
  /** Aborted when the queue cannot wait for the job any longer. */
  readonly late: AbortSignal;
  readonly isDraining: () => boolean;
  readonly send: (tx: Transaction, sent: Sent) => Promise<void>;
}

/** A claim of a job. It is counted anew by whoever takes the job after us, and by whoever cancels it under us. */
interface Claim {
  readonly name: string;
  readonly id: string;
  readonly retryCount: number;
}

/**
 * Told to the database, whose clock may be another. A moment in the past would not do: what was to begin long ago and has
 * not is thrown away when the queue is tidied.
 */
export function secondsUntil(at: Date): number {
  return Math.max(0, at.getTime() - Date.now()) / 1000;
}

/** Coming back later is a new job in the same breath as the end of this one. */
export async function perform(parts: Performance, job: BossJob<Data>): Promise<void> {
  const { boss, database, claims, lane } = parts;
  const data = Data.parse(job.data);
  const claim = { name: names[lane], id: job.id, retryCount: job.retryCount };
  const stop = new AbortController();
  claims.set(claimText(claim), stop);
  try {
    const answer = await parts.handle(asJob(parts, job, { claim, stop }));
    if (answer.end === 'done') return;
    const pause = secondsUntil(answer.at);
    await database.transaction(async (tx) => {
      if (!(await holds(database, tx, claim))) return;
      await boss.complete(claim.name, claim, null, { db: within(tx) });
      await parts.send(tx, { ...data, lane: answer.lane ?? lane, pause });
    });
  } finally {
    claims.delete(claimText(claim));
    await release(database, claim);
  }
}

function asJob(
  { database, lane, late, isDraining, heartbeat }: Performance,
  job: BossJob<Data>,
  { claim, stop }: { readonly claim: Claim; readonly stop: AbortController },
): Job {
  const signal = AbortSignal.any([job.signal, late, stop.signal]);
  let sureAt = Date.now();
  const heldIn = async (tx: Transaction): Promise<boolean> => {
    const asked = Date.now();
    const held = await holds(database, tx, claim);
    if (held) sureAt = asked;
    return held;
  };
  return {
    run: job.data.run,
    lane,
    retry: job.retryCount,
    signal,
    holds: heldIn,
    async sure() {
      signal.throwIfAborted();
      // By the clock on the wall: it goes on while a machine sleeps.
      const age = Math.abs(Date.now() - sureAt);
      if (age < (heartbeat * 1000) / sureFor) return;
      if (!(await database.transaction(heldIn))) stop.abort(new Error('another worker has it'));
      signal.throwIfAborted();
    },
    border: () => {
      if (isDraining()) stop.abort(new Error('this process is ending, another goes on'));
    },
  };
}

/** The attempt is ours while it is active under the count that we took it with; it stays so until the transaction ends. */
async function holds(database: Database, tx: Transaction, claim: Claim): Promise<boolean> {
  const rows = await database.query(
    `select 1 from pgboss.job
     where name = $1 and id = $2 and state = 'active' and retry_count = $3 for share`,
    [claim.name, claim.id, claim.retryCount],
    tx,
  );
  return rows.length === 1;
}

/**
 * A job that is under way keeps its key until its work has really ended, or its worker gives no sign of life any more:
 * no longer counted as its worker's, it is not touched by that one's heartbeat, which hears of it so.
 */
export async function cancelJobs(database: Database, tx: Transaction, run: string): Promise<void> {
  await database.query(
    `with cancelled as (update pgboss.job set
       data = data || '{"cancelled": true}',
       retry_count = retry_count + (state = 'active')::int,
       state = case when state = 'active' then state else 'cancelled' end,
       completed_on = case when state = 'active' then null else now() end
     where name = any($1) and data->>'run' = $2 and state < 'completed' and not data ? 'cancelled'
     returning id, state, retry_count)
     select pg_notify($3, id || '/' || (retry_count - 1)) from cancelled where state = 'active'`,
    [Object.values(names), run, channel],
    tx,
  );
}

/** Whoever has a cancelled job by now has nothing to do with it. */
async function release(database: Database, { name, id }: Claim): Promise<void> {
  await database.query(
    `update pgboss.job set state = 'cancelled', completed_on = now()
     where name = $1 and id = $2 and state = 'active' and data ? 'cancelled'`,
    [name, id],
  );
}

export function within(tx: Transaction) {
  return {
    executeSql: (text: string, values?: unknown[]) => clientOf(tx).query(text, values),
  };
}
