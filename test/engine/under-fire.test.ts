/** Runs whose work must end before they do: superseded, handed back, or had by another worker. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import { openaiModel } from '#adapters/openai/model.ts';
import { errors } from '#core/errors.ts';
import type { World } from '#engine/flow.ts';
import { work } from '#engine/worker.ts';
import type { Store } from '#ports/store.ts';
import { aborted } from '../contracts/queue.ts';
import { isRunning } from '../contracts/sandbox.ts';
import { testPostgres } from '../postgres.ts';
import { scratch } from '../scratch.ts';
import { silentLog } from '../silent-log.ts';
import { deliver } from './deliver.ts';
import { countingModel, endOf, flowThat, proven, request } from './some-flow.ts';
import { worldWith } from './world.ts';

const postgres = await testPostgres();

async function worker(world: World, flow: ReturnType<typeof flowThat>) {
  const opened = await postgres.open({ patience: 2000 });
  onTestFinished(() => opened.close());
  await work({ ...opened, flows: [flow], world });
  return opened;
}

/** A model's endpoint that never answers, and when its caller hung up. */
async function silentEndpoint() {
  const asked = Promise.withResolvers<undefined>();
  const hungUp = Promise.withResolvers<number>();
  const server = createServer((incoming) => {
    asked.resolve(undefined);
    incoming.socket.once('close', () => hungUp.resolve(performance.now()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const baseURL = `http://127.0.0.1:${String(port)}/v1`;
  const model = openaiModel({
    baseURL,
    apiKey: 'k',
    model: 'm',
    contextTokens: 9000,
    log: silentLog,
  });
  return { model, asked: asked.promise, hungUp: hungUp.promise };
}

test('a newer event ends the command and the model call of the older run within two seconds, and goes on only then', async () => {
  const dataDir = join(scratch(), 'data');
  const sandbox = bubblewrapSandbox({ dataDir, tools: [], log: silentLog });
  onTestFinished(() => sandbox.close());
  const layer = { key: 'empty', path: join(dataDir, 'layers', 'empty') };
  mkdirSync(layer.path, { recursive: true });
  const endpoint = await silentEndpoint();
  const seconds = `60.${String(process.pid)}`;
  const commandEnded = Promise.withResolvers<number>();
  const newerBegan = Promise.withResolvers<number>();
  let first: string | undefined;
  const flow = flowThat(
    async (context) => {
      first ??= context.run.id;
      if (context.run.id !== first) {
        newerBegan.resolve(performance.now());
        return proven;
      }
      const call = context.model?.complete(request('never'), context.signal);
      const command = context.step('command', z.unknown(), async () => {
        const workspace = await context.sandbox.open([layer]);
        try {
          return await workspace.exec({ argv: ['sleep', seconds], purpose: 'test' });
        } finally {
          await workspace.close();
          commandEnded.resolve(performance.now());
        }
      });
      await Promise.allSettled([call, command]);
      return proven;
    },
    { name: 'long', key: () => 'long' },
  );
  const opened = await worker({ ...worldWith(endpoint.model), sandbox }, flow);
  const older = await deliver(opened, flow);
  await endpoint.asked;
  await expect.poll(() => isRunning(seconds), { timeout: 20_000 }).toBe(true);
  const newer = await deliver(opened, flow);
  const delivered = performance.now();
  const ends = await Promise.all([endpoint.hungUp, commandEnded.promise]);
  expect(Math.max(...ends) - delivered).toBeLessThan(2000);
  expect(isRunning(seconds)).toBe(false);
  expect(await newerBegan.promise).toBeGreaterThan(Math.max(...ends));
  expect(await endOf(opened, newer)).toMatchObject({ state: 'succeeded' });
  expect(await opened.store.step(older, 'command')).toMatchObject({ state: 'started' });
});

test('a run that does not end while its process does is handed to another at once, and that is no crash', async () => {
  const begun = Promise.withResolvers<undefined>();
  const planned: number[] = [];
  const flow = flowThat(
    async ({ step, run, signal }) => {
      await step('plan', z.null(), () => Promise.resolve((planned.push(run.attempts), null)));
      if (run.attempts > 1) return proven;
      begun.resolve(undefined);
      await aborted(signal);
      signal.throwIfAborted();
      return proven;
    },
    { name: 'handed', key: () => 'handed' },
  );
  const first = await worker(worldWith(), flow);
  const id = await deliver(first, flow);
  await begun.promise;
  const second = await worker(worldWith(), flow);
  const draining = performance.now();
  await first.queue.drain(50);
  expect(await endOf(second, id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(performance.now() - draining).toBeLessThan(1500);
  expect(planned).toEqual([1]);
  expect(await second.store.step(id, 'engine/wait')).toBeUndefined();
});

test('a run whose process ends begins no other step there', async () => {
  const begun = Promise.withResolvers<undefined>();
  const go = Promise.withResolvers<null>();
  const done: string[] = [];
  const flow = flowThat(
    async ({ step, run }) => {
      for (const name of ['under way', 'next'])
        await step(name, z.null(), async () => {
          done.push(`${name} in attempt ${String(run.attempts)}`);
          begun.resolve(undefined);
          return go.promise;
        });
      return proven;
    },
    { name: 'bordered', key: () => 'bordered' },
  );
  const first = await worker(worldWith(), flow);
  const id = await deliver(first, flow);
  await begun.promise;
  const drained = first.queue.drain(10_000);
  go.resolve(null);
  await drained;
  expect(await first.store.run(id)).toMatchObject({ state: 'queued' });
  const second = await worker(worldWith(), flow);
  expect(await endOf(second, id)).toMatchObject({ state: 'succeeded' });
  expect(done).toEqual(['under way in attempt 1', 'next in attempt 2']);
});

test('a worker that slept while another took its run asks nothing and keeps nothing when it wakes', async () => {
  const { model, calls } = countingModel();
  const woken = Promise.withResolvers<unknown>();
  const flow = flowThat(
    async ({ model: remembered, run, signal, step }) => {
      const sleeping = step('asleep', z.null(), async () => {
        await postgres.query(`update pgboss.job set retry_count = 7 where data->>'run' = $1`, [
          run.id,
        ]);
        return null;
      });
      const kept = await sleeping.catch((error: unknown) => error);
      const asked = await remembered
        ?.complete(request('more'), signal)
        .catch((error: unknown) => error);
      woken.resolve([kept, asked]);
      return proven;
    },
    { name: 'zombie', key: () => 'zombie' },
  );
  const opened = await worker(worldWith(model), flow);
  const id = await deliver(opened, flow);
  const stale = expect.objectContaining({ code: 'superseded' });
  expect(await woken.promise).toEqual([stale, stale]);
  expect(calls).toEqual([]);
  expect(await opened.store.steps(id)).toMatchObject([{ name: 'asleep', state: 'started' }]);
  expect(await opened.store.run(id)).toMatchObject({ state: 'running', result: null });
});

test('a database that is away for long is no crash of a run, and is not counted against it', async () => {
  const opened = await postgres.open();
  onTestFinished(() => opened.close());
  let refusals = 0;
  const store: Store = {
    ...opened.store,
    transaction: (work) =>
      refusals-- > 0
        ? Promise.reject(errors.databaseUnavailable('it is away'))
        : opened.store.transaction(work),
  };
  const flow = flowThat(
    async ({ step, run }) => {
      if (run.attempts === 1) refusals = 3;
      await step('plan', z.null(), () => Promise.resolve(null));
      return proven;
    },
    { name: 'away', key: () => 'away' },
  );
  await work({ ...opened, store, flows: [flow], world: worldWith() });
  const id = await deliver(opened, flow);
  expect(await endOf(opened, id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(await opened.store.step(id, 'engine/wait')).toBeUndefined();
});
