/** Execute: runs one command in its sandbox from the runner, with every limit, and returns only when all of it is dead. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Readable, Writable } from 'node:stream';
import { openSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution } from '#ports/sandbox.ts';
import { errors } from '#core/errors.ts';
import type { ControlGroups, Group } from './cgroups.ts';
import { commandArguments, type CommandSpec } from './command-line.ts';
import { killProcess, killWithChildren } from './kill.ts';
import { watchMemory } from './memory-watch.ts';
import { readOutput } from './output.ts';
import { closeDescriptors, openPipe } from './pipes.ts';
import type { Slot } from './overlay.ts';
import { systemPath } from './system.ts';

export interface Machinery {
  readonly groups: ControlGroups | undefined;
  /** Path of the seccomp program, or undefined on machines without a table. */
  readonly filter: string | undefined;
}

export interface Order {
  readonly spec: Omit<CommandSpec, 'statusDescriptor' | 'seccompDescriptor' | 'etcFiles'>;
  readonly etcFiles: readonly string[];
  /** The folder of the workspace's named pipes. */
  readonly pipes: string;
  readonly input: string | null;
  readonly slot: Slot | undefined;
}

export interface Running {
  readonly done: Promise<Execution>;
  kill(): void;
}

/** Enters the groups given before `--`, then becomes the rest: the words are arguments, the script never changes. */
const enterGroups =
  'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"';

export function execute(machinery: Machinery, order: Order): Running {
  const group = machinery.groups?.group(order.spec.limits);
  const filters = machinery.filter === undefined ? [] : [openSync(machinery.filter, 'r')];
  const [program, ...args] = argumentsOf(order, group, filters.length > 0);
  const started = performance.now();
  const stdout = openPipe(order.pipes, 'stdout');
  const stderr = openPipe(order.pipes, 'stderr');
  const handed = [stdout.writer, stderr.writer, ...filters];
  try {
    const { process, stdin, status } = asChild(
      spawn(program, args, {
        env: { PATH: systemPath },
        cwd: '/',
        stdio: [
          order.input === null ? 'ignore' : 'pipe',
          stdout.writer,
          stderr.writer,
          'pipe',
          ...filters,
        ],
      }),
    );
    const child = { process, stdin, status, stdout: stdout.reader, stderr: stderr.reader };
    const tree = watchTree(child);
    return {
      done: finish({ child, tree, group, order, started }),
      kill: () => tree.kill(),
    };
  } catch (error) {
    // Words that are too long for the system, which a model may have written.
    stdout.reader.destroy();
    stderr.reader.destroy();
    group?.remove();
    throw errors.workspaceRefused(`The command cannot be started: ${wordsOf(error)}`);
  } finally {
    closeDescriptors(handed);
  }
}

/** A program and its arguments. */
type Vector = readonly [string, ...string[]];

