/** The store on PostgreSQL: deliveries, runs and their steps; everything that comes back is read by a schema. */
import { z } from 'zod';
import { Event } from '#core/event.ts';
import { redact } from '#core/redact.ts';
import { hasEnded, mayMove, outcomes, runStates, type RunState } from '#core/run.ts';
import type { NewRun, Store, Transaction } from '#ports/store.ts';
import type { Database } from './database.ts';

const RunRow = z.object({
  id: z.string(),
  flow: z.string(),
  key: z.string(),
  state: z.enum(runStates),
  event: Event,
  input: z.unknown(),
  attempts: z.int(),
  result: z
    .object({
      outcome: z.enum(outcomes),
      reason: z.string(),
      code: z.string(),
      facts: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  supersededBy: z.string().nullable(),
  createdAt: z.date(),
  endedAt: z.date().nullable(),
});

const StepRow = z.object({
  run: z.string(),
  name: z.string(),
  state: z.enum(['started', 'done', 'failed']),
  attempt: z.int(),
  output: z.unknown(),
  error: z.string().nullable(),
  startedAt: z.date(),
  endedAt: z.date().nullable(),
});

const runColumns = `id, flow, key, state, event, input, attempts, result, superseded_by as "supersededBy",
  created_at as "createdAt", ended_at as "endedAt"`;
const stepColumns = `run, name, state, attempt, output, error, started_at as "startedAt", ended_at as "endedAt"`;
const open = runStates.filter((state) => !hasEnded(state));
/** Ids are UUIDs; anything else is no run, not an error of the database. */
const Id = z.guid();

export function postgresStore(database: Database): Store {
  return { ...runsOf(database), ...subjectsOf(database), ...stepsOf(database) };
}

type Subjects = Pick<Store, 'keepRun' | 'isOpen' | 'endOlder' | 'standing'>;

function runsOf(database: Database): Omit<Store, keyof Subjects | 'step' | 'steps' | 'keepStep'> {
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

    async runs(limit) {
      const rows = await database.query(
        `select ${runColumns} from sluice.runs order by seq desc limit $1`,
        [limit],
      );
      return z.array(RunRow).parse(rows);
    },

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

    async isOpen(tx, key) {
      const rows = await database.query(
        'select 1 from sluice.runs where key = $1 and state = any($2) limit 1',
        [plain(key), open],
        tx,
      );
      return rows.length > 0;
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

function stepsOf(database: Database): Pick<Store, 'step' | 'steps' | 'keepStep'> {
  return {
    async steps(run) {
      const rows = await database.query(
        `select ${stepColumns} from sluice.steps where run = $1 order by seq`,
        [run],
      );
      return z.array(StepRow).parse(rows);
    },

    async step(run, name) {
      const rows = await database.query(
        `select ${stepColumns} from sluice.steps where run = $1 and name = $2`,
        [run, plain(name)],
      );
      return z.array(StepRow).parse(rows)[0];
    },

    async keepStep({ run, name, state, output, error }, tx) {
      await database.query(
        `insert into sluice.steps as kept (run, name, state, attempt, output, error, ended_at)
         select id, $2, $3, attempts, $4, $5, case when $3 <> 'started' then clock_timestamp() end
           from sluice.runs where id = $1
         on conflict (run, name) do update set
           state = excluded.state, attempt = excluded.attempt, output = excluded.output,
           error = excluded.error, ended_at = excluded.ended_at,
           started_at = case when excluded.state = 'started' then excluded.started_at
                             else kept.started_at end
         where kept.state <> 'done'`,
        [run, plain(name), state, json(output), error === undefined ? null : plain(redact(error))],
        tx,
      );
    },
  };
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
    `insert into sluice.runs (id, flow, key, state, event, input, installation, repository)
     values ($1, $2, $3, 'queued', $4, $5, $6, $7) on conflict (id) do nothing`,
    [
      run.id,
      run.flow,
      plain(run.key),
      json(run.event),
      json(run.input ?? null),
      installation,
      name,
    ],
    tx,
  );
  return z.array(RunRow).parse(superseded);
}

function before(to: RunState): readonly RunState[] {
  return runStates.filter((from) => mayMove(from, to));
}

/** What `text` columns can hold: no NUL, no half characters. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** JSON with everything beyond plain text escaped, which `json` columns keep to the letter; null stands for no value. */
function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Results quote errors, and are published. A masked secret cannot break the JSON: every string is masked by itself. */
function redactedJson(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? redact(part) : part,
  );
}
