/** Kill -9 at every step boundary of the generate flow, in every part of the App: `npm run bench:crash -- [--quick] [--json] [--only VICTIM] [--lanes N]` */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchServer, type BenchServer } from './bench-server.ts';
import { openLane } from './crash-lane.ts';
import { playCalm, play, type Calm, type Played } from './crash-play.ts';
import { playStream, streams, type Stream } from './crash-stream.ts';
import { scenariosOf, victims, type Scenario, type Victim } from './crash-victims.ts';
import { endPostgres } from './served.ts';
import { hostLoad, percentile, tableOf } from './figures.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    lanes: { type: 'string', default: '8' },
    keep: { type: 'boolean', default: false },
  },
});

const begun = Date.now();
const folder = await mkdtemp(join(tmpdir(), 'sluice-crash-'));
await chmod(folder, 0o711);
const servers: BenchServer[] = [];
let lanes = 0;

/** What one lane found, by its victim. */
interface Found {
  readonly victim: string;
  readonly played: readonly Played[];
  readonly problems: readonly string[];
}

/** A victim that takes the server down has one for itself. */
async function serverFor({ database, kills }: Victim, lane: string) {
  if (database === 'embedded') return undefined;
  const own = kills.includes('postgres');
  const shared = own ? undefined : servers[0];
  if (shared !== undefined)
    return { databaseUrl: await shared.database(lane), dataDir: shared.dataDir };
  const server = await startBenchServer(join(folder, own ? `server-${lane}` : 'server'));
  if (own) servers.push(server);
  else servers.unshift(server);
  return { databaseUrl: await server.database(lane), dataDir: server.dataDir };
}

interface LaneWork {
  readonly victim: Victim;
  readonly scenarios: readonly Scenario[];
}

async function withLane<T>(
  victim: Victim,
  runs: number,
  use: (lane: Awaited<ReturnType<typeof openLane>>) => Promise<T>,
): Promise<{ result: T; problems: readonly string[] }> {
  lanes += 1;
  const name = `lane_${lanes}`;
  const server = await serverFor(victim, name);
  const lane = await openLane({ folder: join(folder, name), victim, runs, server });
  try {
    const result = await use(lane);
    return { result, problems: await lane.close() };
  } catch (error) {
    await lane.close().catch(() => undefined);
    throw error;
  }
}

