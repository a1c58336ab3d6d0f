/** The sandbox on bubblewrap: the port's contract for every kind of broker, and what the port does not say. */
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
} from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import { contractLimits, isRunning, sandboxContract, until } from '../../contracts/sandbox.ts';
import { standing } from '../../contracts/standing.ts';
import { broker, log, node, outputOf, root } from './checkout.ts';

const isRoot = process.getuid?.() === 0;

let folder = '';
let dataDir = '';
let sandbox: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  dataDir = join(folder, 'data');
  sandbox = bubblewrapSandbox({ dataDir, tools: [node], limits: contractLimits, log });
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the contract', () => {
  test.each([...sandboxContract, ...standing])('$title', ({ run }) => run({ sandbox, dataDir }));
});

describe.runIf(isRoot)('as root', () => {
  test('commands belong to a user of their own workspace, never to root', async () => {
    const [one, other] = await Promise.all([sandbox.open([]), sandbox.open([])]);
    const words = ['slot-one', 'slot-other'] as const;
    const commands = [one, other].map((workspace, index) =>
      workspace.exec({
        argv: ['/bin/sh', '-c', 'sleep 5; true', words[index] ?? ''],
        purpose: 'tool',
      }),
    );
    await until(() => words.every((word) => userOf(word) > 0));
    const users = words.map(userOf);
    expect(new Set(users).size).toBe(2);
    expect(users.every((user) => user > 64_000 && user < 65_100)).toBe(true);
    await Promise.all([one.close(), other.close(), ...commands]);
  });

  test('a second app on the machine leaves the control groups of the first alone, empty ones too', async () => {
    const { notes } = await sandbox.health();
    if (!notes.some(({ text }) => text.includes('control groups v'))) return;
    const workspace = await sandbox.open([]);
    const argv = ['/bin/sh', '-c', 'sleep 5; true', 'neighbour'];
    const command = workspace.exec({ argv, purpose: 'tool' });
    await until(() => processOf('neighbour') !== undefined);
    const groups = readFileSync(`/proc/${processOf('neighbour') ?? ''}/cgroup`, 'utf8');
    const base = /sluice-[^/]+/u.exec(groups)?.[0] ?? '';
    // As between the making of a group and its first process.
    const empty = foldersNamed(base).map((path) => join(path, 'c999'));
    expect(empty).not.toEqual([]);
    empty.forEach((path) => mkdirSync(path));
    const second = bubblewrapSandbox({ dataDir: join(folder, 'second'), tools: [node], log });
    await second.health();
    await second.close();
    expect(empty.filter((path) => !existsSync(path))).toEqual([]);
    empty.forEach((path) => rmdirSync(path));
    await workspace.close();
    await command;
  });

  test('a command has control groups of its own while it runs, and none are left of it', async () => {
    const { notes } = await sandbox.health();
    if (!notes.some(({ text }) => text.includes('control groups v'))) return;
    const workspace = await sandbox.open([]);
    const argv = ['/bin/sh', '-c', 'sleep 5; true', 'grouped'];
    const command = workspace.exec({ argv, purpose: 'tool' });
    await until(() => processOf('grouped') !== undefined);
    const groups = readFileSync(`/proc/${processOf('grouped') ?? ''}/cgroup`, 'utf8');
    const name = /sluice-[^/]+\/c\d+/u.exec(groups)?.[0] ?? '';
    expect(name).not.toBe('');
    expect(foldersNamed(name)).not.toEqual([]);
    await workspace.close();
    await command;
    expect(foldersNamed(name)).toEqual([]);
  });
});

