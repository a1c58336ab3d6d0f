/** A lane: one local GitHub, one database and the processes of the App on them, on which scenarios are played in turn. */
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { issueNumber, name as sample, owner, world as story } from '#demo/story.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import { requestMoments, type Requests } from './crash-moments.ts';
import { rowsOf, type Rows } from './crash-rows.ts';
import type { ProcessName, Victim } from './crash-victims.ts';
import { startCrashWorld, type CrashWorld } from './crash-world.ts';
import { ask, type Repository } from './crash-judge.ts';
import {
  belongingsOf,
  killPostgres,
  leftOf,
  serve,
  type Belongings,
  type Served,
} from './served.ts';

export interface LaneOptions {
  readonly folder: string;
  readonly victim: Victim;
  /** How many runs it will see: each has a repository of its own. */
  readonly runs: number;
  /** The server that DATABASE_URL names, and its data folder. */
  readonly server: { readonly databaseUrl: string; readonly dataDir: string } | undefined;
}

export interface Lane {
  readonly victim: Victim;
  readonly rows: Rows;
  readonly moments: Requests;
  readonly world: CrashWorld;
  readonly github: LocalGitHub;
  repository(run: number): Repository;
  /** Kills what the victim names, and returns when all of it is dead. */
  kill(): Promise<void>;
  /** Stops a process for a while, and lets it go on. */
  signal(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts again what was killed and does not come back by itself. */
  revive(): Promise<void>;
  /** Processes and control groups of killed processes that are still there. */
  left(): readonly string[];
  /** Ends everything as a supervisor does; what is left over or went wrong. */
  close(): Promise<readonly string[]>;
}

export async function openLane(options: LaneOptions): Promise<Lane> {
  const { folder, victim } = options;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
  const github = await startLocalGitHub({
    world: worldWith(options.runs),
    folder: join(folder, 'github'),
  });
  const dataDir = join(folder, 'data');
  const rows = rowsOf(addressOf(options, dataDir));
  const moments = requestMoments();
  const world = await startCrashWorld({
    github: github.url,
    moments,
    step: () => stepOf(rows),
    isIdle: async () => {
      const busy = await rows.query(
        `select 1 from sluice.runs where state in ('queued', 'running', 'waiting')
         union all select 1 from pgboss.job where name in ('runs', 'desk') and state <= 'active'`,
      );
      return busy.length === 0;
    },
    isKept: async ({ text, toolCalls }) => {
      const found = await rows.query(
        `select 1 from sluice.steps join sluice.runs on runs.id = run
         where steps.state = 'done' and runs.state = 'running' and steps.name like 'model/%'
           and output->>'text' = $1 and (output->'toolCalls')::jsonb = $2::jsonb`,
        [text, JSON.stringify(toolCalls)],
      );
      return found.length > 0;
    },
  });
  github.setHook(`http://${world.host}/relay`);
  const environment = {
    HOME: folder,
    NODE_COMPILE_CACHE: join(folder, '..', 'compiled'),
    SLUICE_DATA_DIR: dataDir,
    APP_ID: String(github.app.id),
    PRIVATE_KEY_PATH: github.app.privateKeyFile,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GHE_HOST: world.host,
    GHE_PROTOCOL: 'http',
    OPENAI_BASE_URL: `http://${world.host}/model/v1`,
    DATABASE_URL: options.server?.databaseUrl,
  };
  const processes = new Map<string, Served>();
  const past: Belongings[] = [];

  /** Its connections have its name. */
  async function start(name: ProcessName): Promise<void> {
    const role = name === 'spare' ? 'worker' : name;
    const url = environment.DATABASE_URL;
    const DATABASE_URL = url && `${url}&application_name=${name}`;
    const served = await serve({
      role,
      environment: { ...environment, DATABASE_URL },
      logFile: join(folder, `${name}.log`),
    });
    processes.set(name, served);
    if (role !== 'worker') world.door = served.url;
  }

  for (const role of victim.roles) await start(role);
  await rows.install();
  const token = github.users.find(({ role }) => role === 'admin')?.token ?? '';
  let killed = 0;
  /** The groups of a killed runner are removed by the next one that starts; the last may have had none after it. */
  const left = () => {
    const last = past.findLastIndex(({ groups }) => groups.length > 0);
    return past.flatMap(({ pids, groups }, life) =>
      leftOf({ pids, groups: life === last && life < killed ? [] : groups }),
    );
  };
  return {
    victim,
    rows,
    moments,
    world,
    github,
    left,
    repository: (run) => ({ url: github.url, token, name: nameOf(run) }),
    async kill() {
      const doomed = [...processes].filter(([role]) => victim.kills.some((name) => name === role));
      if (doomed.some(([role]) => role !== 'worker')) world.door = undefined;
      for (const [, { pid }] of doomed) past.push(belongingsOf(pid));
      await Promise.all(doomed.map(([, served]) => served.kill()));
      if (victim.kills.includes('postgres')) await killPostgres(options.server?.dataDir ?? dataDir);
    },
    signal(name, signal) {
      const { pid } = processes.get(name) ?? {};
      if (pid === undefined) throw new Error(`no process has the name ${name}`);
      process.kill(pid, signal);
    },
    async revive() {
      if (victim.kills.some((name) => name === 'all' || name === 'worker')) moments.restarted();
      for (const role of victim.roles)
        if (victim.kills.some((name) => name === role)) await start(role);
    },
    async close() {
      const all = [...processes.values()];
      killed = past.length;
      past.push(...all.map(({ pid }) => belongingsOf(pid)));
      await world.settled();
      await rows.close();
      const codes = await Promise.all(all.map((served) => served.stop()));
      await github.settled();
      await world.close();
      await github.stop();
      for (let tries = 0; left().length > 0 && tries < 50; tries += 1) await wait(100);
      return [
        ...left(),
        ...codes.filter((code) => code !== 0).map((code) => `serve ended with ${String(code)}`),
        ...world.problems,
        ...github.violations.map((violation) => `violation: ${violation}`),
        ...(await postgresLeft(dataDir)),
        ...(await halvesLeft(dataDir)),
      ];
    },
  };
}

/** The last user of the embedded server ends it. */
async function postgresLeft(dataDir: string): Promise<readonly string[]> {
  const file = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? [] : [`postgres ${Number.parseInt(text, 10)} of ${dataDir}`];
}

/** Half layers, and sockets of commands. */
async function halvesLeft(dataDir: string): Promise<readonly string[]> {
  const list = (name: string) => readdir(join(dataDir, name)).catch(() => []);
  const drafts = (await list('kept')).filter((name) => name.startsWith('.'));
  return [...drafts, ...(await list('gates'))].map((name) => `file ${name}`);
}

/** Acts as the maintainer; the run begins when the webhook has gone through. */
export async function label(repository: Repository): Promise<void> {
  await ask(repository, `issues/${issueNumber}/labels`, { labels: ['sluice'] });
}

async function stepOf(rows: Rows): Promise<string> {
  const [found] = await rows.query<{ name: string }>(
    `select flow || '/' || name as name from sluice.steps join sluice.runs on runs.id = run
     where steps.state = 'started' and runs.state = 'running' order by started_at desc limit 1`,
  );
  return found?.name ?? '';
}

function nameOf(run: number): string {
  return `${sample}-${run}`;
}

/** The story's repository as often as there are runs. */
function worldWith(runs: number): typeof story {
  const repositories = Array.from({ length: runs }, (_, run) => ({
    ...story.repositories![0]!,
    name: `${owner}/${nameOf(run)}`,
  }));
  return { ...story, repositories };
}

function addressOf({ server }: LaneOptions, dataDir: string): pg.ClientConfig {
  if (server !== undefined) return { connectionString: server.databaseUrl };
  const host = join(dataDir, 'postgres', 'socket');
  return { host, port: 5432, user: 'sluice', database: 'postgres' };
}
