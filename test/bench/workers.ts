/**
 * Workers under load and under fire: throughput of 1, 2 and 4 processes, starts over an installation's cap, the delay of
 * an installation behind another's backlog, and how long until a dead worker's run goes on. `npm run bench:workers`
 * On the PostgreSQL at DATABASE_URL, in databases of its own, else on the embedded one.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startBenchServer } from './bench-server.ts';
import { startCrew, type Heard } from './crew.ts';
import { hostLoad, tableOf } from './figures.ts';
import { now } from './waiting-flow.ts';

const cap = 4;
/** So many that four processes have a place for every worker. */
const installations = [1, 2, 3, 4, 5, 6, 7, 8];
const workers = 8;
/** For each worker, so that begin and end do not weigh much. */
const runsEach = 10;
/** Milliseconds that a run waits for its models: what it needs of the two cores is small beside it. */
const waits = 1000;
const limits = { overCap: 0, takeOver: 15_000, askedAfterWaking: 0 };

const started = performance.now();
const asJson = process.argv.includes('--json');

interface Server {
  readonly kind: 'server' | 'embedded';
  /** Makes an empty database, lets it be used, and drops it. */
  readonly withDatabase: <T>(use: (url: string) => Promise<T>) => Promise<T>;
  readonly stop: () => Promise<void>;
}

