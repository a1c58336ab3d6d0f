/** How long a run of four steps takes outside of model, tools and forge; prints JSON. `npm run bench:run` */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openPostgres } from '#adapters/postgres/open.ts';
import type { Flow } from '#engine/flow.ts';
import { work } from '#engine/worker.ts';
import { silentLog } from '../silent-log.ts';
import { deliver } from '../engine/deliver.ts';
import { worldWith } from '../engine/world.ts';

const runs = 40;
const limit = 1000;
const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
await chmod(folder, 0o755);

const started = performance.now();
const opened = await openPostgres({ dataDir: folder, log: silentLog });
const ready = performance.now();

const ended = new Map<number, PromiseWithResolvers<number>>();
const output = { text: 'x'.repeat(10_000) };
const flow: Flow<{ number: number }> = {
  name: 'bench',
  input: z.object({ number: z.int() }),
  on: (event) => ({ number: event.issue.number }),
  key: (event) => `bench/${event.issue.number}`,
  async run({ step, effect }, { number }) {
    const kept = z.object({ text: z.string() });
    for (const name of ['plan', 'patch', 'verify']) {
      await step(name, kept, () => Promise.resolve(output));
    }
    await effect('propose', kept, {
      find: () => Promise.resolve(undefined),
      act: () => Promise.resolve(output),
    });
    ended.get(number)?.resolve(performance.now());
    return { outcome: 'proven', reason: 'It holds.', code: 'ok', facts: {} };
  },
};
await work({ ...opened, flows: [flow], world: worldWith() });

/** From before the delivery is kept until the last step is: in milliseconds. */
async function timeOfRun(number: number): Promise<{ kept: number; whole: number }> {
  const end = Promise.withResolvers<number>();
  ended.set(number, end);
  const begin = performance.now();
  await deliver(opened, flow, number);
  const kept = performance.now();
  return { kept: kept - begin, whole: (await end.promise) - begin };
}

const times: { kept: number; whole: number }[] = [];
for (let number = 1; number <= runs; number++) times.push(await timeOfRun(number));
await opened.queue.drain(5000);
await opened.close();
await rm(folder, { recursive: true });

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN) * 10) / 10;
}

const wholes = times.map(({ whole }) => whole);
const report = {
  runs,
  startMilliseconds: Math.round(ready - started),
  keptMilliseconds: {
    p50: percentile(
      times.map(({ kept }) => kept),
      0.5,
    ),
  },
  runMilliseconds: {
    p50: percentile(wholes, 0.5),
    p99: percentile(wholes, 0.99),
    max: percentile(wholes, 1),
  },
  limit,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = report.runMilliseconds.p99 <= limit ? 0 : 1;
