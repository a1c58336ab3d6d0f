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
  arm(moment: Moment): Promise<HeldRow>;
  disarm(): Promise<void>;
  close(): Promise<void>;
}

export interface HeldRow extends Held {
  /** Lets the row be kept and returns when it is. */
  keep(): Promise<void>;
  /** Whether the row is kept by its statement alone, which then holds although nobody waits for it any more. */
  readonly alone: boolean;
}

const key = 4711;
const patience = 60_000;
/** Seconds: shorter than the App's own, which it would set anew whenever it starts, so that hundreds of dead workers are noticed sooner. */
const heartbeat = 4;

/** `seen` tells the calm run's order; `stop` names at most one row at which a statement waits for our lock. */
const schema = `
  create schema bench;
  create table bench.seen (seq bigint generated always as identity, what text, at timestamptz);
  create table bench.stop (what text);
  create function bench.look(what text) returns void language plpgsql as $$ begin
    insert into bench.seen (what, at) values (look.what, clock_timestamp());
    if exists (select from bench.stop where stop.what = look.what) then
      perform pg_advisory_xact_lock_shared(${key});
    end if;
  end $$;
  create function bench.step() returns trigger language plpgsql as $$ begin
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
  create function bench.queue() returns trigger language plpgsql as $$ begin
    new.heartbeat_seconds := ${heartbeat}; return new;
  end $$;
  create trigger bench_queue before update on pgboss.queue for each row execute function bench.queue();
  update pgboss.queue set heartbeat_seconds = ${heartbeat};
  create trigger bench_job before update of state on pgboss.job for each row execute function bench.job();
`;

export function rowsOf(address: pg.ClientConfig): Rows {
  const pool = new pg.Pool({ max: 4, ...address });
  pool.on('error', () => undefined);
  let lock: pg.Client | undefined;

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

  async function locked(): Promise<pg.Client> {
    const client = new pg.Client(address);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [key]);
    return client;
  }

  async function unlock(): Promise<void> {
    const held = lock;
    lock = undefined;
    await held?.end().catch(() => undefined);
  }

  async function waiter(): Promise<{ pid: number; alone: boolean }> {
    for (;;) {
      const [found] = await query<{ pid: number; alone: boolean }>(
        `select pid, xact_start = query_start as alone from pg_stat_activity join pg_locks using (pid)
         where locktype = 'advisory' and objid = $1 and not granted and pg_locks.database =
           (select oid from pg_database where datname = current_database())`,
        [key],
      );
      if (found !== undefined) return found;
      await wait(15);
    }
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
      lock ??= await retried(locked);
      await query('insert into bench.stop values ($1)', [what]);
      const { pid, alone } = await waiter();
      const letGo = async () => {
        await query('delete from bench.stop');
        await unlock();
      };
      return {
        alone,
        goOn: letGo,
        async keep() {
          await letGo();
          for (;;) {
            const busy = await query(
              `select 1 from pg_stat_activity where pid = $1 and xact_start is not null`,
              [pid],
            );
            if (busy.length === 0) return;
          }
        },
        async drop() {
          await query('select pg_terminate_backend($1, 5000)', [pid]);
          await letGo();
        },
      };
    },
    async disarm() {
      await query('delete from bench.stop');
      await unlock();
    },
    async close() {
      await unlock();
      await pool.end();
    },
  };
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || Date.now() > deadline) throw error;
      await wait(25);
    }
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return /^(08|57P|ECONN|ENOENT|EPIPE)/.test(code) || /terminated|timeout/i.test(error.message);
}
