/** The moments of rows: a trigger stops the statement that keeps one, so that a kill falls exactly before or after it. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Held, Moment, Passed } from './crash-moments.ts';

export interface Rows {
  /** Runs one statement, patient with a server that is away. */
  query<T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Puts the triggers in place; once per database, when the App has made its schema. */
  install(): Promise<void>;
  /** Rows that were kept since, in their order. */
  passed(since: number): Promise<readonly Passed[]>;
  /** Resolves when nothing can pass the moment any more; what it answers with has yet to come there. */
  arm(moment: Moment): Promise<{ readonly reached: Promise<HeldRow> }>;
  disarm(): Promise<void>;
  /** Whoever took a job before then is dead: nobody has to wait for a sign of life, which `bench:workers` measures. */
  dead(before: number): Promise<void>;
  close(): Promise<void>;
}

export interface HeldRow extends Held {
  /** Lets the row be kept and returns when it is. */
  keep(): Promise<void>;
  /** Whether the row is kept by its statement alone, which then holds although nobody waits for it any more. */
  readonly alone: boolean;
  /** The name of the process that keeps it. */
  readonly application: string;
}

const key = 4711;
const patience = 60_000;
/**
 * `seen` tells the calm run's order. A statement that comes to a row of `stop` waits until that one is gone: a table,
 * unlike a lock, outlives its server. The crashes of a run are not counted: it dies more often here than any is let live.
 */
const schema = `
  create schema bench;
  create table bench.seen (seq bigint generated always as identity, what text, at timestamptz);
  create table bench.stop (id integer generated always as identity, what text);
  create function bench.look(what text) returns void language plpgsql as $$ declare mine integer; begin
    insert into bench.seen (what, at) values (look.what, clock_timestamp());
    select min(id) into mine from bench.stop where stop.what = look.what;
    if mine is not null then
      perform pg_advisory_xact_lock_shared(${key}, mine);
      while exists (select from bench.stop where id = mine) loop perform pg_sleep(0.005); end loop;
    end if;
  end $$;
  create function bench.step() returns trigger language plpgsql as $$ begin
    if new.name = 'engine/wait' then
      new.output := jsonb_set(new.output::jsonb, '{crashed}', '0');
    end if;
    perform bench.look('row [' || new.name || '] ' || new.state); return new;
  end $$;
  create function bench.run() returns trigger language plpgsql as $$ begin
    perform bench.look('row run ' || new.state); return new;
  end $$;
  create function bench.job() returns trigger language plpgsql as $$ begin
    if new.state::text = 'completed' then perform bench.look('row job completed'); end if;
    return new;
  end $$;
  create trigger bench_step before insert or update on sluice.steps for each row execute function bench.step();
  create trigger bench_run before insert or update of state on sluice.runs for each row execute function bench.run();
  create trigger bench_job before update of state on pgboss.job for each row execute function bench.job();
`;

export function rowsOf(address: pg.ClientConfig): Rows {
  const pool = new pg.Pool({ max: 4, ...address });
  pool.on('error', () => undefined);
  async function query<T extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) {
    const deadline = Date.now() + patience;
    for (;;) {
      try {
        return (await pool.query<T>(sql, [...values])).rows;
      } catch (error) {
        if (!isAway(error) || Date.now() > deadline) throw error;
        await wait(25);
      }
    }
  }

  /** Who waits at the stop; never, when it was taken away before anybody came. */
  async function waiter(id: number): Promise<{ pid: number; alone: boolean; application: string }> {
    for (;;) {
      const [found] = await query<{ pid: number | null; alone: boolean; application: string }>(
        `select pid, xact_start = query_start as alone, application_name as application
         from bench.stop left join pg_locks on locktype = 'advisory' and classid = $1 and objid = $2 and granted
           and pg_locks.database = (select oid from pg_database where datname = current_database())
           left join pg_stat_activity using (pid) where stop.id = $2`,
        [key, id],
      );
      if (found === undefined) return Promise.withResolvers<never>().promise;
      if (found.pid !== null) return { ...found, pid: found.pid };
      await wait(15);
    }
  }

  async function heldAt(id: number): Promise<HeldRow> {
    const { pid, ...held } = await waiter(id);
    const goOn = async () => {
      await query('delete from bench.stop where id = $1', [id]);
    };
    return {
      ...held,
      goOn,
      async keep() {
        await goOn();
        const busy = 'select 1 from pg_stat_activity where pid = $1 and xact_start is not null';
        while ((await query(busy, [pid])).length > 0);
      },
      async drop() {
        await query('select pg_terminate_backend($1, 5000)', [pid]);
        await goOn();
      },
    };
  }

  return {
    query,
    install: async () => {
      await query(schema);
    },
    async passed(since) {
      const rows = await query<{ what: string; at: Date }>(
        'select what, at from bench.seen where at > $1 order by seq',
        [new Date(since)],
      );
      return rows.map(({ what, at }) => ({ what, phase: 'after', at: at.getTime() }));
    },
    async arm({ what }) {
      const rows = await query<{ id: number }>(
        'insert into bench.stop (what) values ($1) returning id',
        [what],
      );
      return { reached: heldAt(rows[0]!.id) };
    },
    async disarm() {
      await query('delete from bench.stop');
    },
    async dead(before) {
      await query(
        `update pgboss.job set heartbeat_on = 'epoch' where state = 'active' and started_on < $1`,
        [new Date(before)],
      );
    },
    async close() {
      await pool.end();
    },
  };
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return /^(08|57P|ECONN|ENOENT|EPIPE)/.test(code) || /terminated|timeout/i.test(error.message);
}
