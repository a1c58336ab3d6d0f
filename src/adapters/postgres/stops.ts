/** The stops that stand, on PostgreSQL. */
import { z } from 'zod';
import type { Scope, Stop } from '#core/stop.ts';
import type { Stops, Transaction } from '#ports/store.ts';
import type { Database } from './database.ts';
import { RunRow, open, runColumns } from './run-row.ts';
import { plain } from './text.ts';

/** Any number will do, as long as no one else in this database takes it. */
const lock = 7_255_833;

const StopRow = z.object({
  repository: z.string().nullable(),
  number: z.int().nullable(),
  source: z.string(),
  by: z.string(),
  reason: z.string(),
});

interface Place {
  readonly repository: string | null;
  readonly number: number | null;
}

function placeOf(scope: Scope): Place {
  if (scope.kind === 'everything') return { repository: null, number: null };
  const repository = plain(scope.repository.toLowerCase());
  return { repository, number: scope.kind === 'subject' ? scope.number : null };
}

function scopeOf({ repository, number }: Place): Scope {
  if (repository === null) return { kind: 'everything' };
  return number === null
    ? { kind: 'repository', repository }
    : { kind: 'subject', repository, number };
}

export function stopsOf(database: Database): Stops {
  return {
    async raise(tx, { scope, source, by, reason }) {
      await database.query('select pg_advisory_xact_lock($1)', [lock], tx);
      const { repository, number } = placeOf(scope);
      await lift(database, tx, { scope, source });
      // By its id, too: a repository that is renamed stays stopped.
      await database.query(
        `insert into sluice.stops (repository, number, source, by, reason, repository_id)
         values ($1, $2, $3, $4, $5, (
           select repository_id from sluice.runs where repository = $1 order by seq desc limit 1))`,
        [repository, number, plain(source), plain(by), plain(reason)],
        tx,
      );
    },

    lift: (tx, scope, source) => lift(database, tx, { scope, source }),

    async standing(about) {
      if (about === undefined) return stopsAmong(database, { condition: 'true', values: [] });
      const { repository, number } = about;
      const name = plain(`${repository.owner}/${repository.name}`.toLowerCase());
      return database.transaction(async (tx) => {
        await database.query('select pg_advisory_xact_lock_shared($1)', [lock], tx);
        const condition = `(repository is null or repository = $1 or repository_id = $2)
           and (number is null or number = $3)`;
        const values = [name, repository.id, number];
        return stopsAmong(database, { condition, values }, tx);
      });
    },

    async open(tx, scope, except) {
      const { repository, number } = placeOf(scope);
      const rows = await database.query(
        `select ${runColumns} from sluice.runs
         where state = any($1) and not flow = any($2)
           and ($3::text is null or repository = $3) order by seq`,
        [open, except, repository],
        tx,
      );
      const runs = z.array(RunRow).parse(rows);
      return runs.filter(({ event }) => number === null || event.issue.number === number);
    },
  };
}

async function lift(
  database: Database,
  tx: Transaction,
  { scope, source }: Pick<Stop, 'scope' | 'source'>,
): Promise<boolean> {
  const { repository, number } = placeOf(scope);
  const rows = await database.query(
    `delete from sluice.stops where repository is not distinct from $1
       and number is not distinct from $2 and source = $3 returning source`,
    [repository, number, plain(source)],
    tx,
  );
  return rows.length > 0;
}

async function stopsAmong(
  database: Database,
  { condition, values }: { readonly condition: string; readonly values: readonly unknown[] },
  tx?: Transaction,
): Promise<readonly Stop[]> {
  const rows = await database.query(
    `select repository, number, source, by, reason from sluice.stops where ${condition}
     order by repository nulls first, number nulls first, raised_at`,
    values,
    tx,
  );
  return z
    .array(StopRow)
    .parse(rows)
    .map(({ repository, number, ...stop }) => ({
      ...stop,
      scope: scopeOf({ repository, number }),
    }));
}
