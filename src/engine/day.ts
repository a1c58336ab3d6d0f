/** Day: lets a run begin that was admitted, within what its repository and who asked may spend in a day, and counts it. */
import { z } from 'zod';
import { dayOf } from '#core/day.ts';
import { errors } from '#core/errors.ts';
import { runErrors } from '#core/run-errors.ts';
import { mayBegin, mostRounds, type DayBudgets } from '#policy/admission/day.ts';
import { recall, type Attempt } from './step.ts';
import type { Context } from './flow.ts';

/** The step that says that the run was let begin. */
const begun = {
  name: 'engine/begun',
  schema: z.object({
    automatic: z.boolean(),
    /** Where it was not let begin: the rounds before it. */
    refusedAfter: z.int().optional(),
  }),
};

/**
 * Throws exhausted `day-spent` until the day is over, and refused `too-many-rounds` where too many runs followed each other
 * without a person; `more-rounds` once people were told of that.
 */
export function dayOfRun(
  attempt: Attempt,
  now: () => Date,
  budgets: DayBudgets | undefined,
): Context['begin'] {
  return async ({ automatic }) => {
    const { store, run, job, kept } = attempt;
    job.signal.throwIfAborted();
    const known = recall(attempt, begun);
    if (known?.result.refusedAfter !== undefined)
      throw runErrors.tooManyRounds(known.result.refusedAfter, mostRounds);
    if (known !== undefined) return;
    const day = dayOf(now());
    const { repository, actor } = run.event;
    const decision = await store.transaction(async (tx) => {
      const of = { event: run.event, key: run.key, begun: begun.name };
      const { rounds, ...spent } = await store.spent(tx, day.began, of);
      if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
      const limits = budgets ?? { repository: {}, actor: {} };
      const decided = mayBegin({ budgets: limits, spent, automatic, rounds });
      const output = {
        automatic,
        ...(decided.may === 'not' && { refusedAfter: decided.rounds }),
      };
      // Also one that is refused counts, so that people are told of the first one only.
      if (decided.may !== 'wait')
        await store.keepStep({ run: run.id, name: begun.name, state: 'done', output }, tx);
      return decided;
    });
    if (decision.may === 'not') throw runErrors.tooManyRounds(decision.rounds, mostRounds);
    if (decision.may === 'wait') {
      const whose =
        decision.whose === 'repository'
          ? `${repository.owner}/${repository.name}`
          : `@${actor.login}`;
      throw runErrors.daySpent(whose, decision.limit, day.ends);
    }
    kept.set(begun.name, { state: 'done', output: { automatic } });
  };
}
