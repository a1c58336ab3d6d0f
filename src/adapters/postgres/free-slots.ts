/** Free slots: a run that waits behind another of its installation gets the slot that became free elsewhere. */
import type { Log } from '#ports/telemetry.ts';
import type { Database } from './database.ts';
import { names } from './perform.ts';
import { personal } from './place.ts';

export interface Filling {
  /** Resolves when nothing is being moved any more. */
  stop(): Promise<void>;
}

/** Milliseconds that a free slot may stand beside a run that waits. */
const pace = 1000;

/**
 * Gives a slot that nobody has to a run that waits in a busy one; to be called again until it answers no. Where the busy
 * one is had by a run of the same subject, its work is still ending, and the other stays behind it.
 */
const moving = `
  with due as materialized (
    select *, split_part(group_id, '/', 1) as owner from pgboss.job
    where name = '${names.work}' and state < 'active' and start_after <= now() and group_tier is not null
  ), free as materialized (
    select owner, slot from (select distinct owner from due) owners, generate_series(0, $1::int - 1) as slot
    where not exists (
      select 1 from pgboss.job taken where taken.name = '${names.work}' and taken.state = 'active'
        and taken.group_id = owner || '/' || slot
    ) and not exists (select 1 from due where due.group_id = owner || '/' || slot)
  ), chosen as (
    select run.id as run, job.id as job, free.slot, free.owner || '/' || free.slot as place
    from free join due using (owner) join pgboss.job job on job.name = due.name and job.id = due.id
      join sluice.runs run on run.id = (due.data->>'run')::uuid
    where (free.slot > 0 or $1 = 1 or due.priority >= ${personal}) and exists (
      select 1 from pgboss.job busy where busy.name = due.name and busy.state = 'active'
        and busy.group_id = due.group_id and busy.data->>'key' <> due.data->>'key'
    )
    order by due.priority desc, due.created_on, free.slot limit 1
    for update of run, job skip locked
  ), kept as (
    update sluice.runs set slot = chosen.slot from chosen where id = chosen.run
  )
  update pgboss.job set singleton_key = place, group_id = place
  from chosen where name = '${names.work}' and id = chosen.job and state < 'active' returning 1`;

/** Any number will do, as long as no one else in this database takes it. */
const lock = 7_255_834;

/** From now on, by one process at a time. */
export function keepSlotsFull(parts: { database: Database; cap: number; log: Log }): Filling {
  const { log } = parts;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<'stopped'>();
  async function keepOn(): Promise<void> {
    for (;;) {
      const late = Promise.withResolvers<'go on'>();
      const timer = setTimeout(() => late.resolve('go on'), pace);
      const next = await Promise.race([stopped, late.promise]);
      clearTimeout(timer);
      if (next === 'stopped') return;
      await fillFreeSlots(parts.database, parts.cap).catch((error: unknown) =>
        log.warn({ error }, 'free slots could not be filled'),
      );
    }
  }
  const done = keepOn();
  return {
    stop() {
      stop('stopped');
      return done;
    },
  };
}

async function fillFreeSlots(database: Database, cap: number): Promise<void> {
  for (let moved = 1; moved > 0;) {
    moved = await database.transaction(async (tx) => {
      const sql = 'select 1 where pg_try_advisory_xact_lock($1)';
      const isOurs = (await database.query(sql, [lock], tx)).length > 0;
      return isOurs ? (await database.query(moving, [cap], tx)).length : 0;
    });
  }
}
