/** Line: runs that want the same few places, in the order in which they came; who may go is the flow's to say. */
import type { Run } from '#core/run.ts';
import type { Queue } from '#ports/queue.ts';
import type { Standing, Store, Transaction } from '#ports/store.ts';
import type { Context, Flow } from './flow.ts';
import { errors } from '#core/errors.ts';
import { keep, type Attempt } from './step.ts';

/** The steps that say that a run entered its line, and that it has got its place. */
const steps = { entered: 'engine/line', holds: 'engine/place' } as const;
/** Before the name of a word that another run left. */
const remarkPrefix = 'remark/';

export interface LineParts {
  readonly store: Store;
  readonly queue: Queue;
}

/** Those who wait in the line look again, in this transaction. */
export async function moveUp({ store, queue }: LineParts, tx: Transaction, line: string) {
  for (const { run, holds } of await store.standing(line, steps, tx)) {
    if (holds) continue;
    if (run.state === 'waiting') await wake({ store, queue }, tx, run);
    // It looks right now, at what may be over: it has to look once more.
    else await store.keepStep({ run: run.id, ...movedIn(run.attempts) }, tx);
  }
}

function movedIn(attempt: number) {
  return { name: 'engine/moved', state: 'started', output: attempt } as const;
}

/** Whether the line moved since this attempt began to look. Whoever asks has locked it, and waits before it is free again. */
export async function hasMoved({ store, run }: Attempt, tx: Transaction): Promise<boolean> {
  const { name, output } = movedIn(run.attempts);
  return (await store.step(run.id, name, tx))?.output === output;
}

/** Until the transaction ends nobody else sees the line. To be had before a job or a run is, so that none block each other. */
export async function lockLine({ store }: Pick<LineParts, 'store'>, tx: Transaction, line: string) {
  await store.standing(line, steps, tx);
}

async function wake({ store, queue }: LineParts, tx: Transaction, { id, key }: Run): Promise<void> {
  if (!(await store.move(id, 'queued', { tx }))) return;
  await queue.cancel(tx, id);
  await queue.send(tx, { run: id, key, lane: 'desk' });
}

/** Whether the run entered a line, so that its end is of interest to the others there. */
export function isInLine({ kept }: Attempt): boolean {
  return kept.has(steps.entered);
}

export type Among = Pick<Context, 'turn' | 'older' | 'remark' | 'remarks'>;

/** What a run may know and do among others of its flow. */
export function among(parts: LineParts, attempt: Attempt, flow: Flow<unknown> | undefined): Among {
  const { store, run, job } = attempt;
  const line = flow?.line?.(run.event) ?? run.key;
  const older = async () => {
    const open = await store.open(run.key);
    const before = open.slice(
      0,
      Math.max(
        0,
        open.findIndex(({ id }) => id === run.id),
      ),
    );
    const standing = new Set((await store.standing(line, steps)).map((each) => each.run.id));
    return before.every(({ id }) => standing.has(id)) ? before : undefined;
  };
  return {
    turn: (isTurn) => takeTurn(attempt, line, isTurn),
    older,
    remark: async (name, text) => {
      const runs = (await older()) ?? [];
      await store.transaction(async (tx) => {
        await lockLine(parts, tx, line);
        if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
        for (const { id } of runs) {
          const step = { run: id, name: remarkPrefix + name, state: 'done', output: text } as const;
          await store.keepStep(step, tx);
        }
        await moveUp(parts, tx, line);
      });
    },
    remarks: async () => {
      const all = await store.steps(run.id);
      return all.flatMap(({ name, output }) =>
        name.startsWith(remarkPrefix) && typeof output === 'string' ? [output] : [],
      );
    },
  };
}

async function takeTurn(
  attempt: Attempt,
  line: string,
  isTurn: Parameters<Context['turn']>[0],
): Promise<boolean> {
  const { store, run, job, kept } = attempt;
  job.signal.throwIfAborted();
  if (kept.get(steps.holds)?.state === 'done') return true;
  if (!kept.has(steps.entered)) await keep(attempt, { name: steps.entered, state: 'done' });
  const its = await store.transaction(async (tx) => {
    const standing = await store.standing(line, steps, tx);
    if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
    const is = isTurn(lineOf(standing, run));
    if (is) await store.keepStep({ run: run.id, name: steps.holds, state: 'done' }, tx);
    return is;
  });
  if (its) kept.set(steps.holds, { state: 'done', output: null });
  return its;
}

function lineOf(standing: readonly Standing[], { id }: Run) {
  const mine = standing.findIndex(({ run }) => run.id === id);
  const before = standing.slice(0, Math.max(mine, 0));
  return {
    working: standing.filter(({ run, holds }) => holds && run.id !== id).map(({ run }) => run),
    ahead: before.filter(({ holds }) => !holds).map(({ run }) => run),
  };
}