/** The command itself, not the programs that made its sandbox. */
function processOf(word: string): string | undefined {
  return readdirSync('/proc').find((name) => {
    try {
      const words = readFileSync(join('/proc', name, 'cmdline'), 'utf8');
      return words.startsWith('/bin/sh\0-c\0sleep') && words.split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

/** As the machine knows it; -1 while it does not run. */
function userOf(word: string): number {
  const name = processOf(word);
  if (name === undefined) return -1;
  return Number(/^Uid:\s+(\d+)/mu.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
}

function foldersNamed(path: string): readonly string[] {
  const found = execFileSync('find', ['/sys/fs/cgroup', '-type', 'd', '-path', `*/${path}`]);
  return found.toString().split('\n').filter(Boolean);
}

/** Runs a broker on this checkout with `script` as its one command. */
function startBroker(script: string, word: string, stdio: (number | 'pipe' | 'ignore')[]) {
  const argv = [join(root, broker), script, join(folder, `data-${word}`), word];
  return spawn(process.execPath, argv, { stdio, env: {}, cwd: root });
}

test('when the broker is killed, everything that it started is gone at once', async () => {
  const word = `orphan-${String(process.pid)}`;
  const child = startBroker('while :; do sleep 0.1; done', word, ['ignore', 'pipe', 'pipe']);
  await until(() => isRunning(word) && commandsOf(word) > 1);
  const killed = performance.now();
  child.kill('SIGKILL');
  await until(() => !isRunning(word), 2_000);
  expect(performance.now() - killed).toBeLessThan(1_000);
});

/** The broker itself has the word among its arguments too. */
function commandsOf(word: string): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false;
    }
  }).length;
}

test('descriptors that the operator left open do not reach a command', async () => {
  const secret = join(folder, 'open-key');
  await writeFile(secret, 'canary');
  const open = openSync(secret, 'r');
  // Handed on as low and as high descriptors, which Node treats differently.
  const stdio: (number | 'pipe' | 'ignore')[] = ['ignore', 'pipe', 'pipe'];
  for (let each = 3; each < 40; each += 1) stdio.push(each === 5 || each > 30 ? open : 'ignore');
  const child = startBroker('ls -l /proc/self/fd; echo ran', 'descriptors', stdio);
  closeSync(open);
  const reading = outputOf(child);
  // The control: the broker does have it open.
  await until(() => [5, 35].every((each) => linkOf(child.pid, each) === secret));
  const output = await reading;
  expect(output).toContain('ran');
  expect(output).not.toContain('open-key');
  expect(output).not.toMatch(/ (?:[4-9]|\d\d+) ->/u);
});

function linkOf(pid: number | undefined, descriptor: number): string {
  try {
    return readlinkSync(`/proc/${pid ?? 0}/fd/${descriptor}`);
  } catch {
    return '';
  }
}

test('when the runner dies, the command fails as unavailable and the next workspace works', async () => {
  const own = bubblewrapSandbox({ dataDir: join(folder, 'own'), tools: [node], log });
  const before = new Set(childrenOf(process.pid));
  const workspace = await own.open([]);
  const [runner] = childrenOf(process.pid).filter((pid) => !before.has(pid));
  if (runner === undefined) throw new Error('the runner is not there');
  const argv = ['/bin/sh', '-c', 'sleep 20; true', 'dying'];
  const command = workspace.exec({ argv, purpose: 'test' });
  const failed = expect(command).rejects.toMatchObject({ kind: 'unavailable' });
  await until(() => processOf('dying') !== undefined);
  const groups = readFileSync(`/proc/${processOf('dying') ?? ''}/cgroup`, 'utf8');
  process.kill(runner, 'SIGKILL');
  await failed;
  await until(() => processOf('dying') === undefined);
  await workspace.close();
  const next = await own.open([]);
  expect(await next.exec({ argv: ['true'], purpose: 'tool' })).toMatchObject({ exitCode: 0 });
  // The new runner swept what the old one could not remove.
  const left = /sluice-[^/]+/u.exec(groups)?.[0];
  if (left !== undefined) expect(foldersNamed(left)).toEqual([]);
  await own.close();
});

function childrenOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number);
}

test('what is too much for one request is refused, and the runner lives on', async () => {
  const [one, other] = await Promise.all([sandbox.open([]), sandbox.open([])]);
  const argv = ['wc', '-c'];
  const input = 'x'.repeat(130 * 2 ** 20);
  await expect(one.exec({ argv, purpose: 'tool', input })).rejects.toMatchObject({
    code: 'workspace-refused',
  });
  for (const workspace of [one, other]) {
    const done = await workspace.exec({ argv, purpose: 'tool', input: 'x' });
    expect(done.stdout).toBe('1\n');
    await workspace.close();
  }
});

test('it refuses to work, and says what is wrong, instead of running without', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const cases = [
    { dataDir: join(file, 'data'), tools: [node] },
    { dataDir, tools: [{ from: join(folder, 'absent'), to: '/opt/tools/x' }] },
    { dataDir, tools: [node], runner: join(folder, 'absent', 'src', 'runner.ts') },
  ];
  for (const options of cases) {
    const broken = bubblewrapSandbox({ ...options, log });
    await expect(broken.open([])).rejects.toMatchObject({ code: 'sandbox-unavailable' });
    const { works, notes } = await broken.health();
    expect(works).toBe(false);
    expect(notes).toMatchObject([{ level: 'missing', text: /./u, remedy: /./u }]);
    await broken.close();
  }
});

test('a layer outside of the data directory is refused', async () => {
  await mkdir(join(folder, 'elsewhere'), { recursive: true });
  await symlink('/etc', join(dataDir, 'link')).catch(() => undefined);
  for (const path of [join(folder, 'elsewhere'), join(dataDir, 'link'), join(dataDir, 'absent')]) {
    await expect(sandbox.open([{ key: 'k', path }])).rejects.toMatchObject({
      code: 'sandbox-failed',
    });
  }
});

test('the machine shows no mount of a workspace', async () => {
  const workspace = await sandbox.open([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('/stage/');
  expect(existsSync('/stage')).toBe(false);
  await workspace.close();
});