function argumentsOf(order: Order, group: Group | undefined, isFiltered: boolean): Vector {
  const inSandbox = commandArguments({
    ...order.spec,
    etcFiles: order.etcFiles,
    statusDescriptor: 3,
    seccompDescriptor: isFiltered ? 4 : undefined,
  });
  const bubblewrap: Vector = ['bwrap', ...inSandbox];
  const asSlot: Vector = order.slot ? [...dropTo(order.slot), ...bubblewrap] : bubblewrap;
  if (group) return ['/bin/sh', '-c', enterGroups, 'sh', ...group.entries, '--', ...asSlot];
  return asSlot;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function dropTo({ uid, gid }: Slot): Vector {
  return [
    'setpriv',
    ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--'],
  ];
}

/** A child whose streams are known to be there. */
interface Child {
  readonly process: ChildProcess;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly status: Readable;
}

function asChild(child: ChildProcess): Pick<Child, 'process' | 'stdin' | 'status'> {
  const status = child.stdio[3];
  if (!status || !('read' in status)) throw new Error('a pipe is missing');
  return { process: child, stdin: child.stdin, status };
}

interface Tree {
  /** The process that the whole sandbox lives by; undefined until there is one. */
  first(): number | undefined;
  kill(): void;
  wasKilled(): boolean;
  /** Resolves when no process of the sandbox is left. */
  gone(): Promise<void>;
  /** The command's exit code as bubblewrap tells it; undefined when it never came to run it. */
  exitCode(): number | undefined;
}

/** Follows bubblewrap's status lines: the process that the whole sandbox dies with, and how the command ended. */
function watchTree({ process: child, status }: Child): Tree {
  let text = '';
  let killed = false;
  status.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  status.on('error', () => undefined);
  const number = (name: string) => {
    const found = new RegExp(`"${name}"\\s*:\\s*(\\d+)`, 'u').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const first = () => number('child-pid');
  return {
    first,
    exitCode: () => number('exit-code'),
    wasKilled: () => killed,
    kill: () => {
      killed = true;
      const { pid: outer } = child;
      // Never started: there is nothing to kill, and 0 would be all of us.
      if (outer === undefined) return;
      const all = () => void killWithChildren(outer).catch(() => child.kill('SIGKILL'));
      const pid = first();
      // Its own first process takes all others with it, and bubblewrap, which waits for it, stays to clean up.
      if (pid === undefined || !killProcess(pid)) all();
      else setTimeout(() => child.exitCode ?? child.signalCode ?? all(), 500).unref();
    },
    gone: async () => {
      const pid = first();
      // bubblewrap ends with its command; what that left running lives until this process is dead too.
      while (pid !== undefined && killProcess(pid)) await sleep(1);
    },
  };
}

interface Started {
  readonly child: Child;
  readonly tree: Tree;
  readonly group: Group | undefined;
  readonly order: Order;
  readonly started: number;
}

type Reason = 'time' | 'flood' | 'memory';

async function finish({ child, tree, group, order, started }: Started): Promise<Execution> {
  // Why we ended it ourselves, if we did.
  let stopped: Reason | undefined;
  const stop = (reason: Reason) => {
    stopped ??= reason;
    tree.kill();
  };
  const stdout = readOutput(child.stdout, () => stop('flood'));
  const stderr = readOutput(child.stderr, () => stop('flood'));
  const guards = guard(order, { tree, group, stop });
  // A command that does not read its input closes the pipe.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(order.input);
  try {
    await ended(child, tree);
    const killed = group ? group.outOfMemoryKills() > 0 : stopped === 'memory';
    const code = tree.exitCode();
    // Killed by nobody, and bubblewrap never came to tell of an end.
    if (code === undefined && !killed && !tree.wasKilled()) throw notStarted(stderr.text());
    return {
      ...endOf(code),
      timedOut: stopped === 'time',
      outOfMemory: killed || saysOutOfMemory(code, stderr.text()),
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.isCut() || stderr.isCut(),
      milliseconds: Math.round(performance.now() - started),
    };
  } finally {
    guards.stop();
    group?.remove();
  }
}

/** Watches the clock, and the memory where no control group does. */
function guard(
  { spec: { limits } }: Order,
  on: {
    readonly tree: Tree;
    readonly group: Group | undefined;
    readonly stop: (reason: Reason) => void;
  },
): { stop(): void } {
  const timer = setTimeout(() => on.stop('time'), limits.wall);
  const watch = on.group
    ? undefined
    : watchMemory(
        () => on.tree.first(),
        limits.memory,
        () => on.stop('memory'),
      );
  return {
    stop: () => {
      clearTimeout(timer);
      watch?.stop();
    },
  };
}

function notStarted(words: string): Error {
  // An earlier command closed it; trying again would not help.
  if (words.startsWith("bwrap: Can't chdir")) {
    return errors.workspaceRefused('The folder of the command cannot be entered.');
  }
  return errors.sandboxFailed(`The command could not be started: ${words.slice(-1000)}`);
}

/** Resolves when bubblewrap has ended, nothing of its sandbox lives, and the pipes are read to their end. */
async function ended({ process: child, stdout, stderr }: Child, tree: Tree): Promise<void> {
  try {
    await Promise.all([
      once(child, 'exit').then(() => tree.gone()),
      // Only now are the status lines read to their end, which name the process that must be gone.
      once(child, 'close').then(() => tree.gone()),
      finished(stdout),
      finished(stderr),
    ]);
  } catch (error) {
    throw notStarted(wordsOf(error));
  }
}

const signals = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** As every shell does it, bubblewrap says 128 and the signal's number for a command that a signal ended. */
function endOf(code: number | undefined): Pick<Execution, 'exitCode' | 'signal'> {
  if (code === undefined) return { exitCode: null, signal: 'SIGKILL' };
  const signal = signals.get(code - 128);
  return signal === undefined ? { exitCode: code, signal: null } : { exitCode: null, signal };
}

/** Engines that meet a limit of their own give up, and say so. */
function saysOutOfMemory(code: number | undefined, stderr: string): boolean {
  return (
    code !== 0 &&
    /out of memory|MemoryError|cannot allocate memory|allocation failed/iu.test(stderr)
  );
}
