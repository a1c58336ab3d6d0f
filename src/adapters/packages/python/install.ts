/**
 * Packages for Python: what uv.lock or requirements with hashes name becomes an environment in `.venv`, made by a
 * program of ours in the sandbox. pip is not asked for: a machine need not have it, and a wheel is only unpacked.
 */
import { createHash } from 'node:crypto';
import type { Routes, Route } from '#adapters/packages/gate.ts';
import { LockfileRefused, runPhases } from '#adapters/packages/phases.ts';
import type { PhaseOptions } from '#adapters/packages/phases.ts';
import { keptFor } from '#adapters/packages/shelf.ts';
import type { Installed, Trust } from '#ports/packages.ts';
import type { Layer, Sandbox } from '#ports/sandbox.ts';
import { askInterpreter, program, type Interpreter } from './interpreter.ts';
import { findPythonLock } from './lockfiles.ts';
import type { PythonLock } from './pinned.ts';
import { findFile, type Chosen } from './simple-index.ts';

export interface PythonOptions extends PhaseOptions {
  /** The index's address with a slash at its end, asked when it is first needed. */
  readonly index: () => Promise<string>;
  /** Packages whose source the operator lets be built: in the sandbox, without network. */
  readonly buildScripts: readonly string[];
}

const folder = '.venv';
/** Questions to the index at once. */
const lanes = 8;

const interpreters = new WeakMap<Sandbox, Promise<Interpreter | undefined>>();

/** Asked once for each sandbox: it is the machine's. */
function interpreterOf(sandbox: Sandbox): Promise<Interpreter | undefined> {
  const known = interpreters.get(sandbox) ?? askInterpreter(sandbox);
  interpreters.set(sandbox, known);
  known.catch(() => interpreters.delete(sandbox));
  return known;
}

interface Search {
  readonly index: string;
  readonly interpreter: Interpreter;
  readonly signal: AbortSignal;
}

async function findFiles(lock: PythonLock, search: Search): Promise<readonly Chosen[]> {
  const found: Chosen[] = [];
  const waiting = lock.packages.values();
  const lane = async (): Promise<void> => {
    for (const pinned of waiting) found.push(await findFile(search.index, pinned, search));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return found.sort((a, b) => (a.filename < b.filename ? -1 : 1));
}

/** What the gate has: each file under a number, and the list of them. */
function routesOf(files: readonly Chosen[], { local }: PythonLock): Routes {
  const listed = files.map((file, at) => ({ file, path: `/files/${String(at)}/${file.filename}` }));
  const plan = { local, files: listed.map(({ file, path }) => ({ path, wheel: file.isWheel })) };
  const routes = new Map<string, Route>([['/plan', { document: () => plan }]]);
  for (const { file, path } of listed) routes.set(path, { artifact: file });
  return routes;
}

function assertAllowed(files: readonly Chosen[], allowed: readonly string[]): void {
  const sources = files.filter(
    ({ isWheel, label }) => !isWheel && !allowed.includes(nameIn(label)),
  );
  if (sources.length === 0) return;
  const names = sources.map(({ label }) => label).join(', ');
  throw new LockfileRefused(
    `There is no wheel for this machine, only source, whose build runs its code: ${names}. ` +
      `The operator can allow it: SLUICE_BUILD_SCRIPTS=${sources.map(({ label }) => nameIn(label)).join(',')}.`,
  );
}

function nameIn(label: string): string {
  return label.split(' ')[0] ?? '';
}

/** Throws LockfileRefused, unavailable while the index cannot be asked, and what the sandbox throws. */
export async function installPython(
  options: PythonOptions,
  { tree, signal, trust }: { tree: Layer; signal: AbortSignal; trust: Trust },
): Promise<Installed> {
  const { sandbox, buildScripts } = options;
  const found = await findPythonLock(tree.path);
  if (found.state !== 'locked') return found;
  const interpreter = await interpreterOf(sandbox);
  if (interpreter === undefined) {
    const reason =
      'There is no Python in the sandbox: install Python 3.9 or later on this machine.';
    return { state: 'failed', reason };
  }
  const lock = await found.read(interpreter);
  const packages = lock.packages.length;
  if (packages === 0) return { state: 'none', reason: 'The Python lockfile names no packages.' };
  const built = lock.packages.map(({ name }) => name).filter((name) => buildScripts.includes(name));
  const facts = JSON.stringify([1, interpreter, found.content, built]);
  const content = createHash('sha256').update(facts).digest('hex').slice(0, 40);
  const shelf = await keptFor(sandbox, `python-${content}`, trust);
  if (shelf.layer) return { state: 'installed', layers: [shelf.layer], packages, cached: true };
  const files = await findFiles(lock, { index: await options.index(), interpreter, signal });
  assertAllowed(files, buildScripts);
  const sources = files.some(({ isWheel }) => !isWheel);
  const layer = await runPhases(options, {
    title: 'Installing the Python packages',
    tree,
    routes: () => Promise.resolve(routesOf(files, lock)),
    fetch: [...program, 'fetch', folder],
    build: sources ? [[`${folder}/bin/python3`, program[2], 'build', folder]] : [],
    folder,
    key: shelf.key,
    signal,
  });
  if ('state' in layer) return layer;
  options.log.info({ key: shelf.key, packages, built }, 'Python packages installed');
  return { state: 'installed', layers: [layer], packages, cached: false };
}
