/** The steps of runs on PostgreSQL. */
import { z } from 'zod';
import { redact } from '#core/redact.ts';
import type { Store } from '#ports/store.ts';
import type { Database } from './database.ts';
import { json, plain } from './text.ts';

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

/** What a model call used stands beside its answer. */
const Used = z.object({
  usage: z.object({
    inputTokens: z.int(),
    outputTokens: z.int(),
    usd: z.number().nullable(),
  }),
});

function usedIn(output: unknown): readonly [tokens: number | null, usd: number | null] {
  const { usage } = Used.safeParse(output).data ?? {};
  return usage === undefined ? [null, null] : [usage.inputTokens + usage.outputTokens, usage.usd];
}

const stepColumns = `run, name, state, attempt, output, error, started_at as "startedAt", ended_at as "endedAt"`;

export function stepsOf(database: Database): Pick<Store, 'step' | 'steps' | 'keepStep'> {
  return {
    async steps(run) {
      const rows = await database.query(
        `select ${stepColumns} from sluice.steps where run = $1 order by seq`,
        [run],
      );
      return z.array(StepRow).parse(rows);
    },

    async step(run, name, tx) {
      const rows = await database.query(
        `select ${stepColumns} from sluice.steps where run = $1 and name = $2`,
        [run, plain(name)],
        tx,
      );
      return z.array(StepRow).parse(rows)[0];
    },

    async keepStep({ run, name, state, output, error }, tx) {
      await database.query(
        `insert into sluice.steps as kept (run, name, state, attempt, output, error, tokens, usd, ended_at)
         select id, $2, $3, attempts, $4, $5, $6, $7, case when $3 <> 'started' then clock_timestamp() end
           from sluice.runs where id = $1
         on conflict (run, name) do update set
           state = excluded.state, attempt = excluded.attempt, output = excluded.output,
           error = excluded.error, tokens = excluded.tokens, usd = excluded.usd, ended_at = excluded.ended_at,
           started_at = case when excluded.state = 'started' then excluded.started_at
                             else kept.started_at end
         where kept.state <> 'done'`,
        [
          run,
          plain(name),
          state,
          json(output),
          error === undefined ? null : plain(redact(error)),
          ...usedIn(output),
        ],
        tx,
      );
    },
  };
}
