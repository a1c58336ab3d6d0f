/** A run that failed, started again by its operator, from a process that does not work on runs. */
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { SluiceError } from '#core/errors.ts';
import type { Context } from '#engine/flow.ts';
import { retryRun } from '#engine/retry-run.ts';
import { work } from '#engine/worker.ts';
import { testPostgres } from '../postgres.ts';
import { silentLog } from '../silent-log.ts';
import { deliver } from './deliver.ts';
import { endOf, flowThat, proven } from './some-flow.ts';
import { worldWith } from './world.ts';

const postgres = await testPostgres();
const operator = await postgres.open();
const broken = new SluiceError({ code: 'x', kind: 'invalid', message: 'It is wrong.' });

/** A flow whose first attempt at a run fails, after a step that is done. */
async function failing(name: string, second: (context: Context) => Promise<void>) {
  const planned: string[] = [];
  const flow = flowThat(
    async (context) => {
      await context.step('plan', z.null(), () => Promise.resolve((planned.push('plan'), null)));
      if (context.run.attempts === 1) throw broken;
      await second(context);
      return proven;
    },
    { name, key: () => name },
  );
  const worker = await postgres.open();
  onTestFinished(() => worker.close());
  await work({ ...worker, flows: [flow], world: worldWith() });
  const id = await deliver(operator, flow);
  expect(await endOf(operator, id)).toMatchObject({ state: 'failed', attempts: 1 });
  const parts = { ...operator, flows: [flow], log: silentLog };
  return { flow, id, planned, retry: () => retryRun(parts, id) };
}

test('goes on from its remembered steps, with all tries before it; a second retry meanwhile is refused', async () => {
  const go = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  const { id, planned, retry } = await failing('again', async () => {
    begun.resolve(undefined);
    await go.promise;
  });
  await operator.store.keepStep({ run: id, name: 'engine/wait', state: 'failed', output: {} });
  expect(await retry()).toMatchObject({ state: 'queued', result: null, endedAt: null });
  await begun.promise;
  await expect(retry()).rejects.toMatchObject({
    kind: 'refused',
    message: `Run ${id} is running: it goes on by itself.`,
  });
  expect(await operator.store.step(id, 'engine/wait')).toMatchObject({ output: { crashed: 0 } });
  go.resolve(undefined);
  expect(await endOf(operator, id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(planned).toEqual(['plan']);
  await expect(retry()).rejects.toThrow(`Run ${id} did not fail: it is succeeded.`);
});

test('is refused once a newer run of the same subject is there, and for a run that is not', async () => {
  const { id, flow, retry } = await failing('older', () => Promise.resolve());
  const newer = await deliver(operator, flow);
  await endOf(operator, newer);
  await expect(retry()).rejects.toThrow(`took its place: ${newer}`);
  const parts = { ...operator, flows: [flow], log: silentLog };
  await expect(retryRun(parts, 'nonsense')).rejects.toMatchObject({ code: 'run-unknown' });
  expect((await operator.store.runs(9, { key: 'older' })).map((run) => run.id)).toEqual([
    newer,
    id,
  ]);
});
