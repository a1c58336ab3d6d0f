/** Packages by npm: what package-lock.json names is installed in the sandbox, through a gate that has nothing else. */
import type { Installed, Trust } from '#ports/packages.ts';
import type { Layer } from '#ports/sandbox.ts';
import { runPhases } from '#adapters/packages/phases.ts';
import type { PhaseOptions } from '#adapters/packages/phases.ts';
import { keptFor } from '#adapters/packages/shelf.ts';
import { readLockfile } from './lockfile.ts';
import type { Lockfile } from './lockfile.ts';
import { installKey, readManifests } from './manifests.ts';
import { pin } from './pin.ts';
import { gathering, placePackages } from './placing.ts';
import { npmRoutes } from './routes.ts';

export interface NpmOptions extends PhaseOptions {
  /** The registry's address with a slash at its end, asked when it is first needed. */
  readonly registry: () => Promise<string>;
  /** Packages whose install scripts the operator lets run: in the sandbox, without network. */
  readonly buildScripts: readonly string[];
}

/** Where our tools lie inside the sandbox. */
const node = '/opt/tools/bin/node';
const inside = '/opt/tools/src/inside';
const npm = [node, '/opt/tools/node_modules/npm/bin/npm-cli.js'];
const local = 'http://127.0.0.1:{port}/';

/** What the repository's own .npmrc may say otherwise, and must not here. */
const settings: readonly string[] = [
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--engine-strict=false',
  '--global=false',
  '--dry-run=false',
  '--package-lock=true',
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--loglevel=error',
  '--progress=false',
  '--color=false',
  '--cache=/tmp/npm-cache',
];

const fetching: readonly string[] = [
  '--ignore-scripts',
  '--offline=false',
  '--prefer-offline=false',
  '--replace-registry-host=always',
  '--noproxy=127.0.0.1',
  '--fetch-retries=0',
  '--maxsockets=15',
];

function fetchCommand({ packages }: Lockfile): readonly string[] {
  const scopes = new Set(packages.flatMap(({ name }) => /^@[^/]+/u.exec(name) ?? []));
  const registries = ['', ...[...scopes].map((scope) => `${scope}:`)];
  const told = registries.map((scope) => `--${scope}registry=${local}`);
  return [node, `${inside}/bridge.ts`, ...npm, 'ci', ...fetching, ...settings, ...told];
}

function buildCommand(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length === 0) return [];
  return [[...npm, 'rebuild', '--ignore-scripts=false', '--offline', ...settings, '--', ...names]];
}

/** Throws LockfileRefused, unavailable while the registry cannot be reached, and what the sandbox throws. */
export async function installNpm(
  options: NpmOptions,
  { tree, signal, trust }: { tree: Layer; signal: AbortSignal; trust: Trust },
): Promise<Installed> {
  const manifests = await readManifests(tree.path);
  if (manifests.state !== 'locked') return manifests;
  const registry = await options.registry();
  const lockfile = readLockfile(manifests.lockfile, registry);
  const packages = lockfile.packages.filter(({ elsewhere }) => !elsewhere).length;
  if (packages === 0) return { state: 'none', reason: 'The lockfile names no packages.' };
  const built = lockfile.scripted.filter((name) => options.buildScripts.includes(name));
  const facts = { workspaces: lockfile.workspaces, built };
  const shelf = await keptFor(
    options.sandbox,
    await installKey(tree.path, manifests, facts),
    trust,
  );
  const done = { state: 'installed', packages } as const;
  if (shelf.layer) {
    await placePackages(shelf.layer, lockfile);
    return { ...done, layers: [shelf.layer], cached: true };
  }
  signal.throwIfAborted();
  const layer = await runPhases(options, {
    title: 'npm ci',
    tree,
    routes: async () => npmRoutes(await pin(lockfile.packages, registry, signal), registry),
    fetch: fetchCommand(lockfile),
    build: [...buildCommand(built), ...gathering(lockfile.nested, [node, `${inside}/gather.ts`])],
    folder: 'node_modules',
    key: shelf.key,
    signal,
  });
  if ('state' in layer) return layer;
  await placePackages(layer, lockfile);
  options.log.info({ key: shelf.key, packages, built }, 'packages installed');
  return { ...done, layers: [layer], cached: false };
}
