/** The kill switch on real parts: a command in the sandbox, a model that does not answer, and writes that would go on. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { scopesIn, watchStopFile } from '#adapters/disk/stop-file.ts';
import { openaiModel } from '#adapters/openai/model.ts';
import type { Postgres } from '#adapters/postgres/open.ts';
import { openSandbox } from '#app.ts';
import { readConfig } from '#config.ts';
import { SluiceError } from '#core/errors.ts';
import type { Run, RunResult } from '#core/run.ts';
import type { Context, Flow } from '#engine/flow.ts';
import { keyed } from '#engine/flow.ts';
import { heedScopes, operatorOf } from '#engine/operator.ts';
import { work } from '#engine/worker.ts';
import { scratch } from '../scratch.ts';
import { silentLog as log } from '../silent-log.ts';
import { testPostgres } from '../postgres.ts';
import { deliver } from './deliver.ts';
import { endOf, flowThat, proven, request } from './some-flow.ts';
import { worldWith } from './world.ts';

/** Milliseconds in which a stop has to be done. */
const promised = 2000;

const postgres = await testPostgres();
const folder = scratch();
const sandbox = openSandbox({ config: { ...readConfig({}), dataFolder: folder }, log });
const hanging = new Set<object>();
const endpoint = createServer((request) => {
  hanging.add(request);
  request.socket.on('close', () => hanging.delete(request));
});
beforeAll(() => new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  endpoint.closeAllConnections();
  endpoint.close();
  await sandbox.close();
});

function model() {
  const { port } = endpoint.address() as AddressInfo;
  const baseURL = `http://127.0.0.1:${String(port)}/v1`;
  return openaiModel({
    baseURL,
    apiKey: 'x',
    model: 'm',
    price: undefined,
    contextTokens: 1e5,
    log,
  });
}

/** Whether a process with this argument lives on the machine, inside of a sandbox too. */
function lives(argument: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(argument);
    } catch {
      return false;
    }
  });
}

function scratchLayer(): string {
  const layer = join(folder, 'layers', 'k');
  mkdirSync(layer, { recursive: true });
  return layer;
}

function waiting(): SluiceError {
  const retryAt = new Date(Date.now() + 600_000);
  return new SluiceError({ code: 'x', kind: 'exhausted', message: 'Later.', retryAt });
}

const numberOf = (run: Run | undefined) => run?.event.issue.number ?? 0;

let flows = 0;

interface Scene {
  readonly flow: Flow<{ number: number }>;
  readonly told: RunResult[];
  readonly operator: ReturnType<typeof operatorOf>;
  readonly there: Postgres;
}

/** A worker with one flow; the operator speaks through connections of its own, as another process would. */
async function open(
  run: (context: Context) => Promise<RunResult>,
  more: Partial<Flow<{ number: number }>> = {},
) {
  const told: RunResult[] = [];
  const name = `stopped-${String(++flows)}`;
  const flow = flowThat(run, {
    name,
    key: ({ issue }) => `${name}/${String(issue.number)}`,
    ended: (_, result) => Promise.resolve(void told.push(result)),
    ...more,
  });
  const [here, there] = [await postgres.open(), await postgres.open()];
  onTestFinished(async () => {
    await here.queue.drain(0);
    await here.close();
    await there.close();
  });
  await work({ ...here, flows: [flow], world: { ...worldWith(model()), sandbox } });
  return {
    flow,
    told,
    there,
    operator: operatorOf({ ...there, flows: [flow], log }),
  } satisfies Scene;
}

async function timeUntil(done: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
  return performance.now() - began;
}

const everything = { kind: 'everything' } as const;

test('a command in the sandbox is dead within two seconds, people are told once, and nothing begins until it is resumed', async () => {
  const { flow, told, there, operator } = await open(async ({ step, sandbox: its }) => {
    await step('try', z.null(), async () => {
      const workspace = await its.open([{ key: 'k', path: scratchLayer() }]);
      await workspace.exec({ argv: ['/bin/sleep', '98761'], purpose: 'test' });
      return null;
    });
    return proven;
  });
  const id = await deliver(there, flow);
  await timeUntil(() => lives('98761'));
  const stopping = operator.stop(everything, 'The disk is full.');
  const milliseconds = await timeUntil(() => !lives('98761'));
  expect(milliseconds).toBeLessThan(promised);
  expect((await stopping).map((run) => run.id)).toEqual([id]);
  const ended = await endOf(there, id);
  expect(ended).toMatchObject({ state: 'cancelled', result: { code: 'stopped' } });
  expect(told).toMatchObject([
    { reason: 'It was stopped by the operator of this App: The disk is full.' },
  ]);

  const next = await deliver(there, flow);
  expect(await endOf(there, next)).toMatchObject({
    state: 'cancelled',
    result: { code: 'stopped' },
  });
  expect(await there.store.steps(next)).not.toContainEqual(
    expect.objectContaining({ name: 'try' }),
  );
  expect(await operator.resume(everything)).toBe(true);
  expect(await operator.stops()).toEqual([]);
});

