/** Contained: one program in a container of its own, begun ahead and told later what it is. */
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { once } from 'node:events';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errors } from '#core/errors.ts';
import { environment } from '#workspace/environment.ts';
import { processLimits, type Limits } from '#workspace/limits.ts';
import { engineSays, removeContainers, startContainer } from './engine.ts';
import { ours, runArguments, type House, type Mount } from './flags.ts';

export interface Wanted {
  readonly argv: readonly string[];
  /** Relative to the repository. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Limits;
}

/** Bytes of one word, and of all together, that the system takes at most. */
const maxWord = 128 * 1024 - 1;
const maxWords = 1024 * 1024;
/** Milliseconds for which the engine's client may outlive its container. */
const grace = 500;

/** Whose name ends so was made by this process; what one of a dead process made the sweeper removes. */
const maker = `${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-${String(process.pid)}`;

export function newName(what: string): string {
  return `sluice-${what}-${maker}-${randomBytes(6).toString('hex')}`;
}

/** Whether a container or volume of this name was made by a process of this machine that is gone. */
export function isLeft(name: string): boolean {
  const [, host, pid] = /^sluice-[a-z]+-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/u.exec(name) ?? [];
  if (pid === undefined || host !== maker.slice(0, 8)) return false;
  try {
    return !process.kill(Number(pid), 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Holds a container until `end`. */
export class Contained {
  readonly child: ChildProcessWithoutNullStreams;
  readonly name: string;
  readonly limits: Limits;
  readonly #house: House;
  readonly #closed: Promise<unknown>;
  readonly #token = randomBytes(16).toString('hex');
  #ready: Promise<string> | undefined;
  #ending: Promise<void> | undefined;

  constructor(house: House, order: { what: string; limits: Limits; mounts: readonly Mount[] }) {
    this.#house = house;
    this.limits = order.limits;
    this.name = newName(order.what);
    const isKeeper = order.what === 'keeper';
    const box = {
      name: this.name,
      limits: order.limits,
      mounts: order.mounts,
      powers: isKeeper ? 'files' : 'none',
      argv: ours(isKeeper ? 'keeper.ts' : 'begin.ts'),
    } as const;
    this.child = startContainer(house.engine, runArguments(house, box));
    this.#closed = new Promise((resolve) => {
      this.child.on('close', resolve).on('error', resolve);
    });
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && !this.#ending;
  }

  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** Throws unavailable when it did not come about, with the engine's words. */
  async isThere(): Promise<void> {
    const said = await (this.#ready ??= firstLine(this.child.stderr));
    if (said === 'ready' || this.isEnding) return;
    await this.end();
    throw errors.sandboxFailed(`The container could not be started: ${said.slice(0, 1000)}`);
  }

  /**
   * Begins the program; what is written to the child's input afterwards is its own. Throws invalid `workspace-refused` where
   * the folder cannot be entered, and unavailable when the container did not come to it.
   */
  async begin(wanted: Wanted): Promise<void> {
    await this.isThere();
    const token = this.#token;
    const order = {
      token,
      argv: wanted.argv,
      folder: wanted.folder === '' ? '/repo' : `/repo/${wanted.folder}`,
      environment: { ...environment, ...wanted.environment },
      limits: processLimits(wanted.limits),
    };
    const text = Buffer.from(JSON.stringify(order));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    this.child.stdin.write(Buffer.concat([length, text]));
    const said = await firstLine(this.child.stderr);
    if (said === `${token} began`) return;
    const isRefused = said === `${token} refused`;
    if (this.isEnding) return;
    await this.end();
    throw isRefused
      ? errors.workspaceRefused('The folder of the command cannot be entered.')
      : errors.sandboxFailed(`The command could not be started: ${said.slice(0, 1000)}`);
  }

  /** What it says at the end of its error stream where the kernel killed something for want of memory. */
  get lastMemoryWords(): string {
    return `${this.#token} out of memory\n`;
  }

  /** The same from the engine, for one that could not say it any more. To be asked before it ends. */
  async ranOutOfMemory(): Promise<boolean> {
    const args = ['inspect', '--format', '{{.State.OOMKilled}}', this.name];
    const said = await engineSays(this.#house.engine, args).catch(() => '');
    return said.trim() === 'true';
  }

  /** Resolves when nothing of it is left. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    await removeContainers(this.#house.engine, [this.name]);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), grace);
    await this.#closed;
    clearTimeout(timer);
    // Its client may have been on the way to make it when there was nothing to remove.
    await removeContainers(this.#house.engine, [this.name]);
  }
}

/** Up to the first end of a line, which is taken off; what follows stays in the stream. */
async function firstLine(stream: Readable): Promise<string> {
  let held = Buffer.alloc(0);
  for (;;) {
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) held = Buffer.concat([held, chunk]);
    const end = held.indexOf('\n');
    if (end >= 0) {
      if (end + 1 < held.length) stream.unshift(held.subarray(end + 1));
      return held.toString('utf8', 0, end);
    }
    if (stream.readableEnded || stream.destroyed) return held.toString();
    if (chunk === null) {
      await Promise.race([once(stream, 'readable'), once(stream, 'end'), once(stream, 'close')]);
    }
  }
}

/** Throws invalid `workspace-refused` on words that no program can be given. A model may have written them. */
export function assertWords(words: readonly string[]): void {
  if (words.some((word) => word.includes('\0'))) {
    throw errors.workspaceRefused('The command has a NUL character among its words.');
  }
  const sizes = words.map((word) => Buffer.byteLength(word));
  if (sizes.some((size) => size > maxWord) || sizes.reduce((sum, size) => sum + size, 0) > maxWords)
    throw errors.workspaceRefused('The command is longer than the system takes.');
}
