/** Arena: where attacks are tried, with the real parts of the product and a folder that is gone afterwards. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openSandbox } from '#app.ts';
import type { Config } from '#config.ts';
import type { Execution, Layer, Sandbox } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import type { LimitSettings } from '#workspace/limits.ts';

export interface Arena {
  /** The product's own sandbox, with the operator's settings. */
  readonly sandbox: Sandbox;
  /** The same with small limits, so that what exceeds them is small too where nothing limits it. */
  readonly narrow: Sandbox;
  /** A new empty folder, gone when the battery ends. */
  readonly folder: () => Promise<string>;
  /** A layer that the sandbox opens, with these files. */
  readonly layer: (files: Readonly<Record<string, string>>) => Promise<Layer>;
  /** Runs a program on the machine itself, as the control of what the sandbox runs. */
  readonly outside: (argv: readonly string[], options?: Outside) => Promise<Execution>;
  /** What an attack opened is closed when the battery ends, the last first. */
  readonly closing: (close: () => Promise<void>) => void;
  readonly log: Log;
  /** The operator's settings. */
  readonly config: Pick<Config, 'sandbox'>;
  /** Where programs of the machine are looked for. */
  readonly path: string;
}

export interface Outside {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Milliseconds for a control. */
const patience = 20_000;
/** More than the sandbox keeps, so that a flood can be told. */
const keptOutput = 2 ** 25;

const small = {
  ...{ memory: 224 * 2 ** 20, processes: 64, disk: 48 * 2 ** 20, inodes: 3_000 },
  ...{ fileSize: 16 * 2 ** 20, wall: 30_000 },
};
const smallLimits: LimitSettings = { tool: small, test: small };

/** Prepared once for an arena, by whichever attack needs it first; what it opened ends with the arena. */
export function perArena<T>(prepare: (arena: Arena) => Promise<T>): (arena: Arena) => Promise<T> {
  const prepared = new WeakMap<Arena, Promise<T>>();
  return (arena) => {
    const found = prepared.get(arena) ?? prepare(arena);
    prepared.set(arena, found);
    return found;
  };
}

export interface OpenArena extends Arena {
  close(): Promise<void>;
}

export interface ArenaOptions {
  readonly config: Config;
  readonly log: Log;
  /** Where controls look for programs: PATH. */
  readonly path: string;
}

/** The data folder is a new one of the arena's own: the operator's is never attacked. */
export async function openArena({ config, log, path }: ArenaOptions): Promise<OpenArena> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-battery-'));
  // Users that the App drops to must pass through it.
  await chmod(root, 0o711);
  const dataFolder = join(root, 'data');
  await mkdir(join(dataFolder, 'layers'), { recursive: true, mode: 0o711 });
  const sandbox = openSandbox({ config: { ...config, dataFolder }, log });
  const narrow = openSandbox({ config: { ...config, dataFolder }, log, limits: smallLimits });
  const folder = (): Promise<string> => mkdtemp(join(root, 'place-'));
  const opened: (() => Promise<void>)[] = [];
  return {
    closing: (close) => void opened.unshift(close),
    sandbox,
    narrow,
    log,
    config,
    path,
    folder,
    outside: (argv, options) => outside(argv, path, options),
    async layer(files) {
      const key = randomUUID();
      const tree = join(dataFolder, 'layers', key);
      await mkdir(tree);
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(tree, name)), { recursive: true });
        await writeFile(join(tree, name), text);
      }
      return { key, path: tree };
    },
    async close() {
      for (const close of opened) await close();
      await Promise.all([sandbox.close(), narrow.close()]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function outside(argv: readonly string[], path: string, options: Outside = {}): Promise<Execution> {
  const [program = '', ...args] = argv;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? tmpdir(),
      env: { PATH: path, ...options.environment },
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        if (text.length < keptOutput) text += chunk.toString();
      });
      return () => text;
    });
    child.on('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    child.on('close', (exitCode, signal) => {
      const milliseconds = Math.round(performance.now() - started);
      const words = { stdout: stdout?.() ?? '', stderr: stderr?.() ?? '' };
      const timedOut = signal === 'SIGKILL' && milliseconds >= patience;
      resolve({
        exitCode,
        signal,
        timedOut,
        outOfMemory: false,
        truncated: false,
        milliseconds,
        ...words,
      });
    });
  });
}
