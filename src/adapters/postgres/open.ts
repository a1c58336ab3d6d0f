/** Opens the durable engine's two ports: on the operator's PostgreSQL, or on the embedded one. */
import { errors, SluiceError } from '#core/errors.ts';
import type { Queue } from '#ports/queue.ts';
import type { Store } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import { keepClean } from './cleaner.ts';
import { openDatabase, type Address } from './database.ts';
import { embeddedPostgres } from './embedded.ts';
import { migrate } from './migrations.ts';
import { pgBossQueue, type QueueSettings } from './queue.ts';
import { postgresStore } from './store.ts';

export interface Postgres {
  readonly store: Store;
  readonly queue: Queue;
  /** Gives unfinished jobs back, closes all connections and ends an embedded server that no one else uses. */
  close(): Promise<void>;
}

export interface PostgresOptions extends QueueSettings {
  /** Without one, the embedded server of `dataDir` is used. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  /** Days after which what ended is removed; never without. */
  readonly keepDays?: number | undefined;
  readonly log: Log;
}

/** Throws invalid `database-missing` or `setting-invalid` (DATABASE_URL), unavailable `database-unavailable`. */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const { databaseUrl, dataDir, log } = options;
  if (databaseUrl !== undefined) {
    return openAt({ connectionString: databaseUrl }, options).catch((thrown: unknown) => {
      throw asSetting(thrown);
    });
  }
  const embedded = await embeddedPostgres({ dataDir, log });
  try {
    const opened = await openAt(embedded.connection, options);
    return {
      ...opened,
      async close() {
        await opened.close();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

async function openAt(connection: Address, options: PostgresOptions): Promise<Postgres> {
  const { log } = options;
  const database = openDatabase(connection, log);
  try {
    await migrate(database);
    const queue = await pgBossQueue({ database, connection, log, settings: options });
    const { keepDays: days } = options;
    const cleaner = days === undefined ? undefined : keepClean(database, { days, log });
    return {
      store: postgresStore(database),
      queue,
      async close() {
        await cleaner?.stop();
        await queue.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A server that is there and refuses us: a wrong password, no such database, no right to make a schema. */
function asSetting(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  const hint = 'Check its user, password and database; the user must be allowed to create schemas.';
  return errors.settingInvalid('DATABASE_URL', `PostgreSQL says: ${words}`, hint);
}
