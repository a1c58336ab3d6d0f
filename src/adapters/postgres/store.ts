/** The store on PostgreSQL: deliveries, runs and their steps; everything that comes back is read by a schema. */
import { z } from 'zod';
import { hasEnded, mayMove, runStates, type Run, type RunState } from '#core/run.ts';
import type { NewRun, RunFilter, Store, Transaction } from '#ports/store.ts';
import type { Database } from './database.ts';
import { open, RunRow, runColumns } from './run-row.ts';
import { spendingOf } from './spending.ts';
import { stepsOf } from './steps.ts';
import { stopsOf } from './stops.ts';
import { json, plain, redactedJson } from './text.ts';

/** Ids are UUIDs; anything else is no run, not an error of the database. */
const Id = z.guid();

export function postgresStore(database: Database): Store {
  return {
    ...runsOf(database),
    ...subjectsOf(database),
    ...stepsOf(database),
    ...spendingOf(database),
    stops: stopsOf(database),
    revive: (tx, id) => revive(database, tx, id),
  };
}

type Subjects = Pick<Store, 'keepRun' | 'open' | 'endOlder' | 'standing'>;

function runsOf(
  database: Database,
): Omit<Store, keyof Subjects | 'revive' | 'step' | 'steps' | 'keepStep' | 'stops' | 'spent'> {
  return {
    transaction: (work) => database.transaction(work),

    async keepDelivery(tx, { id, name, event }) {
      const rows = await database.query(
        `insert into sluice.deliveries (id, name, event) values ($1, $2, $3)
         on conflict (id) do nothing returning id`,
        [plain(id), plain(name), json(event)],
        tx,
      );
      return rows.length === 1;
    },

    async run(id) {
      if (!Id.safeParse(id).success) return undefined;
      const rows = await database.query(`select ${runColumns} from sluice.runs where id = $1`, [
        id,
      ]);
      return z.array(RunRow).parse(rows)[0];
    },

    async superseded(by) {
      const rows = await database.query(
        `with recursive older as (
           select * from sluice.runs where superseded_by = $1
           union all select runs.* from sluice.runs join older on runs.superseded_by = older.id
         ) select ${runColumns} from older order by seq`,
        [by],
      );
      return z.array(RunRow).parse(rows);
    },

    runs: (limit, only) => listed(database, limit, only),

    async move(id, to, end) {
      const rows = await database.query(
        `update sluice.runs set state = $2, result = $3,
           attempts = attempts + case when $2 = 'running' then 1 else 0 end,
           ended_at = case when $4 then clock_timestamp() end
         where id = $1 and state = any($5) returning id`,
        [id, to, redactedJson(end?.result), hasEnded(to), before(to)],
        end?.tx,
      );
      return rows.length === 1;
    },
  };
}

/** What is asked of several runs of a key, or of a beginning of keys, at once. */
function subjectsOf(database: Database): Subjects {
  return {
    keepRun: (tx, run, more) => keepRun(database, tx, { ...run, waives: more?.waives ?? false }),

    async open(key, tx) {
      const rows = await database.query(
        `select ${runColumns} from sluice.runs where key = $1 and state = any($2) order by seq`,
        [plain(key), open],
        tx,
      );
      return z.array(RunRow).parse(rows);
    },

    async endOlder(tx, { by, state, result }) {
      const rows = await database.query(
        `update sluice.runs
         set state = $2, superseded_by = $1, result = $3, ended_at = clock_timestamp()
         where key = (select key from sluice.runs where id = $1)
           and seq < (select seq from sluice.runs where id = $1) and state = any($4)
         returning ${runColumns}`,
        [by, state, redactedJson(result), open],
        tx,
      );
      return z.array(RunRow).parse(rows);
    },

    standing: (line, steps, tx) => standing(database, { line, ...steps }, tx),
  };
}

const StandingRow = RunRow.extend({ holds: z.boolean() });

async function standing(
  database: Database,
  { line, entered, holds }: { line: string; entered: string; holds: string },
  tx: Transaction | undefined,
) {
  if (tx !== undefined) await lock(database, tx, line);
  const rows = await database.query(
    `with recursive standing as (
       select * from sluice.runs where starts_with(key, $1) and state = any($4)
     ), chain as (
       select id as newest, id from standing
       union all select chain.newest, runs.id
         from chain join sluice.runs on runs.superseded_by = chain.id and runs.state = 'superseded'
     ), entries as (
       select newest, min(steps.seq) as entry
       from chain join sluice.steps on steps.run = chain.id and steps.name = $2 group by newest
     ) select ${runColumns}, exists (
         select 1 from sluice.steps where run = id and name = $3 and steps.state = 'done'
       ) as holds
     from standing join entries on newest = id order by entry`,
    [line, entered, holds, open],
    tx,
  );
  return z
    .array(StandingRow)
    .parse(rows)
    .map(({ holds: has, ...run }) => ({ run, holds: has }));
}

/** Until the transaction ends, others that want the same wait. */
async function lock(database: Database, tx: Transaction, what: string): Promise<void> {
  await database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [plain(what)], tx);
}

async function listed(
  database: Database,
  limit: number,
  { states, since, repository, key }: RunFilter = {},
): Promise<readonly Run[]> {
  const rows = await database.query(
    `select ${runColumns} from sluice.runs
         where ($2::text[] is null or state = any($2)) and ($3::timestamptz is null or created_at >= $3)
           and ($4::text is null or repository = $4) and ($5::text is null or key = $5)
         order by seq desc limit $1`,
    [limit, states, since, repository && plain(repository.toLowerCase()), key && plain(key)],
  );
  return z.array(RunRow).parse(rows);
}

async function revive(database: Database, tx: Transaction, id: string): Promise<boolean> {
  const rows = await database.query('select key from sluice.runs where id = $1', [id], tx);
  const [known] = z.array(z.object({ key: z.string() })).parse(rows);
  if (known === undefined) return false;
  await lock(database, tx, known.key);
  const revived = await database.query(
    `update sluice.runs run set state = 'queued', result = null, ended_at = null
         where id = $1 and state = 'failed'
           and not exists (select 1 from sluice.runs newer where newer.key = run.key and newer.seq > run.seq)
         returning id`,
    [id],
    tx,
  );
  return revived.length === 1;
}

async function keepRun(
  database: Database,
  tx: Transaction,
  run: NewRun & { readonly waives: boolean },
) {
  const { installation, ...repository } = run.event.repository;
  const name = plain(`${repository.owner}/${repository.name}`.toLowerCase());
  // Two events of one subject at the same time: the second must see the first's run.
  await lock(database, tx, run.key);
  const superseded = run.waives
    ? []
    : await database.query(
        `update sluice.runs set state = 'superseded', superseded_by = $2, ended_at = clock_timestamp()
         where key = $1 and state = any($3) and id <> $2 returning ${runColumns}`,
        [plain(run.key), run.id, open],
        tx,
      );
  await database.query(
    `insert into sluice.runs (id, flow, key, state, event, input, installation, repository, repository_id, actor)
     values ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`,
    [
      run.id,
      run.flow,
      plain(run.key),
      json(run.event),
      json(run.input ?? null),
      installation,
      name,
      repository.id,
      run.event.actor.id,
    ],
    tx,
  );
  return z.array(RunRow).parse(superseded);
}

function before(to: RunState): readonly RunState[] {
  return runStates.filter((from) => mayMove(from, to));
}
