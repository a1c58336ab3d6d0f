/** Effect: a step that writes on the forge; what an earlier try may have written is looked up before it is written again. */
import { errors } from '#core/errors.ts';
import type { Effect } from './flow.ts';
import { finish, recall, type Attempt, type Named } from './step.ts';

/** Throws what the effect throws; stale `superseded` when another worker has the run, and then nothing was written. */
export async function effect<T>(
  attempt: Attempt,
  named: Named<T>,
  { find, act }: Effect<T>,
): Promise<T> {
  attempt.job.signal.throwIfAborted();
  const known = recall(attempt, named);
  if (known !== undefined) return known.result;
  const mayBeDone = attempt.kept.has(named.name);
  await claim(attempt, named.name);
  return finish(attempt, named, async () => {
    const found = mayBeDone ? await find() : undefined;
    return found ?? act();
  });
}

/** The row that says "maybe done" stands before the write, and only while the run is ours. */
async function claim({ store, run, job, kept }: Attempt, name: string): Promise<void> {
  await store.transaction(async (tx) => {
    if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
    await store.keepStep({ run: run.id, name, state: 'started' }, tx);
  });
  kept.set(name, { state: 'started', output: null });
}
