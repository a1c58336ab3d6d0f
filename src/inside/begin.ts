/**
 * Begins one command in a container that was started ahead for it: reads from standard input what to run, runs it with its
 * limits, hands its output on and ends as it ended. It runs as the command's own user and is trusted with nothing but that.
 * Its first two lines on the error stream say that it is there, and that the command began, or why not.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { constants as system } from 'node:os';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** What the app sends; its own input follows. */
export interface Order {
  /** Nobody but the app and this program knows it. */
  readonly token: string;
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments of prlimit. */
  readonly limits: readonly string[];
}

/** Exactly so many bytes: what follows is the command's. Undefined where the app went away. */
function readExactly(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const got = readSync(0, bytes, at, length - at, null);
    if (got === 0) return undefined;
    at += got;
  }
  return bytes;
}

function readOrder(): Order | undefined {
  const length = readExactly(4)?.readUInt32BE(0);
  const text = length === undefined ? undefined : readExactly(length)?.toString();
  return text === undefined ? undefined : (JSON.parse(text) as Order);
}

interface Pipe {
  readonly reader: Readable;
  readonly writer: number;
}

/** Real pipes of this user's: the container's own belong to someone else, who cannot be opened again as `/dev/stderr`. */
function openPipe(path: string): Pipe {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    reader: new Socket({ fd, readable: true, writable: false }),
    writer: openSync(path, constants.O_WRONLY),
  };
}

function handOn(reader: Readable, to: Writable): Promise<void> {
  // What reads at the other end may be gone before the command is.
  to.on('error', () => undefined);
  return new Promise((resolve) => {
    reader.on('close', resolve).on('error', resolve);
    reader.pipe(to, { end: false });
  });
}

function codeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(126));
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? system.signals[signal] : 9)),
    );
  });
}

/** Whether the kernel killed something in this container for want of memory; of each version of control groups one file tells. */
function killedForMemory(): boolean {
  return ['memory.events', 'memory/memory.oom_control'].some((name) => {
    try {
      return /^oom_kill [1-9]/mu.test(readFileSync(`/sys/fs/cgroup/${name}`, 'utf8'));
    } catch {
      // The other version, or a runtime that hides them.
      return false;
    }
  });
}

async function run({ token, argv, folder, environment, limits }: Order): Promise<number> {
  try {
    process.chdir(folder);
  } catch {
    process.stderr.write(`${token} refused\n`);
    return 0;
  }
  const paths = ['/run/stdout', '/run/stderr'] as const;
  spawnSync('/usr/bin/mkfifo', ['-m', '600', ...paths]);
  const [stdout, stderr] = [openPipe(paths[0]), openPipe(paths[1])];
  process.stderr.write(`${token} began\n`);
  const child = spawn('/usr/bin/prlimit', [...limits, '--', ...argv], {
    env: { ...environment },
    stdio: ['inherit', stdout.writer, stderr.writer],
  });
  for (const { writer } of [stdout, stderr]) closeSync(writer);
  const read = [handOn(stdout.reader, process.stdout), handOn(stderr.reader, process.stderr)];
  const code = await codeOf(child);
  // What it left running holds its output open: all of this user's go, in one step of the kernel's, but for this program.
  try {
    process.kill(-1, 'SIGKILL');
  } catch {
    // There was nobody left.
  }
  await Promise.all(read);
  if (killedForMemory()) process.stderr.write(`${token} out of memory\n`);
  return code;
}

// Anywhere but as the one program of a container its end would be everyone's.
const isAlone = process.ppid === 1;
if (isAlone) process.stderr.write('ready\n');
const order = isAlone ? readOrder() : undefined;
if (order) {
  const code = await run(order);
  await Promise.all(
    [process.stdout, process.stderr].map((to) => new Promise((done) => to.write('', done))),
  );
  process.exit(code);
}