test('a model call is broken off within two seconds by the stop of one run, and another run goes on', async () => {
  const { flow, told, there, operator } = await open(async ({ model: its, signal }) => {
    await its?.complete(request('say'), signal);
    return proven;
  });
  const [id, other] = [await deliver(there, flow), await deliver(there, flow)];
  await timeUntil(() => hanging.size === 2);
  const stopping = operator.stopRun(id, '');
  expect(await timeUntil(() => hanging.size === 1)).toBeLessThan(promised);
  await stopping;
  expect(await endOf(there, id)).toMatchObject({ state: 'cancelled', result: { code: 'stopped' } });
  expect(told).toHaveLength(1);
  expect(await there.store.run(other)).toMatchObject({ state: 'running' });
  await expect(operator.stopRun(id, '')).rejects.toMatchObject({ code: 'not-stoppable' });
  await operator.stopRun(other, '');
  await endOf(there, other);
});

test('nothing is written after the stop but what tells of it', async () => {
  const writes: number[] = [];
  const { flow, told, there, operator } = await open(async ({ effect }) => {
    for (let number = 1; number < 100_000; number += 1)
      await effect(
        `write-${String(number)}`,
        z.number(),
        keyed(() => Promise.resolve(writes.push(number))),
      );
    return proven;
  });
  const id = await deliver(there, flow);
  await timeUntil(() => writes.length > 3);
  await operator.stop({ kind: 'repository', repository: 'ADA/engine' }, '');
  await endOf(there, id);
  const atEnd = writes.length;
  await timeUntil(
    async () => (await there.store.run(await deliver(there, flow)))?.state !== undefined,
  );
  expect(writes).toHaveLength(atEnd);
  expect(told.length).toBeGreaterThan(0);
  await operator.resume({ kind: 'repository', repository: 'ada/ENGINE' });
});

test('a run that waits is stopped, too, and one of another repository is not', async () => {
  const { flow, there, operator } = await open(({ run }) =>
    run.attempts > 1 ? Promise.resolve(proven) : Promise.reject(waiting()),
  );
  const id = await deliver(there, flow);
  await timeUntil(async () => (await there.store.run(id))?.state === 'waiting');
  expect(await operator.stop({ kind: 'repository', repository: 'ada/other' }, '')).toEqual([]);
  const subject = {
    kind: 'subject',
    repository: 'ada/engine',
    number: numberOf(await there.store.run(id)),
  } as const;
  expect((await operator.stop(subject, '')).map((run) => run.id)).toEqual([id]);
  expect(await endOf(there, id)).toMatchObject({ state: 'cancelled' });
  await operator.resume(subject);
  await operator.resume({ kind: 'repository', repository: 'ada/other' });
});

test("the operator's file stops within two seconds, for as long as it lies there", async () => {
  const path = join(folder, 'stop');
  const { flow, there } = await open(async ({ model: its, signal }) => {
    await its?.complete(request('say'), signal);
    return proven;
  });
  const parts = { ...there, flows: [flow], log };
  const heed = (scopes: Parameters<typeof heedScopes>[2]) => heedScopes(parts, 'file x', scopes);
  const file = await watchStopFile({ path, heed, log });
  onTestFinished(() => file.close());
  const id = await deliver(there, flow);
  await timeUntil(() => hanging.size === 1);
  writeFileSync(path, '');
  expect(await timeUntil(() => hanging.size === 0)).toBeLessThan(promised);
  expect(await endOf(there, id)).toMatchObject({ result: { code: 'stopped' } });
  rmSync(path);
  await timeUntil(async () => (await there.store.stops.standing()).length === 0);
});

test.each([
  ['', ['everything']],
  ['# all of it\n', ['everything']],
  ['acme/app\nacme/other # for now\n', ['acme/app', 'acme/other']],
  ['acme/app\nall', ['everything']],
])('a stop file with %j', (text, scopes) => {
  expect(
    scopesIn(text).map((scope) => (scope.kind === 'repository' ? scope.repository : scope.kind)),
  ).toEqual(scopes);
});
