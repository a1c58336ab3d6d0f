/** Webhooks that arrive while their taker, or its database, is killed: what was acknowledged is kept once and starts one run. */
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { labelled } from '../cli/labelled.ts';
import type { BenchServer } from './bench-server.ts';
import type { Played } from './crash-play.ts';
import { rowsOf, type Rows } from './crash-rows.ts';
import { killPostgres, serve } from './served.ts';

export const streams = [
  { name: 'web, webhooks arriving', kills: 'web' },
  { name: 'PostgreSQL, webhooks arriving', kills: 'postgres' },
] as const;
export type Stream = (typeof streams)[number];

const secret = 'only-for-this-bench';
/** Connections that deliver at once, each as fast as it is answered. */
const senders = 8;
/** Milliseconds from one kill to the next, once webhooks are taken again. */
const calm = 300;
/** Milliseconds for all webhooks to be taken after the last kill. */
const patience = 60_000;

interface Sent {
  /** Ids in the order in which they were acknowledged, some of them twice. */
  readonly acknowledged: string[];
  url: string;
  over: boolean;
}

/** Throws when the taker does not come back. */
export async function playStream(
  { kills, name }: Stream,
  options: { readonly folder: string; readonly server: BenchServer; readonly times: number },
): Promise<Played> {
  const { folder, server } = options;
  await mkdir(folder, { recursive: true });
  const databaseUrl = await server.database(`stream_${kills}`);
  const start = () =>
    serve({
      role: 'web',
      environment: environmentOf(folder, databaseUrl),
      logFile: `${folder}.log`,
    });
  const rows = rowsOf({ connectionString: databaseUrl });
  let web = await start();
  const sent: Sent = { acknowledged: [], url: web.url, over: false };
  const sending = Promise.all(Array.from({ length: senders }, () => deliverAll(sent)));
  const goneOn: number[] = [];
  for (let count = 0; count < options.times; count += 1) {
    await wait(calm);
    if (kills === 'web') await web.kill();
    else await killPostgres(server.dataDir);
    const [at, before] = [Date.now(), sent.acknowledged.length];
    if (kills === 'web') web = await start();
    sent.url = web.url;
    while (sent.acknowledged.length === before) {
      if (Date.now() - at > patience) throw new Error('no webhook is taken any more');
      await wait(5);
    }
    goneOn.push(Date.now() - at);
  }
  sent.over = true;
  await sending;
  const code = await web.stop();
  const judged = await judge(rows, sent.acknowledged);
  await rows.close();
  const problems = [
    ...judged.problems,
    ...(code === 0 ? [] : [`serve ended with ${String(code)}`]),
  ];
  return {
    ...judged,
    kills: options.times,
    goneOn,
    repeated: 0,
    problems: problems.map((problem) => `${name}: ${problem}`),
  };
}

function environmentOf(folder: string, databaseUrl: string) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    HOME: folder,
    NODE_COMPILE_CACHE: join(folder, '..', 'compiled'),
    SLUICE_DATA_DIR: join(folder, 'data'),
    DATABASE_URL: databaseUrl,
    APP_ID: '1',
    PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    WEBHOOK_SECRET: secret,
    // Nobody listens there, and nobody is asked.
    GHE_HOST: '127.0.0.1:1',
    GHE_PROTOCOL: 'http',
  };
}

let issues = 0;

/** Labels on issues of their own, each delivered until it is taken, and every third once more. */
async function deliverAll(sent: Sent): Promise<void> {
  while (!sent.over) {
    const id = randomUUID();
    const number = (issues += 1);
    const body = JSON.stringify({ ...labelled, issue: { ...labelled.issue, id: number, number } });
    for (let left = number % 3 === 0 ? 2 : 1; left > 0;) {
      if (await isTaken(sent.url, id, body)) {
        sent.acknowledged.push(id);
        left -= 1;
      } else await wait(20);
    }
  }
}

async function isTaken(url: string, id: string, body: string): Promise<boolean> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': id,
    'x-hub-signature-256': `sha256=${signature}`,
  };
  try {
    const target = `${url}/api/github/webhooks`;
    const signal = AbortSignal.timeout(patience);
    const answer = await fetch(target, { method: 'POST', headers, body, signal });
    await answer.arrayBuffer();
    return answer.status === 202;
  } catch {
    // It died under the request: GitHub would show a failed delivery, which is sent again.
    return false;
  }
}

/** Each acknowledged delivery is kept, started one run, and that one has one job. */
async function judge(rows: Rows, acknowledged: readonly string[]) {
  const runs = await rows.query<{ delivery: string; runs: number; jobs: number }>(
    `select deliveries.id as delivery, count(distinct runs.id)::int as runs,
       count(job.id)::int as jobs
     from sluice.deliveries
       left join sluice.runs on runs.event->>'delivery' = deliveries.id
       left join pgboss.job on job.data->>'run' = runs.id::text and job.state < 'completed'
     group by deliveries.id`,
  );
  const kept = new Map(runs.map(({ delivery, ...counts }) => [delivery, counts]));
  const lost = [...new Set(acknowledged)].filter((id) => {
    const found = kept.get(id);
    return found === undefined || found.runs === 0 || found.jobs === 0;
  });
  const doubled = runs.filter((found) => found.runs > 1 || found.jobs > 1);
  const problems = [
    ...(lost.length === 0 ? [] : [`${lost.length} of ${acknowledged.length} lost`]),
    ...(doubled.length === 0 ? [] : [`${doubled.length} started twice`]),
  ];
  return { lost: lost.length, duplicates: doubled.length, problems };
}
