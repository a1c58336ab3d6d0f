/** Stop: ends what is under way at somebody's word and keeps new work from beginning, in all processes on the database. */
import { ends, type End } from '#core/ends.ts';
import { hasEnded, type Run, type RunResult } from '#core/run.ts';
import { runErrors } from '#core/run-errors.ts';
import { fromForge, scopeText, type Stop } from '#core/stop.ts';
import type { Queue } from '#ports/queue.ts';
import type { Store, Transaction } from '#ports/store.ts';
import type { Log } from '#ports/telemetry.ts';
import { endStep } from './end.ts';
import type { Flow, Ordering } from './flow.ts';

export interface StopParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly flows: readonly Flow<unknown>[];
  readonly log: Log;
}

/** The stop stands from now on. Answers with the runs that it ended; a worker tells people of each. */
export async function stopAll(parts: StopParts, stop: Stop): Promise<readonly Run[]> {
  const { store, flows, log } = parts;
  const except = flows.filter(({ heedsNoStop }) => heedsNoStop === true).map(({ name }) => name);
  const ended = await store.transaction(async (tx) => {
    await store.stops.raise(tx, stop);
    const open = await store.stops.open(tx, stop.scope, except);
    for (const run of open) await end(parts, tx, { run, result: stoppedBy(stop) });
    return open;
  });
  const { source, by } = stop;
  log.warn(
    { scope: scopeText(stop.scope), source, by, runs: ended.map(({ id }) => id) },
    'stopped',
  );
  return ended;
}

/** Ends one run; nothing stands afterwards. Throws invalid `run-unknown`, or refused `not-stoppable`. */
export async function stopRun(
  parts: StopParts,
  id: string,
  { by, reason }: Pick<Stop, 'by' | 'reason'>,
): Promise<Run> {
  const run = await parts.store.run(id);
  if (run === undefined) throw runErrors.runUnknown(id);
  if (hasEnded(run.state)) throw runErrors.notStoppable(id, run.state);
  const result = resultOf(ends.stopped(by, reason, ''));
  await parts.store.transaction((tx) => end(parts, tx, { run, result }));
  parts.log.warn({ run: id, by }, 'stopped');
  return run;
}

/** Whether there was such a stop. What had been stopped stays so: it has to be asked for again. */
export async function resume(
  { store, log }: StopParts,
  { scope, source }: Pick<Stop, 'scope' | 'source'>,
): Promise<boolean> {
  const lifted = await store.transaction((tx) => store.stops.lift(tx, scope, source));
  if (lifted) log.warn({ scope: scopeText(scope), source }, 'resumed');
  return lifted;
}

/**
 * The run's job is taken from whoever has it, which aborts what it is doing; a new one at the desk tells people and ends it,
 * also after a crash of whoever stopped it.
 */
async function end(
  { store, queue }: StopParts,
  tx: Transaction,
  { run, result }: { readonly run: Run; readonly result: RunResult },
): Promise<void> {
  await queue.cancel(tx, run.id);
  const output = { next: 'end', state: 'cancelled', result, tell: true };
  await store.keepStep({ run: run.id, name: endStep, state: 'started', output }, tx);
  await store.move(run.id, 'queued', { tx });
  await queue.send(tx, { run: run.id, key: run.key, lane: 'desk', urgent: true });
}

/** The end of a run that may not begin, or not go on, while this stands. */
export function stoppedBy({ scope, source, by, reason }: Stop): RunResult {
  const allowed =
    source === fromForge
      ? 'Somebody with write permission comments `/sluice resume` here, or removes the label that stopped it.'
      : `Whoever runs this App resumes ${scope.kind === 'everything' ? 'its work' : 'the work here'}.`;
  return resultOf(ends.stopped(by, reason, allowed));
}

function resultOf({ code, reason, hint }: End): RunResult {
  return { outcome: 'refused', code, reason, facts: { hint: hint.trim() } };
}

/** The stop that stands against a run, the widest of them. */
export async function stopAgainst(
  store: Store,
  { event }: Run,
  flow: Flow<unknown> | undefined,
): Promise<Stop | undefined> {
  if (flow?.heedsNoStop === true) return undefined;
  const { repository, issue } = event;
  const [widest] = await store.stops.standing({ repository, number: issue.number });
  return widest;
}

/** Only while the run is ours: each is done in a breath of its own, and doing it again changes nothing. */
export function ordering(parts: StopParts, run: Run, signal: AbortSignal): Ordering {
  const { repository, issue } = run.event;
  return {
    async stop(stop) {
      signal.throwIfAborted();
      return (await stopAll(parts, stop)).length;
    },
    async resume(scope) {
      signal.throwIfAborted();
      return resume(parts, { scope, source: fromForge });
    },
    stops: () => parts.store.stops.standing({ repository, number: issue.number }),
  };
}
