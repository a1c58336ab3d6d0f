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
    if (!holds && run.state === 'waiting') await wake({ store, queue }, tx, run);
  }
}

/** Until the transaction ends nobody else sees the line; to be had before rows of its runs are, so that none block each other. */
export async function lockLine({ store }: LineParts, tx: Transaction, line: string) {
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
    const standing = await store.standing(line, steps);
    return standing.map((each) => each.run).filter((each) => isOlder(each, run));
  };
  return {
    turn: (isTurn) => takeTurn(attempt, line, isTurn),
    older,
    remark: async (name, text) => {
      const runs = await older();
      await store.transaction(async (tx) => {
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

function isOlder(each: Run, run: Run): boolean {
  return each.key === run.key && each.id !== run.id && each.createdAt <= run.createdAt;
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
    if (!(await job.holds(tx))) throw errors.superseded('another worker has it');
    const is = isTurn(lineOf(await store.standing(line, steps, tx), run));
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
