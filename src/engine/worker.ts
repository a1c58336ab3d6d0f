/** Takes jobs, walks their runs through their flows, and sees to it that every run ends with a result. */
import { z } from 'zod';
import { asSluiceError, errors } from '#core/errors.ts';
import { hasEnded, type Run } from '#core/run.ts';
import type { DayBudgets } from '#policy/admission/day.ts';
import type { Job, JobEnd, Queue } from '#ports/queue.ts';
import type { Store } from '#ports/store.ts';
import { effect } from './effect.ts';
import { keyed, type Context, type Flow, type Later, type World } from './flow.ts';
import { among, hasMoved, isInLine, lockLine, moveUp } from './line.ts';
import { openPurse, rememberedModel } from './model.ts';
import { afterCrash, afterError, noWaits, Waits, waitStep, type Next } from './retry.ts';
import { endingForge } from './forge.ts';
import { handBack, handBackWhenBack, isAway } from './hand-back.ts';
import { takenUpAt } from './later.ts';
import { endingSandbox } from './sandbox.ts';
import { keep, recall, step, type Attempt } from './step.ts';
import { dayOfRun } from './day.ts';
import { decidedIn, endStep, pendingEnd, type End } from './end.ts';
import { ordering, stopAgainst, stoppedBy } from './stop.ts';
import { endOlder, takeOver } from './take-over.ts';

export interface WorkParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly flows: readonly Flow<unknown>[];
  readonly world: World;
  /** What may be spent in a day; without limits when absent. */
  readonly budgets?: DayBudgets | undefined;
}

/** The parts of one attempt that its verbs share. */
interface Going {
  readonly store: Store;
  readonly queue: Queue;
  readonly world: World;
  readonly attempt: Attempt;
  readonly context: Context;
  readonly flow: Flow<unknown> | undefined;
}

/** A pause that people are told of, in milliseconds. */
const tellablePause = 60_000;

/** Starts taking jobs; returns when the queue listens. Stop with the queue's `drain`. */
export async function work(parts: WorkParts): Promise<void> {
  await parts.queue.work(async (job) => {
    try {
      return await perform(parts, job);
    } catch (error) {
      if (job.signal.aborted) return handBack(parts.store, job);
      if (isAway(error)) return handBackWhenBack(parts.store, job, parts.world.clock);
      parts.world.log.error({ run: job.run, error }, 'the engine could not go on with a run');
      throw error;
    }
  });
}

async function perform(parts: WorkParts, job: Job): Promise<JobEnd> {
  const begun = await begin(parts.store, job);
  if (begun === undefined) return { end: 'done' };
  const going = await prepare(parts, job, begun.run);
  const { log } = going.attempt;
  log.info({ attempt: begun.run.attempts }, 'run started');
  const next = begun.crashed ? await surviveCrash(going) : undefined;
  const end = next ?? pendingEnd(going.attempt) ?? (await stopped(going));
  return conclude(going, end ?? (await proceed(going)));
}

/** A run that somebody's stop stands against does not begin. */
async function stopped({ store, attempt, flow }: Going): Promise<End | undefined> {
  const stop = await stopAgainst(store, attempt.run, flow);
  if (stop === undefined) return undefined;
  return { next: 'end', state: 'cancelled', result: stoppedBy(stop), tell: true };
}

/** Moves the run to `running`, unless it has ended or is not ours. `crashed`: its last worker never said how it ended. */
async function begin(store: Store, job: Job) {
  const known = await store.run(job.run);
  if (known === undefined || hasEnded(known.state)) return undefined;
  const crashed = known.state === 'running';
  const moved = await store.transaction(async (tx) => {
    if (!(await job.holds(tx))) return false;
    if (crashed) await store.move(job.run, 'queued', { tx });
    return store.move(job.run, 'running', { tx });
  });
  const run = moved ? await store.run(job.run) : undefined;
  return run && { run, crashed };
}

async function prepare(
  { store, queue, flows, world, budgets }: WorkParts,
  job: Job,
  run: Run,
): Promise<Going> {
  const log = world.log.child({ run: run.id, flow: run.flow });
  const steps = await store.steps(run.id);
  const attempt = { store, run, job, log, kept: new Map(steps.map((kept) => [kept.name, kept])) };
  const purse = openPurse(steps, world.clock);
  const flow = flows.find(({ name }) => name === run.flow);
  const context: Context = {
    ...world,
    forge: endingForge(world.forge, job),
    sandbox: endingSandbox(world.sandbox, job.signal),
    model: world.model && rememberedModel(attempt, world.model, purse),
    log,
    run,
    event: run.event,
    signal: job.signal,
    spent: () => purse.spent(),
    limit: (budget) => purse.limit(budget),
    // Thinking and trying stop when the time is up; what is proven by then is still written.
    step: (name, schema, perform) =>
      step(attempt, { name, schema }, async (signal) => {
        purse.inTime();
        return perform(signal);
      }),
    effect: (name, schema, write) => effect(attempt, { name, schema }, write),
    lane: job.lane,
    recall: (name, schema) => Promise.resolve(recall(attempt, { name, schema })?.result),
    ...among({ store, queue }, attempt, flow),
    begin: dayOfRun(attempt, () => world.clock.now(), budgets),
    order: ordering({ store, queue, flows, log }, run, job.signal),
    endOlder: async (state, result) => {
      await endOlder({ store, queue }, attempt, { state, result, line: flow?.line?.(run.event) });
      if (flow !== undefined) await takeOver(attempt, context, flow);
    },
  };
  return { store, queue, world, attempt, context, flow };
}

async function surviveCrash({ attempt }: Going): Promise<End | undefined> {
  const next = afterCrash(waitsOf(attempt));
  if ('next' in next) return next;
  const error = 'The worker that had this run died.';
  await keep(attempt, { name: waitStep, state: 'failed', output: next, error });
  return undefined;
}

