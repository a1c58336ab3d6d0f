/** Installs: what packages and lockfiles try while they are installed, to tell, to run or to plant something. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGate } from '#adapters/packages/gate.ts';
import { npmRoutes } from '#adapters/packages/npm/routes.ts';
import { lockedPackages } from '#adapters/packages/packages.ts';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Group, Trial } from '#battery/attack.ts';
import { hostileRequests, leak, type HostileRequest } from '#battery/payloads/gate-requests.ts';
import {
  filesOf,
  hostilePackages,
  ordinary,
  packFolder,
  repositoryOf,
  type HostilePackage,
  type Stage,
} from '#battery/payloads/packages.ts';
import {
  integrityOf,
  sender,
  startProxy,
  startServer,
  type PackageServer,
} from '#battery/payloads/package-server.ts';
import type { Installed, Trust } from '#ports/packages.ts';

const bridge = ['/opt/tools/bin/node', '/opt/tools/src/inside/bridge.ts'];
const npm = fileURLToPath(new URL('../../../node_modules/npm/bin/npm-cli.js', import.meta.url));
const left = Buffer.from('the bytes of left');
/** What the registry gives for a package whose lock says something else. */
const evil = 'evil bytes';

function locked(name: string) {
  const integrity = integrityOf(left);
  return { name, version: '1.0.0', integrity, resolved: undefined, elsewhere: false, manifest: {} };
}

async function withServer<T>(use: (server: PackageServer) => Promise<T>): Promise<T> {
  const server = await startServer();
  server.files.set('/left/-/left-1.0.0.tgz', left);
  server.files.set('/changed/-/changed-1.0.0.tgz', Buffer.from(evil));
  server.files.set('/moved/-/moved-1.0.0.tgz', `/${leak}`);
  try {
    return await use(server);
  } finally {
    server.close();
  }
}

function filesFor({ bytes }: { bytes: string }, server: PackageServer) {
  const payload = Buffer.from(bytes.replaceAll('$PORT', String(server.port)), 'latin1');
  return { 'send.js': sender, payload: payload.toString('base64') };
}

function trialOfWords(stdout: string, { told }: PackageServer): Trial {
  const breached = told.some((line) => line.includes(leak)) || stdout.includes(evil);
  return { ran: stdout.includes('ran'), breached, seen: stdout.slice(0, 120) };
}

/** In the sandbox, with the gate or without one. */
async function sendInside(arena: Arena, hostile: HostileRequest, gated: boolean): Promise<Trial> {
  return withServer(async (server) => {
    const routes = npmRoutes(['left', 'moved', 'changed'].map(locked), server.url);
    const { signal } = new AbortController();
    const gate = await openGate({ folder: await arena.folder(), routes, signal });
    const workspace = await arena.sandbox.open([await arena.layer(filesFor(hostile, server))]);
    try {
      const done = gated
        ? await workspace.exec({
            argv: [...bridge, 'node', 'send.js', '{port}'],
            purpose: 'install',
            gate: gate.socket,
          })
        : await workspace.exec({
            argv: ['node', 'send.js', String(server.port)],
            purpose: 'install',
          });
      return trialOfWords(done.stdout, server);
    } finally {
      await workspace.close();
      await gate.close();
    }
  });
}

