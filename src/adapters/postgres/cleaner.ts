/** Cleaner: removes what ended long ago, so that the database does not grow for ever. */
import type { Log } from '#ports/telemetry.ts';
import type { Database } from './database.ts';

export interface Cleaner {
  /** Resolves when nothing is being removed any more. */
  stop(): Promise<void>;
}

const pace = 60 * 60_000;
/** Rows at a time, so that nobody waits long for a lock. */
const batch = 500;
/** Any number will do, as long as no one else in this database takes it. */
const lock = 7_255_833;

/** With their steps. A run stays as long as one of its subject is open: that one may have to tell of it, or stand in its place. */
const runs = `delete from sluice.runs where id = any(array(
    select id from sluice.runs old
    where ended_at < now() - make_interval(days => $1) and not exists (
      select 1 from sluice.runs open
      where open.key = old.key and open.state in ('queued', 'running', 'waiting'))
    limit ${batch})) returning 1`;

const deliveries = `delete from sluice.deliveries where id = any(array(
    select id from sluice.deliveries
    where received_at < now() - make_interval(days => $1) limit ${batch})) returning 1`;

/** Now and then every hour, by one process at a time. */
export function keepClean(database: Database, { days, log }: { days: number; log: Log }): Cleaner {
  let stopped = false;
  let cleaning = Promise.resolve();
  function begin(): void {
    cleaning = cleaning
      .then(() => clean(database, days, () => stopped))
      .then((removed) => {
        if (removed > 0) log.info({ removed, days }, 'what ended long ago was removed');
      })
      .catch((error: unknown) => log.warn({ error }, 'what ended long ago could not be removed'));
  }
  begin();
  const timer = setInterval(begin, pace);
  timer.unref();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await cleaning;
    },
  };
}

/** How many deliveries and runs were removed. */
export async function clean(
  database: Database,
  days: number,
  isStopped: () => boolean = () => false,
): Promise<number> {
  let removed = 0;
  for (const sql of [runs, deliveries]) {
    let last = batch;
    while (last === batch && !isStopped()) {
      last = await database.transaction((tx) => removeSome(database, { sql, days }, tx));
      removed += last;
    }
  }
  return removed;
}

async function removeSome(
  database: Database,
  { sql, days }: { readonly sql: string; readonly days: number },
  tx: Parameters<Database['query']>[2],
): Promise<number> {
  const mine = await database.query('select 1 where pg_try_advisory_xact_lock($1)', [lock], tx);
  return mine.length === 0 ? 0 : (await database.query(sql, [days], tx)).length;
}
