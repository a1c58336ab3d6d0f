/** The ground on which a look stands: a commit, its files and its dependencies. */
import { errors } from '#core/errors.ts';
import type { Repository } from '#core/event.ts';
import type { FileChange, FileMode } from '#core/change.ts';
import type { Remote } from '#ports/forge.ts';
import type { Installed, Packages, Trust } from '#ports/packages.ts';
import type { Layer, Sandbox, Workspace } from '#ports/sandbox.ts';
import type { TreeEntry, Trees } from '#ports/trees.ts';
import type { Files } from './scripts.ts';

/** The parts of the world that look at commits and run what is in them. */
export interface Yard {
  readonly trees: Trees;
  readonly packages: Packages;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
}

export interface Ground extends Files {
  readonly commit: string;
  readonly entries: readonly TreeEntry[];
  readonly modes: ReadonlyMap<string, FileMode>;
  /** Paths of what is no file: links, submodules, names that cannot be kept. */
  readonly others: ReadonlySet<string>;
  /** The commit's files alone: what the model's tools look at. */
  readonly tree: Layer;
  /** The commit's files and its installed dependencies. */
  readonly layers: readonly Layer[];
  /** Why the dependencies are not there, or null. */
  readonly packagesProblem: string | null;
  /** The texts of many files at once; what is no text is left out. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface Standing {
  readonly repository: Repository;
  readonly remote: Remote;
  readonly commit: string;
  /** Who wrote the commit; `writers` when absent. */
  readonly trust?: Trust;
}

/** Files, layers and dependencies of a commit. What was fetched, written and installed before is found again. */
export async function layGround(
  { trees, packages, signal }: Yard,
  { repository, remote, commit, trust }: Standing,
): Promise<Ground> {
  await trees.fetch(repository, remote, [commit]);
  const tree = await trees.layer(repository, commit);
  const entries = await trees.list(repository, commit);
  const others = await trees.others(repository, commit);
  const installed = await packages.install(tree, signal, trust);
  return {
    commit,
    tree,
    layers: installed.state === 'installed' ? [tree, ...installed.layers] : [tree],
    packagesProblem: problemOf(installed),
    entries,
    paths: entries.map(({ path }) => path),
    modes: new Map(entries.map(({ path, mode }) => [path, mode])),
    others: new Set(others.map(({ path }) => path)),
    ...remembering(entries, async (paths) => {
      const blobs = await trees.readAll(repository, commit, paths);
      const texts = [...blobs].flatMap(([path, { encoding, text }]) =>
        encoding === 'utf-8' ? [[path, text] as const] : [],
      );
      return new Map(texts);
    }),
  };
}

/** Reads each file once: several look at the same ones. */
function remembering(
  entries: readonly TreeEntry[],
  load: Ground['texts'],
): Pick<Ground, 'read' | 'texts'> {
  const there = new Set(entries.map(({ path }) => path));
  const known = new Map<string, string>();
  const asked = new Set<string>();
  async function texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const open = paths.filter((path) => there.has(path) && !asked.has(path));
    for (const [path, text] of open.length > 0 ? await load(open) : []) known.set(path, text);
    // Marked only now: two that ask at once both load, and none finds nothing.
    for (const path of open) asked.add(path);
    return new Map(paths.flatMap((path) => oneOf(known, path)));
  }
  return { texts, read: async (path) => (await texts([path])).get(path) };
}

function oneOf(texts: ReadonlyMap<string, string>, path: string): readonly [string, string][] {
  const text = texts.get(path);
  return text === undefined ? [] : [[path, text]];
}

function problemOf(installed: Installed): string | null {
  if (installed.state === 'failed') return installed.reason;
  return installed.state === 'installed' ? (installed.missing ?? null) : null;
}

/** Opens a workspace on the layers with `files` written into it, and closes it whatever happens. */
export async function inWorkspace<T>(
  { sandbox, signal }: Pick<Yard, 'sandbox' | 'signal'>,
  { layers, files = [] }: { layers: readonly Layer[]; files?: readonly FileChange[] },
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw errors.superseded('this run was ended');
  const workspace = await sandbox.open(layers);
  try {
    if (files.length > 0) await workspace.write(files);
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}
