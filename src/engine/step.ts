/** Step: a piece of a run that is done once; whoever continues the run gets the kept result. */
import type { z } from 'zod';
import { asSluiceError, errors } from '#core/errors.ts';
import type { Run, Step } from '#core/run.ts';
import type { Job } from '#ports/queue.ts';
import type { Store } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';

/** One worker's try at a run, with what this and earlier tries kept. */
export interface Attempt {
  readonly store: Store;
  readonly run: Run;
  readonly job: Job;
  readonly log: Log;
  readonly kept: Map<string, Kept>;
}

type Kept = Pick<Step, 'state' | 'output'>;

export interface Named<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
}

/** Throws what `work` throws, and the signal's reason once this worker lost the run. */
export async function step<T>(
  attempt: Attempt,
  named: Named<T>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = attempt.job;
  signal.throwIfAborted();
  const known = recall(attempt, named);
  if (known !== undefined) return known.result;
  await claim(attempt, named.name);
  return finish(attempt, named, () => work(signal));
}

/** Says that the step is begun. Nothing is begun, and so nothing is spent, by a worker that lost the run or is ending. */
export async function claim(attempt: Attempt, name: string): Promise<void> {
  attempt.job.border();
  attempt.job.signal.throwIfAborted();
  await keep(attempt, { name, state: 'started' });
}

/** The result that an earlier try kept, if it is done and still of the shape that is asked for. */
export function recall<T>(
  { kept, log }: Attempt,
  { name, schema }: Named<T>,
): { readonly result: T } | undefined {
  const known = kept.get(name);
  if (known?.state !== 'done') return undefined;
  const read = readBack(schema, known.output);
  if (read.success) return { result: read.data };
  log.warn({ step: name }, 'a kept result has another shape by now, the step is done again');
  return undefined;
}

/** Does the work and keeps what came of it. */
export async function finish<T>(
  attempt: Attempt,
  { name, schema }: Named<T>,
  work: () => Promise<T>,
): Promise<T> {
  let output: unknown;
  try {
    output = asPlainData(await work());
  } catch (thrown) {
    if (!attempt.job.signal.aborted) {
      await keep(attempt, { name, state: 'failed', error: asSluiceError(thrown).message });
    }
    throw thrown;
  }
  // Read before it is kept, so that the first try and every later one see the same value.
  const read = readBack(schema, output);
  if (!read.success) throw read.error;
  await keep(attempt, { name, state: 'done', output });
  attempt.job.signal.throwIfAborted();
  return read.data;
}

/** Only while the run is ours. Throws stale `superseded` when another worker has it, and then nothing was written. */
export async function keep(
  { store, run, job, kept }: Attempt,
  step: { name: string; state: Step['state']; output?: unknown; error?: string },
): Promise<void> {
  await store.transaction(async (tx) => {
    if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
    await store.keepStep({ run: run.id, ...step }, tx);
  });
  kept.set(step.name, { state: step.state, output: step.output });
}

function asPlainData(output: unknown): unknown {
  return output === undefined ? null : JSON.parse(JSON.stringify(output));
}

/** "No value" is kept as null, which a schema of undefined or void does not know. */
function readBack<T>(schema: z.ZodType<T>, output: unknown): z.ZodSafeParseResult<T> {
  const read = schema.safeParse(output);
  return read.success || output !== null ? read : schema.safeParse(undefined);
}