function told(text: string): void {
  process.stderr.write(`${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}

async function playLane({ victim, scenarios }: LaneWork, calm: Calm): Promise<Found> {
  const { result, problems } = await withLane(victim, scenarios.length, async (lane) => {
    const played: Played[] = [];
    for (const [run, { moments }] of scenarios.entries()) {
      played.push(await play(lane, { run, moments }, calm));
      told(
        `${victim.name}: ${played.at(-1)!.kills} kills, ${played.at(-1)!.problems.length} problems`,
      );
    }
    return played;
  });
  return {
    victim: victim.name,
    played: result,
    problems: problems.map((problem) => `${victim.name}: ${problem}`),
  };
}

/** Scenarios of one victim share lanes; a lane plays `atMost` of them. */
function laneWork(calm: Calm, wanted: readonly Victim[], atMost: number): LaneWork[] {
  return wanted.flatMap((victim) => {
    const sample = options.quick ? 3 : Infinity;
    const scenarios = scenariosOf(victim, calm.moments, sample);
    const count = Math.ceil(scenarios.length / atMost);
    return Array.from({ length: count }, (_, lane) => ({
      victim,
      scenarios: scenarios.filter((_scenario, index) => index % count === lane),
    }));
  });
}

async function inParallel<T>(work: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  const left = [...work];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      results.push(await next());
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

async function main(): Promise<number> {
  const isWanted = (name: string) => options.only === undefined || name === options.only;
  const wanted = victims.filter(
    ({ name, quick }) => isWanted(name) && (!options.quick || quick === true),
  );
  const first = victims.find(({ name }) => name === 'all')!;
  const { result: calm, problems: calmProblems } = await withLane(first, 1, (lane) =>
    playCalm(lane, 0),
  );
  told(`calm: ${calm.end} in ${calm.milliseconds} ms, ${calm.moments.length} moments`);
  if (wanted.some(({ database, kills }) => database === 'server' && !kills.includes('postgres')))
    servers.unshift(await startBenchServer(join(folder, 'server')));
  const arriving = streams.filter(({ name }) => isWanted(name));
  const work = [
    ...laneWork(calm, wanted, 3).map((lane) => () => playLane(lane, calm)),
    ...arriving.map((stream) => () => playArriving(stream)),
  ];
  const found = await inParallel(work, Number(options.lanes));
  return report(calm, calmProblems, found);
}

async function playArriving(stream: Stream): Promise<Found> {
  const lane = join(folder, `stream-${stream.kills}`);
  const server = await startBenchServer(`${lane}-server`);
  servers.push(server);
  const times = options.quick ? 3 : 12;
  const played = await playStream(stream, { folder: lane, server, times });
  told(`${stream.name}: ${played.kills} kills, ${played.problems.length} problems`);
  return { victim: stream.name, played: [played], problems: [] };
}

function report(calm: Calm, calmProblems: readonly string[], found: readonly Found[]): number {
  const sum = (played: readonly Played[], of: (each: Played) => number) =>
    played.reduce((total, each) => total + of(each), 0);
  const figures = [...victims, ...streams].flatMap(({ name }) => {
    const of = found.filter(({ victim }) => victim === name);
    const played = of.flatMap((each) => each.played);
    if (played.length === 0) return [];
    const goneOn = played.flatMap((each) => each.goneOn);
    return [
      {
        victim: name,
        runs: played.length,
        kills: sum(played, ({ kills }) => kills),
        lost: sum(played, ({ lost }) => lost),
        repeated: sum(played, ({ repeated }) => repeated),
        duplicates: sum(played, ({ duplicates }) => duplicates),
        goneOnMilliseconds: { p50: percentile(goneOn, 0.5), max: percentile(goneOn, 1) },
      },
    ];
  });
  const problems = [
    ...calmProblems.map((problem) => `calm: ${problem}`),
    ...found.flatMap((each) => [
      ...each.played.flatMap(({ problems: own }) => own),
      ...each.problems,
    ]),
  ];
  const seconds = Math.round((Date.now() - begun) / 1000);
  const { moments, ...rest } = calm;
  const whole = {
    calm: { ...rest, moments: moments.length },
    figures,
    problems,
    seconds,
    load: hostLoad(),
  };
  process.stdout.write(options.json ? `${JSON.stringify(whole)}\n` : forPeople(whole));
  return problems.length === 0 && calm.end.includes('proven') ? 0 : 1;
}

function forPeople({
  calm,
  figures,
  problems,
  seconds,
  load,
}: {
  calm: { end: string; moments: number };
  figures: readonly {
    victim: string;
    runs: number;
    kills: number;
    lost: number;
    repeated: number;
    duplicates: number;
    goneOnMilliseconds: { p50: number | null; max: number | null };
  }[];
  problems: readonly string[];
  seconds: number;
  load: number;
}): string {
  const rows = figures.map(({ goneOnMilliseconds: { p50, max }, ...row }) => [
    ...[row.victim, row.runs, row.kills, row.lost, row.repeated, row.duplicates],
    ...[p50, max].map((time) => time && `${(time / 1000).toFixed(1)} s`),
  ]);
  const head = ['killed', 'runs', 'kills', 'lost', 'repeated', 'duplicates', 'goes on p50', 'max'];
  return [
    `A calm run: ${calm.end}, ${calm.moments} moments.`,
    tableOf([head, ...rows]),
    ...problems.slice(0, 40).map((problem) => `- ${problem}`),
    `${problems.length === 0 ? 'Nothing lost, nothing twice' : `${problems.length} problems`}. ${seconds} s, load ${load}.`,
    '',
  ].join('\n');
}

// An App that was killed leaves its server to the next one.
process.once('exit', () => {
  for (const { dataDir } of servers) endPostgres(dataDir);
  for (let lane = 1; lane <= lanes; lane += 1) endPostgres(join(folder, `lane_${lane}`, 'data'));
});

try {
  process.exitCode = await main();
} finally {
  for (const server of servers) await server.stop();
  if (!options.keep) {
    // Layers are read-only.
    execFileSync('chmod', ['-R', 'u+rwX', '--', folder]);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  } else told(folder);
}