async function sendOutside(arena: Arena, hostile: HostileRequest, gated: boolean): Promise<Trial> {
  return withServer(async (server) => {
    const proxy = await startProxy(server);
    try {
      const cwd = await arena.folder();
      await writeAll(cwd, filesFor(hostile, server));
      const port = String(gated ? proxy.port : server.port);
      const { stdout } = await arena.outside([process.execPath, 'send.js', port], { cwd });
      return trialOfWords(stdout, server);
    } finally {
      proxy.close();
    }
  });
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

function ofRequest(hostile: HostileRequest): Attack {
  return {
    ...{ id: `install/gate-${hostile.id}`, attack: hostile.attack },
    layer: 'the gate compares whole paths and passes nothing on',
    attempt: (arena) => sendInside(arena, hostile, true),
    control: (arena) => sendOutside(arena, hostile, true),
  };
}

const straight: HostileRequest = {
  id: 'straight',
  attack: 'Code in an install goes round the gate, straight to the registry on this machine.',
  bytes: `GET /${leak} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
};

const changed: HostileRequest = {
  ...straight,
  bytes:
    'GET /changed/-/changed-1.0.0.tgz HTTP/1.1\r\nHost: 127.0.0.1:80\r\nConnection: close\r\n\r\n',
};

const aroundTheGate: Attack = {
  ...{ id: 'install/around-the-gate', attack: straight.attack, layer: 'no network' },
  incident: 'claude-code#87381',
  attempt: (arena) => sendInside(arena, straight, false),
  control: (arena) => sendOutside(arena, straight, false),
};

/** What stands at the registry is not what was locked: other bytes. */
const changedBytes: Attack = {
  id: 'install/changed-bytes',
  attack: 'The registry gives other bytes than those that the lockfile names.',
  layer: 'integrity is held before the first byte is given',
  incident: 'tj-actions, March 2025',
  attempt: (arena) => sendInside(arena, changed, true),
  control: (arena) => sendOutside(arena, changed, true),
};

async function setStage(arena: Arena, hostile: HostilePackage) {
  const [registry, elsewhere] = [await startServer(), await startServer()];
  const stage: Stage = { registry, elsewhere, out: await arena.folder() };
  await writeFile(join(stage.out, 'secret.txt'), 'secret');
  const folder = await arena.folder();
  await writeAll(join(folder, 'package'), filesOf(hostile, stage));
  const tarball = packFolder(folder, hostile, stage);
  registry.files.set('/left/-/left-1.0.0.tgz', tarball);
  const dist = { tarball: `${registry.url}left/-/left-1.0.0.tgz`, integrity: integrityOf(tarball) };
  const versions = { '1.0.0': { name: 'left', version: '1.0.0', hasInstallScript: true, dist } };
  const document = { name: 'left', 'dist-tags': { latest: '1.0.0' }, versions };
  registry.files.set('/left', Buffer.from(JSON.stringify(document)));
  const close = (): void => [registry, elsewhere].forEach((server) => server.close());
  return { stage, tarball, close, files: repositoryOf(hostile, stage, tarball) };
}

function rootOf(installed: Installed): string | undefined {
  return installed.state === 'installed' ? installed.layers[0]?.path : undefined;
}

function ofPackage(hostile: HostilePackage): Attack {
  const { attack, layer, incident } = hostile;
  const judge = (stage: Stage, root: string | undefined, words: string): Trial => {
    const has = (path: string) => root !== undefined && existsSync(join(root, path));
    return { ran: true, breached: hostile.breached(stage, root, has), seen: words.slice(-250) };
  };
  return {
    ...{ id: `install/${hostile.id}`, attack, layer, ...(incident !== undefined && { incident }) },
    attempt: async (arena) => {
      const { stage, files, close } = await setStage(arena, hostile);
      try {
        const { sandbox, log } = arena;
        const packages = lockedPackages({
          ...{ sandbox, log, dataDir: await arena.folder(), buildScripts: hostile.allowed ?? [] },
          ...{ npmRegistry: stage.registry.url, pythonIndex: stage.registry.url },
        });
        const installed = await packages.install(
          await arena.layer(files),
          AbortSignal.timeout(60_000),
        );
        const words = 'reason' in installed ? installed.reason : installed.state;
        return judge(stage, rootOf(installed), words);
      } finally {
        close();
      }
    },
    control: async (arena) => {
      const { stage, files, tarball, close } = await setStage(arena, hostile);
      try {
        const cwd = await arena.folder();
        await writeAll(cwd, files);
        await writeFile(join(cwd, 'tarball.tgz'), tarball);
        const environment = {
          ...{ NPM: `${process.execPath} ${npm}`, REGISTRY: stage.registry.url, OUT: stage.out },
          ...{ HOME: await arena.folder(), npm_config_update_notifier: 'false' },
        };
        const done = await arena.outside(['/bin/sh', '-c', hostile.naive], { cwd, environment });
        return judge(stage, cwd, done.stderr + done.stdout);
      } finally {
        close();
      }
    },
  };
}

/** What a stranger's tree was installed to is not what a writer's tree of the same lockfile is given. */
const poisonedCache: Attack = {
  id: 'install/poisoned-cache',
  attack: "A stranger's tree fills the store of installed packages for everybody's.",
  layer: 'kept apart by who wrote the tree',
  incident: 'Clinejection, February 2026',
  attempt: (arena) => poison(arena, 'anybody'),
  // Without the difference, whoever comes later is given what is there.
  control: (arena) => poison(arena, 'writers'),
};

async function poison(arena: Arena, first: Trust): Promise<Trial> {
  const hostile = { ...ordinary, files: { ...ordinary.files, 'salt.txt': randomUUID() } };
  const { stage, files, close } = await setStage(arena, hostile);
  try {
    const { sandbox, log } = arena;
    const packages = lockedPackages({
      ...{ sandbox, log, dataDir: await arena.folder(), buildScripts: [] },
      ...{ npmRegistry: stage.registry.url, pythonIndex: stage.registry.url },
    });
    const tree = await arena.layer(files);
    const signal = AbortSignal.timeout(60_000);
    const one = await packages.install(tree, signal, first);
    const other = await packages.install(tree, signal, 'writers');
    return {
      ran: one.state === 'installed',
      breached: other.state === 'installed' && other.cached,
      seen: `${one.state} then ${other.state}`,
    };
  } finally {
    close();
  }
}

export const install: Group = {
  name: 'install',
  about: 'what packages and lockfiles try while they are installed',
  attacks: [
    ...hostileRequests.map(ofRequest),
    aroundTheGate,
    changedBytes,
    poisonedCache,
    ...hostilePackages.map(ofPackage),
  ],
};
