/** One pool of connections, patient with a server that restarts; the only file that knows what a Transaction is. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { errors } from '#core/errors.ts';
import type { Transaction } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import type { Connection } from './embedded.ts';

export interface Database {
  /** Runs one statement, within `tx` when one is given. Rows are unread: a schema has to look at them. */
  query(sql: string, values: readonly unknown[], tx?: Transaction): Promise<readonly unknown[]>;
  /** All or nothing. `work` may be run again when the server went away under it. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where the server is: the operator's URL, or the embedded one's socket. */
export type Address = { readonly connectionString: string } | Connection;

/** How long a statement waits for a server that is away, in milliseconds: a restart with recovery fits. */
const patience = 20_000;

/**
 * For a transaction in which its process says nothing more: stopped, or on a machine that lost its power. It may hold the row
 * of its job, and whoever looks for workers that died would wait for it, for hours where the network tells nothing of it.
 */
const longestSilence = '5s';

/** Not there, full, gone or shutting down; ended because nothing was said for long; and two transactions that were in each other's way (class 40). */
const passing =
  /^(08|25P03|53300|57P0|40001|40P01|ECONN|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;
/** What the driver says without a code. */
const lost = /connection terminated|timeout exceeded when trying to connect|connection error/i;

/** The connection under a transaction. */
export function clientOf(tx: Transaction): pg.ClientBase {
  return tx as unknown as pg.ClientBase;
}

export function openDatabase(address: Address, log: Log): Database {
  const pool = new pg.Pool({
    max: 10,
    connectionTimeoutMillis: 5000,
    application_name: 'sluice',
    // Not as a parameter of the connection, which poolers between refuse.
    onConnect: prepared,
    ...address,
  });
  let closed = false;
  pool.on('error', (error) => log.warn({ error }, 'an idle connection was lost'));
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + patience;
    for (let pause = 25; ; pause = Math.min(pause * 2, 1000)) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (closed || performance.now() > deadline) throw unavailable(error);
        log.debug({ error }, 'the database is away, trying again');
        await wait(pause);
      }
    }
  }
  return {
    async query(sql, values, tx) {
      if (tx !== undefined) return rowsOf(clientOf(tx), sql, values);
      return patiently(() => rowsOf(pool, sql, values));
    },
    transaction: (work) => patiently(() => inTransaction(pool, work)),
    async close() {
      closed = true;
      await pool.end();
    },
  };
}

/** The pool waits for what this gives, although its type has it give nothing. */
const prepared: (client: pg.ClientBase) => unknown = bounded;

async function bounded(client: pg.ClientBase): Promise<void> {
  await client.query(`set idle_in_transaction_session_timeout = '${longestSilence}'`);
}

async function rowsOf(on: pg.Pool | pg.ClientBase, sql: string, values: readonly unknown[]) {
  const { rows } = await on.query<Record<string, unknown>>(sql, [...values]);
  return rows;
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks while nothing is asked of it would otherwise end the process; the next statement fails.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client as unknown as Transaction);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && passing.test(error.code)) return true;
  return lost.test(error.message) || isPassing(error.cause);
}

function unavailable(error: unknown): Error {
  return errors.databaseUnavailable(error instanceof Error ? error.message : String(error), error);
}
