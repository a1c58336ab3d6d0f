/** What runs used up, counted on PostgreSQL from their steps. */
import { z } from 'zod';
import type { Store } from '#ports/store.ts';
import type { Database } from './database.ts';
import { plain } from './text.ts';

const Row = z.object({
  runs: z.coerce.number(),
  minutes: z.coerce.number(),
  tokens: z.coerce.number(),
  usd: z.coerce.number(),
});
const Rows = z.tuple([Row]);
const Rounds = z.tuple([z.object({ rounds: z.coerce.number() })]);

/** Steps that ended since then: model calls lie within steps of the flow, which have the time; the engine's own take none. */
const used = (whose: string): string => `
  select count(*) filter (where steps.name = $3) as runs,
    coalesce(sum(extract(epoch from steps.ended_at - greatest(steps.started_at, $2))) filter (
      where steps.name not like 'model/%' and steps.name not like 'engine/%'), 0) / 60 as minutes,
    coalesce(sum(steps.tokens), 0) as tokens, coalesce(sum(steps.usd), 0) as usd
  from sluice.steps join sluice.runs on runs.id = steps.run
  where steps.ended_at >= $2 and steps.state <> 'started' and ${whose}`;

const ofRepository = used('runs.repository = $1');
const ofActor = used(`runs.actor = $1`);

/** A run in a row with those before it, until one that a person waited for. */
const inARow = `
  with begun as (
    select runs.seq, coalesce((steps.output->>'automatic')::boolean, false) as automatic
    from sluice.runs join sluice.steps on steps.run = runs.id and steps.name = $2 and steps.state = 'done'
    where runs.key = $1
  ) select count(*) as rounds from begun
    where automatic and seq > coalesce((select max(seq) from begun where not automatic), 0)`;

export function spendingOf(database: Database): Pick<Store, 'spent'> {
  return {
    async spent(tx, since, { event, key, begun }) {
      const { owner, name } = event.repository;
      const repository = plain(`${owner}/${name}`.toLowerCase());
      const actor = event.actor.id;
      // Two that begin at once must see each other; always in this order, so that none block each other.
      for (const whose of [`day/${repository}`, `day/actor/${String(actor)}`])
        await database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [whose], tx);
      const [its] = Rows.parse(await database.query(ofRepository, [repository, since, begun], tx));
      const [theirs] = Rows.parse(await database.query(ofActor, [actor, since, begun], tx));
      const [{ rounds }] = Rounds.parse(await database.query(inARow, [plain(key), begun], tx));
      return { repository: its, actor: theirs, rounds };
    },
  };
}