async function openServer(given: string | undefined): Promise<Server> {
  if (given !== undefined && given !== '')
    return { kind: 'server', withDatabase: databasesAt(given), stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  await chmod(folder, 0o755);
  const own = await startBenchServer(folder);
  return {
    kind: 'embedded',
    withDatabase: databasesAt(await own.database('bench')),
    async stop() {
      await own.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function databasesAt(server: string): Server['withDatabase'] {
  const ask = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return async (use) => {
    const name = `sluice_bench_${crypto.randomUUID().replaceAll('-', '')}`;
    await ask(`create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    try {
      return await use(url.href);
    } finally {
      await ask(`drop database ${name} with (force)`);
    }
  };
}

/** Starts while as many of the installation were at work as may be; what never ended is at work for ever. */
function startsOverCap(heard: readonly Heard[]): number {
  const active = new Map<number, number>();
  let over = 0;
  for (const { tells, installation } of heard.toSorted((a, b) => a.at - b.at)) {
    const before = active.get(installation) ?? 0;
    if (tells === 'began' && before >= cap) over += 1;
    if (tells === 'began') active.set(installation, before + 1);
    if (tells === 'ended') active.set(installation, before - 1);
  }
  return over;
}

const is = (tells: Heard['tells'], run: string) => (told: Heard) =>
  told.tells === tells && told.run === run;

async function throughput(url: string, processes: number) {
  const crew = await startCrew(url, { processes, workers, cap });
  const runs = processes * workers * runsEach;
  const begin = now();
  const sent = await Promise.all(
    Array.from({ length: runs }, (_, index) =>
      crew.deliver(installations[index % installations.length] ?? 1, waits),
    ),
  );
  const ends = await Promise.all(sent.map(({ run }) => crew.until(is('ended', run))));
  const seconds = (Math.max(...ends.map(({ at }) => at)) - begin) / 1000;
  const slots = Math.min(processes * workers, cap * installations.length);
  const overCap = startsOverCap(crew.heard);
  await crew.end();
  return {
    processes,
    runs,
    atOnce: slots,
    runsPerSecond: rounded(runs / seconds),
    ideal: rounded((slots * 1000) / waits),
    overCap,
  };
}

/** Milliseconds that a run of the backlog waits. */
const backlogWaits = 300;

/** All workers are busy with one installation's backlog when others come. */
async function fairness(url: string) {
  const crew = await startCrew(url, { processes: 2, workers: 2, cap });
  await Promise.all(Array.from({ length: 60 }, () => crew.deliver(1, backlogWaits)));
  const others = await Promise.all([2, 3, 4].map((each) => crew.deliver(each, backlogWaits)));
  const delays = await Promise.all(
    others.map(async ({ run, at }) => (await crew.until(is('began', run))).at - at),
  );
  const backlog =
    60 - crew.heard.filter((told) => told.tells === 'began' && told.installation === 1).length;
  await crew.end();
  return { delayMilliseconds: Math.round(Math.max(...delays)), backlogThen: backlog };
}

/** Two workers, and one that has a run gets the signal: how long until the other goes on with it, in milliseconds. */
async function takeOver(url: string, signal: 'SIGKILL' | 'SIGSTOP') {
  const crew = await startCrew(url, { processes: 2, workers: 1, cap });
  const { run } = await crew.deliver(1, 3000);
  const first = await crew.until(is('asked', run));
  const victim = crew.processes[first.worker];
  const at = now();
  victim?.kill(signal);
  const next = await crew.until((told) => is('began', run)(told) && told.worker !== first.worker);
  victim?.kill('SIGCONT');
  const woken = now();
  await crew.until((told) => is('ended', run)(told) && told.worker !== first.worker);
  const late = crew.heard.filter(
    (told) => told.worker === first.worker && told.tells === 'asked' && told.at > woken,
  );
  await crew.end();
  return { milliseconds: Math.round(next.at - at), askedByTheDead: late.length };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

const { kind, withDatabase, stop } = await openServer(process.env.DATABASE_URL);
try {
  const throughputs = [];
  for (const processes of [1, 2, 4])
    throughputs.push(await withDatabase((url) => throughput(url, processes)));
  const fair = await withDatabase(fairness);
  const [killed, woken] = await Promise.all([
    withDatabase((url) => takeOver(url, 'SIGKILL')),
    withDatabase((url) => takeOver(url, 'SIGSTOP')),
  ]);
  const report = {
    database: kind,
    installations: installations.length,
    cap,
    waitsMilliseconds: waits,
    throughput: throughputs,
    fairness: fair,
    takeOverMilliseconds: { killed: killed.milliseconds, stopped: woken.milliseconds },
    askedAfterWaking: woken.askedByTheDead,
    limits,
    hostLoad: hostLoad(),
    seconds: rounded((performance.now() - started) / 1000),
  };
  const holds =
    throughputs.every(({ overCap }) => overCap <= limits.overCap) &&
    Math.max(killed.milliseconds, woken.milliseconds) <= limits.takeOver &&
    woken.askedByTheDead <= limits.askedAfterWaking;
  if (!asJson) console.log(`${linesOf(report)}\n`);
  console.log(JSON.stringify(report));
  process.exitCode = holds ? 0 : 1;
} finally {
  await stop();
}

function linesOf({
  throughput: rows,
  fairness: fair,
  takeOverMilliseconds,
  ...report
}: {
  readonly throughput: readonly Awaited<ReturnType<typeof throughput>>[];
  readonly fairness: Awaited<ReturnType<typeof fairness>>;
  readonly takeOverMilliseconds: { readonly killed: number; readonly stopped: number };
  readonly askedAfterWaking: number;
}): string {
  return [
    `Runs of ${String(installations.length)} installations that wait ${String(waits)} ms, at most ${String(cap)} of each at once`,
    tableOf([
      ['worker processes', 'runs', 'at once', 'runs/s', 'ideal', 'starts over the cap'],
      ...rows.map((row) => [
        row.processes,
        row.runs,
        row.atOnce,
        row.runsPerSecond,
        row.ideal,
        row.overCap,
      ]),
    ]),
    '',
    tableOf([
      ['under fire', '', 'limit'],
      ['others start behind a backlog, ms', fair.delayMilliseconds, '-'],
      ['... which then still had, runs', fair.backlogThen, '-'],
      ["a killed worker's run goes on, ms", takeOverMilliseconds.killed, limits.takeOver],
      ["a stopped worker's run goes on, ms", takeOverMilliseconds.stopped, limits.takeOver],
      ['calls by the stopped one when it woke', report.askedAfterWaking, limits.askedAfterWaking],
    ]),
  ].join('\n');
}
