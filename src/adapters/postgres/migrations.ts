/** The schema, as numbered steps that only ever grow; several processes may start at once. */
import { z } from 'zod';
import type { Database } from './database.ts';

/**
 * What comes back later is `json`, not `jsonb`: the latter refuses NUL and lone surrogates, which strange code may print. No
 * statement may look into it either, which fails at the same: what is searched for has columns of its own.
 * A step that has been released is never edited: add one.
 */
const migrations: readonly string[] = [
  `create table sluice.deliveries (
     id text primary key,
     name text not null,
     event json,
     received_at timestamptz not null default clock_timestamp()
   );
   create table sluice.runs (
     id uuid primary key,
     seq bigint generated always as identity,
     flow text not null,
     key text not null,
     state text not null,
     event json not null,
     input json not null,
     attempts integer not null default 0,
     result json,
     superseded_by uuid,
     created_at timestamptz not null default clock_timestamp(),
     ended_at timestamptz
   );
   create index runs_newest on sluice.runs (seq desc);
   create index runs_open on sluice.runs (key) where state in ('queued', 'running', 'waiting');
   create table sluice.steps (
     run uuid not null references sluice.runs on delete cascade,
     name text not null,
     seq bigint generated always as identity,
     state text not null,
     attempt integer not null,
     output json,
     error text,
     started_at timestamptz not null default clock_timestamp(),
     ended_at timestamptz,
     primary key (run, name)
   );`,
  `create index runs_superseded on sluice.runs (superseded_by) where superseded_by is not null;`,
  `alter table sluice.runs add column installation bigint, add column repository text, add column slot integer;
   create index runs_slots on sluice.runs (installation, slot) where state in ('queued', 'running');`,
  `create table sluice.stops (
     repository text,
     repository_id bigint,
     number integer,
     source text not null,
     by text not null,
     reason text not null,
     raised_at timestamptz not null default clock_timestamp(),
     unique nulls not distinct (repository, number, source)
   );
   alter table sluice.runs add column actor bigint, add column repository_id bigint;
   alter table sluice.steps add column tokens bigint, add column usd numeric;
   create index steps_ended on sluice.steps (ended_at);`,
];

/** Any number will do, as long as no one else in this database takes it. */
const lock = 7_255_832;

const Version = z.tuple([z.object({ version: z.int() })]);

/** Brings the database's schema to this version. */
export async function migrate(database: Database): Promise<void> {
  if ((await versionOf(database)) >= migrations.length) return;
  await database.transaction(async (tx) => {
    await database.query('select pg_advisory_xact_lock($1)', [lock], tx);
    await database.query('create schema if not exists sluice', [], tx);
    await database.query(
      'create table if not exists sluice.schema (version integer primary key)',
      [],
      tx,
    );
    const rows = await database.query(
      'select coalesce(max(version), 0) as version from sluice.schema',
      [],
      tx,
    );
    const [{ version }] = Version.parse(rows);
    for (const [index, statements] of migrations.entries()) {
      if (index < version) continue;
      await database.query(statements, [], tx);
      await database.query('insert into sluice.schema values ($1)', [index + 1], tx);
    }
  });
}

/** Asked first without a lock: nearly every start finds everything in place. */
async function versionOf(database: Database): Promise<number> {
  const there = await database.query(
    `select 1 from pg_tables where schemaname = 'sluice' and tablename = 'schema'`,
    [],
  );
  if (there.length === 0) return 0;
  const rows = await database.query(
    'select coalesce(max(version), 0) as version from sluice.schema',
    [],
  );
  return Version.parse(rows)[0].version;
}
