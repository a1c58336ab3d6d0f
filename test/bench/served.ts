/** `serve` as a process of its own for benches: started, heard of, killed; and what a killed one may leave behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ServedOptions {
  readonly role: 'all' | 'web' | 'worker';
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes the log of all its lives. */
  readonly logFile: string;
}

export interface Served {
  readonly pid: number;
  readonly url: string;
  /** -9, and returns when it is gone. */
  kill(): Promise<void>;
  /** As a supervisor does; returns the exit code. */
  stop(): Promise<number | null>;
}

/** A bench that is interrupted takes with it what it started. */
const alive = new Set<number>();
process.once('exit', () => {
  for (const pid of alive) killed(pid);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    process.exit(130);
  });

/** Started and ready. Throws when it ends before. */
export async function serve({ role, environment, logFile }: ServedOptions): Promise<Served> {
  const child = spawn(process.execPath, ['src/cli.ts', 'serve', '--role', role], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, PORT: '0', ...environment },
  });
  alive.add(child.pid!);
  const gone = once(child, 'exit').then(() => alive.delete(child.pid!));
  const url = await readyUrl(child, logFile);
  return {
    pid: child.pid!,
    url,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
  };
}

function readyUrl(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile, { flags: 'a' });
  return new Promise((resolve, reject) => {
    const lines = createInterface(child.stderr!);
    lines.on('line', (line) => {
      log.write(`${line}\n`);
      if (line.includes('"msg":"ready"')) resolve((JSON.parse(line) as { url: string }).url);
    });
    lines.on('close', () => log.end());
    child.once('exit', () => reject(new Error(`serve ended before it was ready: see ${logFile}`)));
  });
}

/** Kills the server of this data folder, if there is one, without waiting for its end. */
export function endPostgres(dataDir: string): void {
  const file = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  if (existsSync(file)) killed(Number.parseInt(readFileSync(file, 'utf8'), 10));
}

/** Kills the server of this data folder and all its children at once, as a machine's end does. */
export async function killPostgres(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  const postmaster = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const all = [postmaster, ...childrenOf(postmaster)];
  for (const pid of all) killed(pid);
  while (all.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

/** Processes that nobody waits for any more do not count. */
export function isAlive(pid: number): boolean {
  return !['', 'Z', 'X'].includes(statOf(pid)?.state ?? '');
}

function statOf(pid: number): { state: string; parent: number; started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, parent: Number(fields[1]), started: fields[19]! };
  } catch {
    return undefined;
  }
}

function processes(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

export function childrenOf(parent: number): readonly number[] {
  return processes().filter((pid) => statOf(pid)?.parent === parent);
}

/** What hangs below a process: must be gone some time after it. */
export interface Belongings {
  readonly pids: readonly { readonly pid: number; readonly started: string }[];
  readonly groups: readonly string[];
}

export function belongingsOf(root: number): Belongings {
  const parents = new Map(processes().map((pid) => [pid, statOf(pid)]));
  const below = new Set([root]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const [pid, stat] of parents) if (stat && below.has(stat.parent)) below.add(pid);
  }
  below.delete(root);
  const ours = [...below].filter((pid) => !commandOf(pid).includes('postgres'));
  return {
    pids: ours.map((pid) => ({ pid, started: parents.get(pid)?.started ?? '' })),
    groups: [...new Set(ours.flatMap(groupsOf))],
  };
}

export function leftOf({ pids, groups }: Belongings): readonly string[] {
  return [
    ...pids
      .filter(({ pid, started }) => isAlive(pid) && statOf(pid)?.started === started)
      .map(({ pid }) => `process ${pid} ${commandOf(pid)}`),
    ...groups.filter((path) => existsSync(path)).map((path) => `control group ${path}`),
  ];
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 100);
  } catch {
    return '';
  }
}

/** Folders of control groups that the App made. */
function groupsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
      .split('\n')
      .filter((line) => line.includes('/sluice-'))
      .map((line) => {
        const [, controller = '', path = ''] = line.split(':');
        return join('/sys/fs/cgroup', controller, path.replace(/(sluice-[\w-]+).*/, '$1'));
      });
  } catch {
    return [];
  }
}
