/** Engine: docker or podman by its command line, and what each is told so that a container holds strange code. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { errors } from '#core/errors.ts';

export interface Engine {
  readonly kind: 'docker' | 'podman';
  readonly program: string;
  /** What it finds of our environment: where its own settings and its socket are. */
  readonly environment: Readonly<Record<string, string>>;
  /** The runtime that it is asked for, `runsc` for example; its own choice when undefined. */
  readonly runtime: string | undefined;
  /** The machine's number of the container's first user; undefined where that is not ours to choose. */
  readonly firstUid: number | undefined;
  /** Whether users inside are other users on the machine. */
  readonly apart: boolean;
}

/** Milliseconds in which it must do what it is asked: a busy machine takes many seconds to remove a container. */
const patience = 120_000;
const folders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/bin'];
const windows = ['C:\\Program Files\\Docker\\Docker\\resources\\bin\\docker.exe'];

function findProgram(name: string): string | undefined {
  const places = [
    ...folders.map((folder) => join(folder, name)),
    ...(name === 'docker' ? windows : []),
  ];
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      // Not here, or not ours to run.
      return false;
    }
  });
}

const PodmanInfo = z.object({
  host: z.object({
    cgroupVersion: z.string(),
    ociRuntime: z.object({ name: z.string() }),
    security: z.object({ rootless: z.boolean() }),
  }),
});
const DockerInfo = z.object({ SecurityOptions: z.array(z.string()).nullable().default([]) });

export interface Asked {
  readonly environment: Readonly<Record<string, string>>;
  readonly runtime: string | undefined;
}

/** The first engine that answers: podman on Linux, where it can map users for each container, else docker. Throws refused. */
export async function findEngine(asked: Asked): Promise<Engine> {
  const kinds = ['podman', 'docker'] as const;
  const problems: string[] = [];
  for (const kind of process.platform === 'linux' ? kinds : [...kinds].reverse()) {
    const program = findProgram(kind);
    if (program === undefined) continue;
    try {
      return await describe(kind, program, asked);
    } catch (error) {
      problems.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw errors.sandboxUnavailable(
    problems.length === 0
      ? 'Neither podman nor docker is installed.'
      : `No container engine answers: ${problems.join('; ')}`,
    'Install podman or docker, and start its service (Docker Desktop on macOS and Windows).',
  );
}

async function describe(kind: Engine['kind'], program: string, asked: Asked): Promise<Engine> {
  const environment = {
    PATH: folders.join(':'),
    HOME: homedir(),
    LC_ALL: 'C',
    ...asked.environment,
  };
  const bare = { kind, program, environment, runtime: undefined, firstUid: undefined, apart: true };
  const info: unknown = JSON.parse(await engineSays(bare, ['info', '--format', '{{json .}}']));
  if (kind === 'docker') {
    const options = DockerInfo.parse(info).SecurityOptions ?? [];
    const apart = options.some((each) => /name=(userns|rootless)/u.test(each));
    // The daemons of macOS and Windows live in a machine of their own.
    return { ...bare, runtime: asked.runtime, apart: apart || process.platform !== 'linux' };
  }
  const { cgroupVersion, ociRuntime, security } = PodmanInfo.parse(info).host;
  // crun does not know control groups of the first version beside those of the second.
  const needsRunc = cgroupVersion === 'v1' && ociRuntime.name === 'crun' && findRunc();
  const runtime = asked.runtime ?? (needsRunc ? 'runc' : undefined);
  return { ...bare, runtime, firstUid: security.rootless ? undefined : firstUidOf('containers') };
}

function findRunc(): boolean {
  return ['/usr/sbin/runc', '/usr/bin/runc', '/usr/local/sbin/runc'].some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      // Not here.
      return false;
    }
  });
}

/** As the machine's owner set users apart for containers; far above people's where nothing is set. */
function firstUidOf(name: string): number {
  try {
    const line = readFileSync('/etc/subuid', 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${name}:`));
    return Number(line?.split(':')[1] ?? 1_879_048_192);
  } catch {
    // There is no such file.
    return 1_879_048_192;
  }
}

/** Standard output of one call. Rejects with the engine's own words. */
export function engineSays(engine: Engine, args: readonly string[]): Promise<string> {
  const options = { env: engine.environment, timeout: patience, maxBuffer: 16 * 2 ** 20 };
  return new Promise((resolve, reject) => {
    const child = execFile(engine.program, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().slice(-1000) || error.message, { cause: error }));
      else resolve(stdout);
    });
    child.stdin?.end();
  });
}

/** `run` attached to our three pipes. */
export function startContainer(
  engine: Engine,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  const child = spawn(engine.program, args, { env: engine.environment, cwd: '/' });
  child.stdin.on('error', () => undefined);
  return child;
}

/** Ends and removes containers, however often that takes: the engine may be busy with the end of one by itself. */
export async function removeContainers(engine: Engine, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const now = engine.kind === 'podman' ? ['--time', '0'] : [];
  await removeAll(engine, ['rm', '--force', ...now, ...names]);
}

export async function removeVolumes(engine: Engine, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await removeAll(engine, ['volume', 'rm', '--force', ...names]);
}

async function removeAll(engine: Engine, args: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engineSays(engine, args);
      return;
    } catch (error) {
      const words = error instanceof Error ? error.message : '';
      if (/no such (container|volume)|no container with/iu.test(words)) return;
      if (attempt === 8) throw errors.sandboxFailed(`${args[0] ?? ''}: ${words}`);
      await sleep(50 * attempt);
    }
  }
}
