/** Sandbox on bubblewrap: workspaces in a runner apart, without network, secrets or an environment of ours. */
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asSluiceError, errors } from '#core/errors.ts';
import type { Sandbox, SandboxHealth } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import { keptLayer, layerPath, prepareFolders, type Folders } from '#workspace/shelf.ts';
import { checkersMount, toolsFolder } from '#workspace/environment.ts';
import type { Tool } from './command-line.ts';
import { explainFailure, findProgram, missingPrograms } from './host.ts';
import { limitsFor, type LimitSettings } from '#workspace/limits.ts';
import { OpenWorkspace } from './open-workspace.ts';
import { claims, knownFile, probeArgv, probeFile, type Claim } from '#workspace/probe.ts';
import type { Started } from './protocol.ts';
import { RunnerProcess } from './runner-process.ts';
import { sweepFolders } from './sweep.ts';

export interface BubblewrapOptions {
  /** Made when it is missing. Layers that are opened must lie in its `layers`; those kept lie in its `kept`. */
  readonly dataDir: string;
  /** The tool chain: files and folders of ours, read-only below `/opt/tools`, whose `bin` is first in PATH, and `/opt/checkers`. */
  readonly tools: readonly Tool[];
  readonly limits?: LimitSettings;
  readonly log: Log;
  /** The runner's program; that of this checkout when absent. */
  readonly runner?: string;
  /** Where the user ids of commands begin when the app is root: this one and the thousand above. */
  readonly firstUid?: number;
}

/** A runner that was started and whose probe found no breach. */
interface Ready {
  readonly runner: RunnerProcess;
  readonly started: Started;
  readonly folders: Folders;
  readonly probed: readonly Claim[];
}

const defaultFirstUid = 64_000;
/** Of the machine and of the runner. */
const strangePlaces = [
  'root',
  'etc/shadow',
  'var',
  'srv',
  'mnt',
  'stage',
  'gates',
  'app',
  'sys',
].map((name) => `/${name}`);
export function bubblewrapSandbox(options: BubblewrapOptions): Sandbox {
  const asRoot = process.getuid?.() === 0;
  let ready: Promise<Ready> | undefined;
  let closed = false;

  /** One runner for all; a new one when it failed to start or died. */
  async function usable(): Promise<Ready> {
    if (closed) throw errors.sandboxFailed('The sandbox is closed.');
    const awaited = (ready ??= start(options, asRoot));
    const held = await awaited.catch((error: unknown) => {
      if (ready === awaited) ready = undefined;
      throw error;
    });
    if (held.runner.isUsable) return held;
    if (ready === awaited) ready = undefined;
    return usable();
  }

  return {
    health: async () => {
      try {
        const { started, probed } = await usable();
        return { works: true, notes: [...notesOf(started, asRoot), ...probed.map(noteOf)] };
      } catch (thrown) {
        const { message, hint } = asSluiceError(thrown);
        const note = { level: 'missing', text: message, ...(hint && { remedy: hint }) } as const;
        return { works: false, notes: [note] };
      }
    },
    open: async (layers) => {
      const { runner, folders } = await usable();
      const paths = await Promise.all(layers.map((layer) => layerPath(layer, folders)));
      const limits = limitsFor('tool', options.limits ?? {});
      const { workspace } = await runner.ask({ do: 'open', layers: paths, limits });
      return new OpenWorkspace({ runner, id: workspace, folders, limits: options.limits ?? {} });
    },
    kept: (key) => keptLayer(options.dataDir, key),
    close: async () => {
      closed = true;
      const held = await ready?.catch(() => undefined);
      await held?.runner.end();
    },
  };
}

