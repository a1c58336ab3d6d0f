/** Retry run: one that failed is started again by its operator and goes on from its remembered steps. */
import { runErrors } from '#core/run-errors.ts';
import { hasEnded, type Run } from '#core/run.ts';
import { noWaits, waitStep } from './retry.ts';
import type { EnqueueParts } from './enqueue.ts';

/** Throws invalid `run-unknown`, or refused `not-retryable` with the reason. */
export async function retryRun({ store, queue, flows }: EnqueueParts, id: string): Promise<Run> {
  const run = await store.run(id);
  if (run === undefined) throw runErrors.runUnknown(id);
  const lane = flows.find(({ name }) => name === run.flow)?.atDesk === true ? 'desk' : 'work';
  const isRevived = await store.transaction(async (tx) => {
    if (!(await store.revive(tx, id))) return false;
    // All tries are before it again.
    await store.keepStep({ run: id, name: waitStep, state: 'failed', output: noWaits }, tx);
    await queue.send(tx, { run: id, key: run.key, lane });
    return true;
  });
  const now = (await store.run(id)) ?? run;
  if (isRevived) return now;
  const [newest = now] = await store.runs(1, { key: run.key });
  throw runErrors.notRetryable(whyNot(now, newest));
}

function whyNot(run: Run, newest: Run): string {
  if (!hasEnded(run.state)) return `Run ${run.id} is ${run.state}: it goes on by itself.`;
  if (run.state !== 'failed') return `Run ${run.id} did not fail: it is ${run.state}.`;
  return `A newer run of the same subject took its place: ${newest.id}, which is ${newest.state}.`;
}
