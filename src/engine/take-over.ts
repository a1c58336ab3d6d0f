/** Take over: whoever watches an older run hears that a newer one of the same subject goes on in its place. */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Run, Step } from '#core/run.ts';
import { effect } from './effect.ts';
import { keyed, type Context, type Flow } from './flow.ts';
import { openPurse } from './model.ts';
import type { Attempt } from './step.ts';

/**
 * Lets the flow tell of the end of those older runs that had done something: their own workers stop without a word, or
 * are dead. The run goes on when that does not work.
 */
export async function takeOver(
  attempt: Attempt,
  context: Context,
  flow: Flow<unknown>,
): Promise<void> {
  const { store, run, job, log } = attempt;
  if (flow.ended === undefined) return;
  for (const older of await store.superseded(run.id)) {
    const steps = await store.steps(older.id);
    if (!steps.some(({ state }) => state === 'done')) continue;
    try {
      await tell(attempt, { context, flow }, { older, steps });
    } catch (error) {
      job.signal.throwIfAborted();
      log.warn({ older: older.id, error }, 'people could not be told that a run was superseded');
    }
  }
}

async function tell(
  attempt: Attempt,
  { context, flow }: { context: Context; flow: Flow<unknown> },
  { older, steps }: { older: Run; steps: readonly Step[] },
): Promise<void> {
  const { message, code } = errors.superseded(attempt.run.id);
  const purse = openPurse(steps, context.clock);
  const its = { ...context, run: older, event: older.event, spent: () => purse.spent() };
  const act = async () => {
    await flow.ended?.(its, { outcome: 'unproven', reason: message, code, facts: {} });
    return null;
  };
  const named = { name: `engine/took-over/${older.id}`, schema: z.null() };
  await effect(attempt, named, keyed(act));
}
