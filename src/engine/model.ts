/** The model as a run sees it: finished calls are remembered, all are counted, and none goes beyond the budget. */
import { z } from 'zod';
import { addCost, exhausted, noCost, type Budget, type Cost } from '#core/budget.ts';
import { errors } from '#core/errors.ts';
import { hashOf } from '#core/identity.ts';
import type { Step } from '#core/run.ts';
import type { Clock } from '#ports/clock.ts';
import type { Model, ModelAnswer, Usage } from '#ports/model.ts';
import { step, type Attempt } from './step.ts';

const prefix = 'model/';

const Answer: z.ZodType<ModelAnswer> = z.object({
  model: z.string(),
  text: z.string(),
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })),
  stop: z.enum(['end', 'tools', 'length', 'refused']),
  usage: z.object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    cachedTokens: z.number(),
    usd: z.number().nullable(),
    estimated: z.boolean(),
  }),
});

/** What a run has spent and may spend. */
export interface Purse {
  spent(): Cost;
  limit(budget: Budget): void;
  charge(usage: Usage): void;
  /** Before a model call. Throws exhausted `budget-spent`. */
  check(): void;
  /** Before any other step: only time counts. Throws exhausted `budget-spent`. */
  inTime(): void;
}

const unlimited = { calls: Infinity, tokens: Infinity, usd: Infinity };

/** Starts with what the steps of earlier attempts cost in calls and time. */
export function openPurse(steps: readonly Step[], clock: Clock): Purse {
  const started = clock.now().getTime();
  const earlier = timeOf(steps);
  const elapsed = () => earlier + clock.now().getTime() - started;
  const refuse = (limit: string | undefined) => {
    if (limit !== undefined) throw errors.budgetSpent(limit);
  };
  let budget: Budget | undefined;
  let spent = steps.reduce((sum, { name, state, output }) => {
    const answer = name.startsWith(prefix) && state === 'done' && Answer.safeParse(output);
    return answer && answer.success ? addCost(sum, costOf(answer.data.usage)) : sum;
  }, noCost);
  return {
    spent: () => spent,
    limit: (wanted) => (budget = wanted),
    charge: (usage) => (spent = addCost(spent, costOf(usage))),
    check: () => refuse(budget && exhausted(budget, spent, elapsed())),
    inTime: () => refuse(budget && exhausted({ ...budget, ...unlimited }, noCost, elapsed())),
  };
}

/** A request that was answered before in this run is answered the same; asked twice, it has two answers. */
export function rememberedModel(attempt: Attempt, model: Model, purse: Purse): Model {
  const answered = new Map<string, number>();
  return {
    name: model.name,
    async complete(request, signal) {
      const key = `${prefix}${request.task}/${hashOf(request).slice(0, 20)}`;
      const before = answered.get(key) ?? 0;
      const answer = await step(
        attempt,
        { name: `${key}/${before}`, schema: Answer },
        async (own) => {
          purse.check();
          const fresh = await model.complete(request, AbortSignal.any([signal, own]));
          purse.charge(fresh.usage);
          return fresh;
        },
      );
      // Only answers count, so that a call that failed keeps its name for the next try.
      answered.set(key, before + 1);
      return answer;
    },
  };
}

function costOf({ inputTokens, outputTokens, usd }: Usage): Cost {
  return { calls: 1, inputTokens, outputTokens, usd };
}

/** Milliseconds in which at least one step was under way; steps may contain others, and waiting between tries is free. */
function timeOf(steps: readonly Step[]): number {
  const spans = steps
    .flatMap(({ startedAt, endedAt }) =>
      endedAt ? [[startedAt.getTime(), endedAt.getTime()]] : [],
    )
    .sort(([a = 0], [b = 0]) => a - b);
  let [total, until] = [0, 0];
  for (const [from = 0, to = 0] of spans) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}
