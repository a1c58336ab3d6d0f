/** Sandbox on docker or podman: for each command a container without network, secrets or an environment of ours. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asSluiceError, errors } from '#core/errors.ts';
import type { Sandbox, SandboxHealth, Workspace } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import type { LimitSettings } from '#workspace/limits.ts';
import { breaches, knownFile, probeArgv } from '#workspace/probe.ts';
import { keptLayer, layerPath, prepareFolders, type Folders } from '#workspace/shelf.ts';
import type { House } from './flags.ts';
import { clearHouse, layHouse } from './house.ts';
import { ContainerWorkspace } from './workspace.ts';

export interface ContainerOptions {
  /** Made when it is missing. Layers that are opened must lie in its `layers`; those kept lie in its `kept`. */
  readonly dataDir: string;
  /** Name, digest or id of an image that is there; `docker/sandbox.Dockerfile` makes it. */
  readonly image: string;
  /** The runtime that the engine is asked for, `runsc` for example; its own choice when absent. */
  readonly runtime?: string | undefined;
  /** What the engine's client finds of our environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The checkout's `src`. */
  readonly sources: string;
  /** Folders of texts that lie beside its rooms in the sandbox, by their names there. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly limits?: LimitSettings;
  readonly log: Log;
}

interface Ready {
  readonly house: House;
  readonly folders: Folders;
}

export function containerSandbox(options: ContainerOptions): Sandbox {
  let ready: Promise<Ready> | undefined;
  let closed = false;
  const open = new Set<Workspace>();

  async function usable(): Promise<Ready> {
    if (closed) throw errors.sandboxFailed('The sandbox is closed.');
    const awaited = (ready ??= start(options));
    return awaited.catch((error: unknown) => {
      if (ready === awaited) ready = undefined;
      throw error;
    });
  }

  return {
    health: async () => {
      try {
        return { works: true, notes: notesOf((await usable()).house) };
      } catch (thrown) {
        const { message, hint } = asSluiceError(thrown);
        const note = { level: 'missing', text: message, ...(hint && { remedy: hint }) } as const;
        return { works: false, notes: [note] };
      }
    },
    open: async (layers) => {
      const { house, folders } = await usable();
      const paths = await Promise.all(layers.map((layer) => layerPath(layer, folders)));
      const workspace = new ContainerWorkspace(house, paths, options.limits ?? {});
      open.add(workspace);
      return workspace;
    },
    kept: (key) => keptLayer(options.dataDir, key),
    close: async () => {
      closed = true;
      await Promise.all([...open].map((workspace) => workspace.close()));
      const held = await ready?.catch(() => undefined);
      if (held) await clearHouse(held.house);
    },
  };
}

/** Throws refused `sandbox-unavailable` where it cannot work or does not hold; nothing runs then. */
async function start(options: ContainerOptions): Promise<Ready> {
  const folders = await prepareFolders(options.dataDir);
  try {
    const house = await layHouse({ ...options, runtime: options.runtime, folders });
    const found = await probe(house, folders, options);
    if (found.length > 0) throw new Error(found.join('; '));
    const { kind, runtime, apart } = house.engine;
    options.log.info({ kind, runtime, apart, image: house.image }, 'container sandbox started');
    return { house, folders };
  } catch (thrown) {
    const { code, message, hint } = asSluiceError(thrown);
    options.log.error({ problem: message }, 'sandbox does not work');
    if (code === 'sandbox-unavailable') throw thrown;
    throw errors.sandboxUnavailable(
      `Containers do not work here: ${message}`,
      hint ?? remedyFor(message),
    );
  }
}

/** Looks around in a new workspace and returns what it should not have found. */
async function probe(
  house: House,
  folders: Folders,
  { dataDir, limits }: ContainerOptions,
): Promise<readonly string[]> {
  const layer = join(folders.layers, '.probe');
  await mkdir(layer, { recursive: true });
  await writeFile(join(layer, knownFile), '');
  const workspace = new ContainerWorkspace(house, [layer], limits ?? {});
  try {
    const sockets = ['/run/podman', '/run/docker.sock', '/var/run/docker.sock', '/etc/shadow'];
    const places = /^[\w./-]+$/u.test(dataDir) ? [...sockets, dataDir] : sockets;
    const execution = await workspace.exec({ argv: probeArgv(places), purpose: 'tool' });
    return breaches({
      execution,
      owner: 1,
      asRoot: false,
      seccomp: house.engine.runtime !== 'runsc',
    });
  } finally {
    await workspace.close();
  }
}

function remedyFor(words: string): string {
  if (words.includes('hybrid mode')) {
    return 'Install runc, which knows control groups of the first version, or set SLUICE_SANDBOX_RUNTIME to a runtime that does.';
  }
  if (/cgroup|memory|pids/iu.test(words)) {
    return 'The engine must be able to limit memory and processes: run podman as root, or without root on a machine with control groups of the second version.';
  }
  return 'docker/README.md tells what the container sandbox needs.';
}

function notesOf({ engine, image }: House): SandboxHealth['notes'] {
  const by = engine.runtime === undefined ? engine.kind : `${engine.kind} with ${engine.runtime}`;
  return [
    {
      level: 'ok',
      text: `Commands run without network, each in a container of its own (${by}, image ${image.replace(/^sha256:/u, '').slice(0, 12)}).`,
    },
    { level: 'ok', text: 'Memory, processes and cores are limited (by the engine).' },
    engine.apart
      ? { level: 'ok', text: 'Users inside are other users on the machine.' }
      : {
          level: 'weaker',
          text: 'The user inside has the same number on the machine.',
          remedy: 'Start dockerd with --userns-remap=default, or without root.',
        },
  ];
}
