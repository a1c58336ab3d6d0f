/**
 * What a sandbox costs, and whether it stays right: medians of starts against a plain spawn and a minimal bubblewrap in
 * the same run, then mixed runs side by side whose results and remains are counted; exit code 1 when an aim is missed.
 * `npm run bench:sandbox [-- --rounds 50 --soak 2000 --json]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import type { Execution, Layer, Workspace } from '#ports/sandbox.ts';
import { silentLog } from '../silent-log.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    soak: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, soakRuns] = [Number(values.rounds), Number(values.soak)];
const aims = { start: 40, overMinimal: 3, inside: 5 };
const side = 8;

const dataDir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
await chmod(dataDir, 0o755);
const limits = {
  tool: { wall: 10_000, memory: 400 * 2 ** 20 },
  test: { wall: 2_000, memory: 128 * 2 ** 20 },
};
const tools = [{ from: process.execPath, to: '/opt/tools/bin/node' }];
const sandbox = bubblewrapSandbox({ dataDir, tools, limits, log: silentLog });

async function layer(): Promise<Layer> {
  const path = join(dataDir, 'layers', 'tree');
  await mkdir(path, { recursive: true });
  for (let n = 0; n < 50; n += 1) await writeFile(join(path, `file-${n}.txt`), `${n}\n`);
  return { key: 'tree', path };
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
}

const minimal = [
  ...['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', '--proc', '/proc'],
  ...['--dev', '/dev', '--', '/bin/true'],
];

const echo = `require('node:readline').createInterface({ input: process.stdin })
  .on('line', (line) => console.log(JSON.stringify([JSON.parse(line)[0], 'heard'])));`;
const question = { program: ['/opt/tools/bin/node', '-e', echo], text: 'anything' };

async function whole(tree: Layer): Promise<void> {
  const workspace = await sandbox.open([tree]);
  await workspace.exec({ argv: ['/bin/true'], purpose: 'tool' });
  await workspace.close();
}

/** The kinds take turns, so that what else the machine does meets all of them. */
async function measure(tree: Layer): Promise<Readonly<Record<string, readonly number[]>>> {
  const held = await sandbox.open([tree]);
  await held.ask(question);
  const kinds: Readonly<Record<string, () => Promise<unknown>>> = {
    'plain spawn': () => run('/bin/true', []),
    'minimal bubblewrap': () => run('bwrap', minimal),
    'command in a workspace': () => held.exec({ argv: ['/bin/true'], purpose: 'tool' }),
    'workspace, command, close': () => whole(tree),
    'question to a program that stays': () => held.ask(question),
  };
  const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, new Array<number>()]));
  for (let round = -3; round < rounds; round += 1) {
    for (const [kind, perform] of Object.entries(kinds)) {
      const begin = performance.now();
      await perform();
      if (round >= 0) times[kind]?.push(performance.now() - begin);
    }
  }
  await held.close();
  return times;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
}

interface Mixed {
  readonly title: string;
  readonly perform: (workspace: Workspace, n: number) => Promise<boolean>;
}

const sh = (workspace: Workspace, script: string): Promise<Execution> =>
  workspace.exec({ argv: ['/bin/sh', '-c', script], purpose: 'test' });

/** What commands of strangers do, and how each must end. */
const mixed: readonly Mixed[] = [
  {
    title: 'output',
    perform: async (workspace, n) => (await sh(workspace, `echo ${n}`)).stdout === `${n}\n`,
  },
  {
    title: 'exit code',
    perform: async (workspace, n) => (await sh(workspace, `exit ${n % 100}`)).exitCode === n % 100,
  },
  {
    title: 'change',
    perform: async (workspace, n) => {
      await sh(workspace, `echo ${n} > new-${n}.txt; rm file-1.txt`);
      const { files } = await workspace.collect();
      return files.length === 2 && files.some(({ path }) => path === `new-${n}.txt`);
    },
  },
  { title: 'crash', perform: async (w) => (await sh(w, 'kill -SEGV $$')).signal === 'SIGSEGV' },
  {
    title: 'left process',
    perform: async (w) => (await sh(w, 'sleep 60 & sleep 61 & exit 0')).exitCode === 0,
  },
  {
    title: 'program that is missing',
    perform: async (w) => {
      const { exitCode } = await w.exec({ argv: ['no-such-program'], purpose: 'tool' });
      return exitCode !== 0;
    },
  },
  {
    title: 'flood',
    perform: async (w) => (await sh(w, 'head -c 3000000 /dev/zero')).truncated,
  },
  {
    title: 'question',
    perform: async (workspace) => (await workspace.ask(question)).text === 'heard',
  },
];
/** These take seconds each, so they come once in a while. */
const slow: readonly Mixed[] = [
  { title: 'time', perform: async (w) => (await sh(w, 'trap "" TERM; sleep 60')).timedOut },
  {
    title: 'memory',
    perform: async (w) => {
      const script = 'const held = []; for (;;) held.push(Buffer.alloc(20e6, 1));';
      const done = await w.exec({ argv: ['node', '-e', script], purpose: 'test' });
      return done.outOfMemory;
    },
  },
];

