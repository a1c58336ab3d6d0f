/** Sends signed real payloads and measures the answers, as a process of its own: argv[2] is a `Load` in JSON, stdout a `Measured`. */
import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { percentile } from './figures.ts';

const Load = z.object({
  url: z.string(),
  secret: z.string(),
  /** A fixed schedule, in requests a second; or as fast as this many connections go. */
  pace: z.union([z.object({ rate: z.number() }), z.object({ connections: z.number() })]),
  seconds: z.number(),
});
export type Load = z.infer<typeof Load>;

export interface Measured {
  /** Ids that were answered with 2xx. */
  readonly acknowledged: readonly string[];
  readonly refused: number;
  /** From the scheduled time to the end of the answer. */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly perSecond: number;
}

const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.unknown()) }));
const { url, secret, pace, seconds } = Load.parse(JSON.parse(process.argv[2] ?? ''));
const agent = new Agent({
  keepAlive: true,
  maxSockets: 'connections' in pace ? pace.connections : 256,
});
const payloads = Examples.parse(
  createRequire(import.meta.url)('@octokit/webhooks-examples') as unknown,
).flatMap(({ name, examples }) =>
  examples.map((example) => {
    const body = JSON.stringify(example);
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    return { name, body, signature };
  }),
);
let count = 0;

/** One delivery; the status of its answer. */
async function deliver(id: string): Promise<number> {
  const { name, body, signature } = payloads[count++ % payloads.length]!;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-github-event': name,
    'x-github-delivery': id,
    'x-hub-signature-256': signature,
    'user-agent': 'GitHub-Hookshot/bench',
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const acknowledged: string[] = [];
const latencies: number[] = [];
let refused = 0;

async function measure(scheduled: number): Promise<void> {
  const id = randomUUID();
  const status = await deliver(id).catch(() => 0);
  latencies.push(performance.now() - scheduled);
  if (status >= 200 && status < 300) acknowledged.push(id);
  else refused += 1;
}

async function onSchedule(rate: number): Promise<void> {
  const begin = performance.now();
  const all: Promise<void>[] = [];
  const total = rate * seconds;
  while (all.length < total) {
    while (all.length < total && begin + (all.length * 1000) / rate <= performance.now())
      all.push(measure(begin + (all.length * 1000) / rate));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(all);
}

async function asFastAsPossible(connections: number): Promise<void> {
  const until = performance.now() + seconds * 1000;
  const loop = async (): Promise<void> => {
    while (performance.now() < until) await measure(performance.now());
  };
  await Promise.all(Array.from({ length: connections }, loop));
}

const begun = performance.now();
await ('rate' in pace ? onSchedule(pace.rate) : asFastAsPossible(pace.connections));
const took = (performance.now() - begun) / 1000;
agent.destroy();
const measured: Measured = {
  acknowledged,
  refused,
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
  perSecond: Math.round(acknowledged.length / took),
};
process.stdout.write(JSON.stringify(measured));