async function proceed({ world, attempt, context, flow }: Going): Promise<Next | Later> {
  const { run, job, log } = attempt;
  try {
    if (flow === undefined) throw errors.flowUnknown(run.flow);
    await takeOver(attempt, context, flow);
    const result = await flow.run(context, flow.input.parse(run.input));
    job.signal.throwIfAborted();
    if ('later' in result) return result;
    const state = result.outcome === 'failed' ? 'failed' : 'succeeded';
    return { next: 'end', state, result, tell: false };
  } catch (thrown) {
    job.signal.throwIfAborted();
    if (isAway(thrown)) throw thrown;
    const error = asSluiceError(thrown);
    if (error.kind === 'defect') log.error({ error }, 'a flow broke');
    else log.info({ code: error.code, kind: error.kind, reason: error.message }, 'a flow stopped');
    return afterError(error, waitsOf(attempt), chanceOf(world));
  }
}

async function conclude(going: Going, next: Next | Later): Promise<JobEnd> {
  if ('later' in next) return setAside(going, next);
  if (next.next === 'again') return putOff(going, next);
  const late = next.tell ? await tell(going, next) : undefined;
  if (late !== undefined) return putOff(going, late);
  const { attempt } = going;
  const { store, run, job, log } = attempt;
  const { state, result } = next;
  const line = isInLine(attempt) ? going.flow?.line?.(run.event) : undefined;
  const isOurs = await store.transaction(async (tx) => {
    if (line !== undefined) await lockLine(going, tx, line);
    if (!(await job.holds(tx))) return false;
    if (next.tell) {
      const error = result.reason;
      await store.keepStep({ run: run.id, name: endStep, state: 'failed', error }, tx);
    }
    await store.move(run.id, state, { result, tx });
    if (line !== undefined) await moveUp(going, tx, line);
    return true;
  });
  if (isOurs) log.info({ state, outcome: result.outcome, code: result.code }, 'run ended');
  return { end: 'done' };
}

/** Lets the flow tell people of an end that it did not decide. Answers with the next try's time where that may help. */
async function tell(going: Going, end: End) {
  const { attempt, context, flow, world } = going;
  const { run, job, log } = attempt;
  if (flow?.ended === undefined) return undefined;
  const pending = attempt.kept.get(endStep);
  const told = { ...end, decided: (pending && decidedIn(pending)) ?? run.attempts };
  await keep(attempt, { name: endStep, state: 'started', output: told });
  const name = `engine/told/${told.decided}`;
  try {
    await effect(
      attempt,
      { name, schema: z.null() },
      {
        find: () => Promise.resolve(undefined),
        act: async () => {
          await flow.ended?.(context, end.result);
          return null;
        },
      },
    );
    return undefined;
  } catch (thrown) {
    job.signal.throwIfAborted();
    if (isAway(thrown)) throw thrown;
    const error = asSluiceError(thrown);
    log.warn({ error }, 'people could not be told how a run ended');
    const next = afterError(error, waitsOf(attempt), chanceOf(world));
    return next.next === 'again' ? next : undefined;
  }
}

type Again = Extract<Next, { next: 'again' }>;

async function putOff(going: Going, next: Again): Promise<JobEnd> {
  await tellWait(going, next);
  const { store, run, job, log } = going.attempt;
  await store.transaction(async (tx) => {
    if (!(await job.holds(tx))) return;
    const put = { run: run.id, name: waitStep, state: 'failed', output: next.waits } as const;
    await store.keepStep(put, tx);
    await store.move(run.id, 'waiting', { tx });
  });
  log.info({ at: next.at }, 'run waits');
  return { end: 'again', at: next.at };
}

/** As the flow wants it: until its line moves, or to the other lane. */
async function setAside(going: Going, set: Later): Promise<JobEnd> {
  const { store, run, job, log } = going.attempt;
  const { lane } = set;
  const now = going.world.clock.now();
  const later = takenUpAt(set, { lane: job.lane, attempts: run.attempts, now });
  const line = going.flow?.line?.(run.event);
  const at = await store.transaction(async (tx) => {
    if (line !== undefined) await lockLine(going, tx, line);
    if (!(await job.holds(tx))) return later;
    await store.move(run.id, lane === 'desk' ? 'waiting' : 'queued', { tx });
    return lane === 'desk' && (await hasMoved(going.attempt, tx)) ? new Date(0) : later;
  });
  log.info({ at, lane }, 'run is set aside');
  return { end: 'again', at, lane };
}

/** Lets the flow tell people of a pause that they would notice. A pause goes on all the same when they cannot be told. */
async function tellWait({ attempt, context, flow, world }: Going, next: Again): Promise<void> {
  const pause = next.at.getTime() - world.clock.now().getTime();
  if (flow?.waits === undefined || pause < tellablePause) return;
  const name = `engine/waits/${String(attempt.run.attempts)}`;
  const { at: until, reason } = next;
  const act = async () => {
    await flow.waits?.(context, { until, reason });
    return null;
  };
  try {
    await effect(attempt, { name, schema: z.null() }, keyed(act));
  } catch (error) {
    attempt.job.signal.throwIfAborted();
    attempt.log.warn({ error }, 'people could not be told that a run waits');
  }
}

function waitsOf({ kept }: Attempt): Waits {
  return Waits.safeParse(kept.get(waitStep)?.output).data ?? noWaits;
}

/** The clock's ids are its only chance: eight hexadecimal digits make a fraction. */
function chanceOf({ clock }: World): { now: Date; chance: number } {
  return { now: clock.now(), chance: Number.parseInt(clock.id().slice(0, 8), 16) / 2 ** 32 };
}