async function soak(tree: Layer): Promise<Readonly<Record<string, number>>> {
  const wrong: Record<string, number> = {};
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < soakRuns; n = next++) {
      const kinds = n % 50 === 49 ? slow : mixed;
      const kind = kinds[(n % 50 === 49 ? Math.floor(n / 50) : n) % kinds.length];
      if (!kind) throw new Error('there is no kind of run');
      const workspace = await sandbox.open([tree]);
      const right = await kind.perform(workspace, n).catch(() => false);
      await workspace.close();
      if (!right) wrong[kind.title] = (wrong[kind.title] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: side }, worker));
  return wrong;
}

interface Remains {
  readonly processes: number;
  readonly groups: number;
  readonly mounts: number;
  readonly files: number;
  readonly descriptors: number;
}

/** What is on the machine of sandboxes' making. */
async function remains(): Promise<Remains> {
  const lines = async (path: string): Promise<readonly string[]> =>
    (await readFile(path, 'utf8').catch(() => '')).split('\n');
  let processes = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    const status = await lines(`/proc/${name}/status`);
    // Only inside a sandbox are there process numbers of another namespace beside the machine's.
    if ((status.find((line) => line.startsWith('NSpid:')) ?? '').split('\t').length > 2)
      processes += 1;
  }
  const groups = await readdir('/sys/fs/cgroup/memory').catch(() => readdir('/sys/fs/cgroup'));
  return {
    processes,
    groups: groups.filter((name) => name.startsWith('sluice-')).length,
    mounts: (await lines('/proc/self/mounts')).filter((line) => line.includes(dataDir)).length,
    files: (await readdir(dataDir, { recursive: true })).length,
    descriptors: (await readdir('/proc/self/fd')).length,
  };
}

function less(after: Remains, before: Remains): Remains {
  return {
    processes: after.processes - before.processes,
    groups: after.groups - before.groups,
    mounts: after.mounts - before.mounts,
    files: after.files - before.files,
    descriptors: after.descriptors - before.descriptors,
  };
}

const tree = await layer();
const times = await measure(tree);
const before = await remains();
const begin = performance.now();
const wrong = await soak(tree);
const seconds = Math.round((performance.now() - begin) / 100) / 10;
const left = less(await remains(), before);
await sandbox.close();
const afterClose = await remains();
await rm(dataDir, { recursive: true, force: true });

const table = Object.fromEntries(
  Object.entries(times).map(([kind, all]) => [
    kind,
    { median: quantile(all, 0.5), p90: quantile(all, 0.9), least: quantile(all, 0) },
  ]),
);
const median = (kind: string): number => table[kind]?.median ?? Number.NaN;
const minimalMedian = median('minimal bubblewrap');
const start = median('command in a workspace');
const problems = [
  ...(start <= aims.start ? [] : [`a command takes ${start} ms, more than ${aims.start}`]),
  ...(start <= aims.overMinimal * minimalMedian
    ? []
    : [`a command takes ${(start / minimalMedian).toFixed(1)} times a minimal bubblewrap`]),
  ...(median('question to a program that stays') <= aims.inside
    ? []
    : [`a question takes more than ${aims.inside} ms`]),
  ...Object.entries(wrong).map(([title, count]) => `${title}: ${count} wrong results`),
  ...Object.entries(left)
    .filter(([what, count]) => count > (what === 'descriptors' ? 2 : 0))
    .map(([what, count]) => `${count} ${what} are left`),
];
const report = {
  rounds,
  milliseconds: table,
  soak: { runs: soakRuns, sideBySide: side, seconds, wrong, left },
  afterClose: { processes: afterClose.processes, groups: afterClose.groups },
  problems,
};
if (values.json) console.log(JSON.stringify(report));
else {
  console.table(table);
  console.log(`${soakRuns} mixed runs, ${side} at a time, ${seconds} s; wrong:`, wrong);
  console.log('left behind:', left);
  console.log(problems.length === 0 ? 'every aim is met' : problems.join('\n'));
}
process.exitCode = problems.length === 0 ? 0 : 1;
