/** Packages by npm: what the lockfile names is installed in the sandbox, through a gate that has nothing else. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { errors, SluiceError } from '#core/errors.ts';
import { redact } from '#core/redact.ts';
import type { Installed, Packages } from '#ports/packages.ts';
import type { Execution, Layer, Sandbox, Workspace } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import { openGate } from './gate.ts';
import { pin } from './pin.ts';
import type { GateRecord } from './gate.ts';
import { LockfileRefused, readLockfile } from './lockfile.ts';
import type { Lockfile } from './lockfile.ts';
import { installKey, readManifests } from './manifests.ts';

export interface NpmPackagesOptions {
  readonly sandbox: Sandbox;
  /** The registry's address, asked when it is first needed. */
  readonly registry: () => Promise<string>;
  /** The app's own folder: the gate's sockets are made in its `npm`. */
  readonly dataDir: string;
  readonly log: Log;
}

type Failed = Extract<Installed, { state: 'failed' }>;

/** Linux keeps a socket's path in 108 bytes. */
const longestSocket = 107;

/** Where our tools lie inside the sandbox. */
const node = '/opt/tools/bin/node';
const bridge = '/opt/tools/src/inside/bridge.ts';
const npm = '/opt/tools/node_modules/npm/bin/npm-cli.js';
const local = 'http://127.0.0.1:{port}/';

/** What the repository's own .npmrc may say otherwise, and must not here. */
const settings: readonly string[] = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--offline=false',
  '--prefer-offline=false',
  '--engine-strict=false',
  '--global=false',
  '--dry-run=false',
  '--package-lock=true',
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--replace-registry-host=always',
  '--noproxy=127.0.0.1',
  '--fetch-retries=0',
  '--maxsockets=15',
  '--loglevel=error',
  '--progress=false',
  '--color=false',
  '--cache=/tmp/npm-cache',
];

function commandFor({ packages }: Lockfile): readonly string[] {
  const scopes = new Set(packages.flatMap(({ name }) => /^@[^/]+/u.exec(name) ?? []));
  const registries = ['', ...[...scopes].map((scope) => `${scope}:`)];
  const told = registries.map((scope) => `--${scope}registry=${local}`);
  return [node, bridge, node, npm, 'ci', ...settings, ...told];
}

async function makeSocket(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'npm');
  const socket = join(folder, `${randomBytes(6).toString('hex')}.sock`);
  if (Buffer.byteLength(socket) > longestSocket) {
    throw errors.settingInvalid(
      'The data directory',
      'its path is too long for a socket',
      'Choose one of at most 80 characters.',
    );
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return socket;
}

function tailOf(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^npm error ?/u, '').trim());
  const telling = lines.filter((line) => line !== '' && !line.startsWith('A complete log of'));
  return redact(telling.slice(0, 8).join(' ')).slice(0, 800);
}

/** Why the install failed, the cause before its consequence. */
function reasonOf(done: Execution, record: GateRecord): string {
  if (record.refused.length > 0) return record.refused.slice(0, 5).join('; ');
  if (done.timedOut)
    return `npm ci took longer than ${String(Math.round(done.milliseconds / 1000))} s.`;
  if (done.outOfMemory) return 'npm ci needed more memory than an install may use.';
  const denied =
    record.denied.length > 0
      ? ` Not in the lockfile: ${record.denied.slice(0, 5).join(', ')}.`
      : '';
  return `npm ci failed: ${tailOf(`${done.stderr}\n${done.stdout}`)}.${denied}`;
}

