/** Workers that are killed at any line, and several at once: every deed happens once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { work } from '#engine/worker.ts';
import { testPostgres } from '../postgres.ts';
import { deliver } from './deliver.ts';
import { endOf } from './some-flow.ts';
import { deeds, taleFlow, taleModel, tales } from './tale.ts';
import { worldWith } from './world.ts';

const postgres = await testPostgres();
const folder = await mkdtemp(join(tmpdir(), 'sluice-tale-'));
const children: ChildProcess[] = [];
const onward = () => Promise.resolve();
const flowOf = (tale: string) => taleFlow(tale, folder, onward);
const world = worldWith(taleModel(folder, onward));

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, maxRetries: 10 });
});

function startWorker(): ChildProcess {
  const script = join(import.meta.dirname, 'killed-worker.ts');
  const child = spawn(process.execPath, [script, postgres.databaseUrl, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

async function hangsIn(child: ChildProcess, places: readonly string[]): Promise<void> {
  const open = new Set(places);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => {
      for (const line of data.toString().split('\n')) open.delete(line);
      if (open.size === 0) resolve();
    });
    child.once('exit', () => reject(new Error(`ended before: ${[...open].join(', ')}`)));
  });
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

test('runs whose worker is killed go on elsewhere: what was done stays, and nothing is done twice', async () => {
  const stuck = tales.filter((tale) => tale !== 'calm');
  const sender = await postgres.open();
  const child = startWorker();
  const runs = await Promise.all(
    stuck.map(async (tale) => ({ tale, id: await deliver(sender, flowOf(tale), 1) })),
  );
  await hangsIn(child, stuck);
  await kill(child);
  const next = await postgres.open();
  await work({ ...next, flows: tales.map(flowOf), world });
  for (const { tale, id } of runs) {
    expect(await endOf(next, id), tale).toMatchObject({
      state: 'succeeded',
      attempts: 2,
      // Only the effect that had happened was looked up.
      result: { reason: tale === 'after the effect' ? 'found' : 'made' },
    });
    expect(deeds(folder, `${tale}/1`), tale).toEqual(['plan', 'model', 'comment']);
  }
  await next.queue.drain(5000);
});

test('many runs and several workers: each run is done by one', async () => {
  const sender = await postgres.open();
  const issues = Array.from({ length: 12 }, (_, index) => index + 1);
  startWorker();
  const here = await postgres.open();
  await work({ ...here, flows: tales.map(flowOf), world });
  startWorker();
  const runs = await Promise.all(issues.map((issue) => deliver(sender, flowOf('calm'), issue)));
  for (const id of runs) {
    expect(await endOf(sender, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  }
  for (const issue of issues) {
    expect(deeds(folder, `calm/${issue}`)).toEqual(['plan', 'model', 'comment']);
  }
  await here.queue.drain(5000);
});
