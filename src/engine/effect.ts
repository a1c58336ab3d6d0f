/** Effect: a step that writes on the forge; what an earlier try may have written is looked up before it is written again. */
import type { Effect } from './flow.ts';
import { claim, finish, recall, type Attempt, type Named } from './step.ts';

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
  // The row that says "maybe done" stands before the write.
  await claim(attempt, named.name);
  return finish(attempt, named, async () => {
    const found = mayBeDone ? await find() : undefined;
    return found ?? act();
  });
}