interface Order {
  readonly tree: Layer;
  readonly lockfile: Lockfile;
  readonly registry: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

async function runNpm(
  workspace: Workspace,
  order: Order,
  socket: string,
): Promise<Failed | undefined> {
  const { lockfile, registry, signal } = order;
  const packages = await pin(lockfile.packages, registry, signal);
  const gate = await openGate({ socket, registry, packages, signal });
  try {
    const argv = commandFor(lockfile);
    const done = await workspace.exec({ argv, purpose: 'install', gate: socket });
    signal.throwIfAborted();
    if (done.exitCode === 0 && !done.timedOut) return undefined;
    const [gone] = gate.record.unavailable;
    if (gone !== undefined) throw errors.registryUnavailable(gone);
    return { state: 'failed', reason: reasonOf(done, gate.record) };
  } finally {
    await gate.close();
    await rm(socket, { force: true });
  }
}

/**
 * The links to the repository's own workspaces lead out of the folder that is kept, so they are made anew. We make them
 * outside of the sandbox, in a folder that strange code filled: each folder on the way is looked at first.
 */
async function linkWorkspaces(layer: Layer, { links }: Lockfile): Promise<void> {
  for (const { path, target } of links) {
    const link = join(layer.path, path);
    const folder = dirname(link);
    await mkdir(folder, { recursive: true });
    if (!(await lstat(folder)).isDirectory())
      throw errors.workspaceRefused(`${path} is behind a link.`);
    await symlink(relative(dirname(path), target), link).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}

/** npm is content with a lockfile whose packages nothing asks for, and then makes no folder; others are too large. */
async function keepPackages(workspace: Workspace, key: string): Promise<Layer | Failed> {
  try {
    return await workspace.keep('node_modules', key);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'workspace-refused') throw error;
    return { state: 'failed', reason: `What npm ci installed cannot be kept: ${error.message}` };
  }
}

async function installInside(options: NpmPackagesOptions, order: Order): Promise<Layer | Failed> {
  const socket = await makeSocket(options.dataDir);
  const workspace = await options.sandbox.open([order.tree]);
  const stop = () => void workspace.close();
  order.signal.addEventListener('abort', stop, { once: true });
  try {
    order.signal.throwIfAborted();
    const failed = await runNpm(workspace, order, socket);
    return failed ?? (await keepPackages(workspace, order.key));
  } finally {
    order.signal.removeEventListener('abort', stop);
    await workspace.close();
  }
}

function unsupported(nested: readonly string[]): Failed {
  const folders = nested.slice(0, 5).join(', ');
  const reason = `Workspaces with packages of their own are not supported so far: ${folders}.`;
  return { state: 'failed', reason };
}

async function install(
  options: NpmPackagesOptions,
  registryOf: () => Promise<string>,
  { tree, signal }: { tree: Layer; signal: AbortSignal },
): Promise<Installed> {
  const manifests = await readManifests(tree.path);
  if (manifests.state !== 'locked') return manifests;
  const registry = await registryOf();
  const lockfile = readLockfile(manifests.lockfile, registry);
  if (lockfile.nested.length > 0) return unsupported(lockfile.nested);
  const packages = lockfile.packages.filter(({ elsewhere }) => !elsewhere).length;
  if (packages === 0) return { state: 'none', reason: 'The lockfile names no packages.' };
  const key = await installKey(tree.path, manifests, lockfile.workspaces);
  const kept = await options.sandbox.kept(key);
  if (kept) {
    await linkWorkspaces(kept, lockfile);
    return { state: 'installed', layer: kept, packages, cached: true };
  }
  signal.throwIfAborted();
  const layer = await installInside(options, { tree, lockfile, registry, key, signal });
  if ('state' in layer) {
    options.log.warn({ key, reason: layer.reason }, 'packages not installed');
    return layer;
  }
  await linkWorkspaces(layer, lockfile);
  options.log.info({ key, packages }, 'packages installed');
  return { state: 'installed', layer, packages, cached: false };
}

/** Throws unavailable while the registry cannot be reached; the abort's reason; and what the sandbox throws. */
export function npmPackages(options: NpmPackagesOptions): Packages {
  let asked: Promise<string> | undefined;
  const registry = () => {
    asked ??= options.registry().then(
      (address) => (address.endsWith('/') ? address : `${address}/`),
      (error: unknown) => {
        asked = undefined;
        throw error;
      },
    );
    return asked;
  };
  return {
    install: (tree, signal) =>
      install(options, registry, { tree, signal }).catch((error: unknown): Failed => {
        if (error instanceof LockfileRefused) return { state: 'failed', reason: error.message };
        throw error;
      }),
  };
}