/** Throws refused `sandbox-unavailable` where the sandbox cannot work or does not hold; nothing runs then. */
async function start(options: BubblewrapOptions, asRoot: boolean): Promise<Ready> {
  const lack = missingPrograms(process.platform);
  if (lack) throw errors.sandboxUnavailable(lack.problem, lack.remedy);
  const folders = await prepareFolders(options.dataDir);
  await sweepFolders(folders, Date.now());
  const firstUid = options.firstUid ?? defaultFirstUid;
  const spec = {
    bubblewrap: findProgram('bwrap') ?? 'bwrap',
    asRoot,
    folders,
    tools: await checkTools(options.tools),
    program: options.runner ?? fileURLToPath(new URL('../../runner.ts', import.meta.url)),
    firstUid,
  };
  // Whoever installed the checkers made them readable for all; there are too many files to look at each time.
  const tools = options.tools.map(({ to }) => to).filter((to) => to !== checkersMount);
  let runner: RunnerProcess | undefined;
  try {
    runner = new RunnerProcess(spec);
    const started = await runner.ask({ do: 'start', asRoot, tools, firstUid });
    const probed = await probe(runner, started, { asRoot, folders, limits: options.limits ?? {} });
    const found = probed.filter(({ holds }) => !holds).map(({ breach }) => breach);
    if (found.length > 0) throw new Error(found.join('; '));
    options.log.info({ asRoot, ...started }, 'sandbox runner started');
    return { runner, started, folders, probed };
  } catch (thrown) {
    await runner?.end();
    const { problem, remedy } = explainFailure(asSluiceError(thrown).message);
    options.log.error({ problem, remedy }, 'sandbox does not work');
    throw errors.sandboxUnavailable(problem, remedy);
  }
}

/** Looks around in a new sandbox. Throws when the probe itself fails. */
async function probe(
  runner: RunnerProcess,
  { seccomp }: Started,
  on: { asRoot: boolean; folders: Folders; limits: LimitSettings },
): Promise<readonly Claim[]> {
  const limits = limitsFor('tool', on.limits);
  const layers = [await probeLayer(on.folders.layers)];
  const { workspace } = await runner.ask({ do: 'open', layers, limits });
  try {
    const plain = { environment: {}, folder: '', input: null, gate: null };
    const argv = [...probeArgv(strangePlaces)];
    const execution = await runner.ask({ do: 'exec', workspace, argv, limits, ...plain });
    if (execution.exitCode !== 0)
      throw new Error(`the probe failed: ${execution.stderr.slice(-500)}`);
    const { uid } = await runner.ask({ do: 'owner', workspace, path: probeFile });
    return claims({ execution, owner: uid, asRoot: on.asRoot, seccomp });
  } finally {
    await runner.ask({ do: 'close', workspace });
  }
}

function noteOf({ name }: Claim): SandboxHealth['notes'][number] {
  return { level: 'ok', text: `Probed: ${name}.` };
}

function notesOf(started: Started, asRoot: boolean): SandboxHealth['notes'] {
  const { version, problem } = started.controlGroups;
  return [
    {
      level: 'ok',
      text: asRoot
        ? 'Commands run without network, each workspace as a user of its own.'
        : 'Commands run without network, in user namespaces of this user.',
    },
    version === null
      ? {
          level: 'weaker',
          text: `Memory is looked at ten times a second instead of limited by the kernel, and cores are not limited: control groups cannot be made (${problem}).`,
          remedy: asRoot
            ? 'Start the app where /sys/fs/cgroup is writable, for example as a systemd service with Delegate=yes and DelegateSubgroup=app.'
            : 'Start the app as root, or as a systemd service with User=, Delegate=yes and DelegateSubgroup=app; in a container limit its memory and processes as a whole, as docker/compose.yaml does.',
        }
      : {
          level: 'ok',
          text: `Memory, processes and cores are limited (control groups v${version}).`,
        },
    started.seccomp
      ? { level: 'ok', text: 'System calls that no command needs are refused.' }
      : {
          level: 'weaker',
          text: `System calls are not filtered: there is no table for ${process.arch}.`,
          remedy: 'Use a machine with x64 or arm64.',
        },
  ];
}

/** A layer of the data directory's own file system, which must be one that overlays can lie on. */
async function probeLayer(layers: string): Promise<string> {
  const path = join(layers, '.probe');
  await mkdir(path, { recursive: true });
  await writeFile(join(path, knownFile), '');
  return path;
}

/** Links are followed here, once; the runner sees only what they lead to. */
async function checkTools(tools: readonly Tool[]): Promise<readonly Tool[]> {
  return Promise.all(
    tools.map(async ({ from, to }) => {
      const stands = to === checkersMount || to.startsWith(`${toolsFolder}/`);
      if (posix.normalize(to) !== to || !stands) {
        throw errors.sandboxFailed(`The tool ${to} does not stand below ${toolsFolder}.`);
      }
      const path = await realpath(from).catch(() => undefined);
      if (path === undefined) {
        throw errors.sandboxUnavailable(
          `The tool ${from} is not there or cannot be read.`,
          'Run: npm ci',
        );
      }
      return { from: path, to };
    }),
  );
}
