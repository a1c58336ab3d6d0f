/** Take over: older runs of the same subject are ended, and whoever watches one hears what became of it. */
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Run, RunResult, Step } from '#core/run.ts';
import { effect } from './effect.ts';
import { keyed, type Context, type Flow } from './flow.ts';
import { lockLine, moveUp, type LineParts } from './line.ts';
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
  const purse = openPurse(steps, context.clock);
  const its = { ...context, run: older, event: older.event, spent: () => purse.spent() };
  const act = async () => {
    await flow.ended?.(its, older.result ?? takenOver(attempt.run));
    return null;
  };
  const named = { name: `engine/took-over/${older.id}`, schema: z.null() };
  await effect(attempt, named, keyed(act));
}

function takenOver({ id }: Run): RunResult {
  const { message, code } = errors.superseded(id);
  return { outcome: 'unproven', reason: message, code, facts: {} };
}

/** Ends the older runs of the same key and stops their work; that they ended and what is told of it survive a crash. */
export async function endOlder(
  { store, queue }: LineParts,
  { run, job, log }: Attempt,
  end: {
    readonly state: 'superseded' | 'cancelled';
    readonly result: RunResult;
    readonly line: string | undefined;
  },
): Promise<void> {
  const { state, result, line } = end;
  await store.transaction(async (tx) => {
    if (line !== undefined) await lockLine({ store }, tx, line);
    if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
    const ended = await store.endOlder(tx, { by: run.id, state, result });
    for (const older of ended) {
      await queue.cancel(tx, older.id);
      log.info({ older: older.id, state, code: result.code }, 'an older run was ended');
    }
    if (ended.length > 0 && line !== undefined) await moveUp({ store, queue }, tx, line);
  });
}
