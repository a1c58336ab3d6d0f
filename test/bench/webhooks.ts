/** How fast webhooks are kept and answered, beside a Probot app that does nothing: `npm run bench:webhooks -- [--json]` */
import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { answersFolder } from '#demo/story.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import { startBenchServer } from './bench-server.ts';
import { hostLoad, tableOf } from './figures.ts';
import { serve } from './served.ts';
import type { Load, Measured } from './webhooks-load.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

/** What the issue asks for, in milliseconds, and times the bare one's. */
const aim = { p99: 25, ofBare: 2 };
const rate = 200;
const connections = 16;
/** Deliveries that start a run, sent several times each. */
const starting = { ids: 5, times: 3 };

/** What answers deliveries, up and running. */
interface Target {
  readonly name: string;
  readonly url: string;
  readonly database: pg.ClientConfig | undefined;
  stop(): Promise<unknown>;
}

interface Result {
  readonly name: string;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly perSecond: number;
  readonly most: number;
  readonly refused: number;
  readonly acknowledged: number;
  readonly problems: readonly string[];
}

async function load(given: Load): Promise<Measured> {
  const script = join(import.meta.dirname, 'webhooks-load.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Measured;
}

async function measure({ name, url, database }: Target, secret: string): Promise<Result> {
  const at = { url: `${url}/api/github/webhooks`, secret };
  const runs = [
    await load({ ...at, pace: { rate }, seconds: 2 }),
    await load({ ...at, pace: { rate }, seconds: 10 }),
    await load({ ...at, pace: { connections }, seconds: 5 }),
  ];
  const [, paced, fastest] = runs;
  const acknowledged = runs.flatMap((run) => run.acknowledged);
  return {
    name,
    p50: paced!.p50,
    p99: paced!.p99,
    perSecond: paced!.perSecond,
    most: fastest!.perSecond,
    refused: runs.reduce((sum, { refused }) => sum + refused, 0),
    acknowledged: acknowledged.length,
    problems: database === undefined ? [] : await judge(at, database, acknowledged),
  };
}

/** Every acknowledged delivery is kept once; one that starts a run starts it once however often it comes. */
async function judge(
  at: { url: string; secret: string },
  database: pg.ClientConfig,
  acknowledged: readonly string[],
): Promise<readonly string[]> {
  const ids = Array.from({ length: starting.ids }, () => randomUUID());
  const statuses: number[] = [];
  for (let time = 0; time < starting.times; time += 1)
    for (const [index, id] of ids.entries()) statuses.push(await label(at, id, index));
  const client = new pg.Client(database);
  await client.connect();
  const kept = await client.query<{ id: string }>('select id::text from sluice.deliveries');
  const runs = await client.query('select id from sluice.runs');
  await client.end();
  const counts = new Map<string, number>();
  for (const { id } of kept.rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  const wrong = [...acknowledged, ...ids].filter((id) => counts.get(id) !== 1);
  const refused = statuses.filter((status) => status !== 202);
  return [
    ...(wrong.length > 0 ? [`${wrong.length} acknowledged deliveries are not kept once`] : []),
    ...(refused.length > 0 ? [`labels were answered with ${refused.join(', ')}`] : []),
    ...(runs.rows.length === ids.length
      ? []
      : [`${runs.rows.length} runs for ${ids.length} labels sent ${starting.times} times each`]),
  ];
}

interface Example {
  readonly action?: string;
  readonly label?: object;
  readonly issue?: object;
}

/** The example of a labelled issue, with our label, on an issue of its own. */
async function label(
  { url, secret }: { url: string; secret: string },
  id: string,
  index: number,
): Promise<number> {
  const all = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
    name: string;
    examples: Example[];
  }[];
  const found = all
    .find(({ name }) => name === 'issues')
    ?.examples.find(({ action }) => action === 'labeled');
  const body = JSON.stringify({
    ...found,
    label: { ...found?.label, name: 'sluice' },
    issue: { ...found?.issue, number: 1000 + index },
    installation: { id: 1 },
  });
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': id,
    'x-hub-signature-256': signature,
  };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

async function bare({ app }: LocalGitHub): Promise<Target> {
  const script = join(import.meta.dirname, 'webhooks-bare.ts');
  const child = spawn(
    process.execPath,
    [script, String(app.id), app.privateKeyFile, app.webhookSecret],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    name: 'bare Probot',
    url,
    database: undefined,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function sluice(
  github: LocalGitHub,
  place: { folder: string; databaseUrl: string | undefined },
): Promise<Target> {
  const { folder, databaseUrl } = place;
  await mkdir(folder, { mode: 0o711 });
  const { id, privateKeyFile, webhookSecret } = github.app;
  const environment = {
    HOME: folder,
    SLUICE_DATA_DIR: folder,
    SLUICE_RECORDINGS: answersFolder,
    APP_ID: String(id),
    PRIVATE_KEY_PATH: privateKeyFile,
    WEBHOOK_SECRET: webhookSecret,
    GHE_HOST: new URL(github.url).host,
    GHE_PROTOCOL: 'http',
    DATABASE_URL: databaseUrl,
  };
  const served = await serve({ role: 'all', environment, logFile: join(folder, 'log') });
  const host = join(folder, 'postgres', 'socket');
  const embedded = { host, port: 5432, user: 'sluice', database: 'postgres' };
  return {
    name: databaseUrl === undefined ? 'Sluice, embedded' : 'Sluice, server',
    url: served.url,
    database: databaseUrl === undefined ? embedded : { connectionString: databaseUrl },
    stop: () => served.stop(),
  };
}

async function main(folder: string): Promise<number> {
  const github = await startLocalGitHub({ folder: join(folder, 'github') });
  const server = await startBenchServer(join(folder, 'server'));
  const databaseUrl = await server.database('sluice');
  const starts = [
    () => bare(github),
    () => sluice(github, { folder: join(folder, 'embedded'), databaseUrl: undefined }),
    () => sluice(github, { folder: join(folder, 'external'), databaseUrl }),
  ];
  const results: Result[] = [];
  try {
    for (const start of starts) {
      const target = await start();
      try {
        results.push(await measure(target, github.app.webhookSecret));
      } finally {
        await target.stop();
      }
    }
  } finally {
    await server.stop();
    await github.stop();
  }
  return report(results);
}

function report(results: readonly Result[]): number {
  const [first] = results;
  const missed = results.slice(1).flatMap(({ name, p99 }) => {
    const most = Math.max(aim.p99, aim.ofBare * (first?.p99 ?? 0));
    return p99 !== null && p99 <= most ? [] : [`${name}: p99 is above ${most} ms`];
  });
  const problems = results.flatMap(({ name, problems: own, refused }) => [
    ...own.map((problem) => `${name}: ${problem}`),
    ...(refused > 0 ? [`${name}: ${refused} deliveries were refused`] : []),
  ]);
  const whole = { rate, connections, results, missed, problems, load: hostLoad() };
  const head = [
    '',
    'p50 ms',
    'p99 ms',
    'per second',
    `most, ${connections} at once`,
    'acknowledged',
  ];
  const rows = results.map((row) => [
    ...[row.name, row.p50, row.p99, row.perSecond, row.most, row.acknowledged],
  ]);
  const text = [
    `${rate} signed deliveries a second, from their scheduled time to their answer:`,
    tableOf([head, ...rows]),
    ...missed.map((each) => `Aim missed. ${each}`),
    ...problems.map((problem) => `- ${problem}`),
    `Host load ${whole.load}.`,
    '',
  ].join('\n');
  process.stdout.write(options.json ? `${JSON.stringify(whole)}\n` : text);
  return problems.length === 0 ? 0 : 1;
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-webhooks-'));
await chmod(folder, 0o711);
try {
  process.exitCode = await main(folder);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
