/** The ground on which a run stands: the base commit, its files, its dependencies, and how it is checked. */
import { errors } from '#core/errors.ts';
import type { Repository } from '#core/event.ts';
import type { FileChange, FileMode } from '#core/change.ts';
import type { Files } from '#checks/scripts.ts';
import type { World } from '#engine/flow.ts';
import type { Remote } from '#ports/forge.ts';
import type { Installed } from '#ports/packages.ts';
import type { Layer, Workspace } from '#ports/sandbox.ts';

/** The parts of the world that look at commits and run what is in them. */
export type Yard = Pick<World, 'trees' | 'packages' | 'sandbox'> & { readonly signal: AbortSignal };

export interface Ground extends Files {
  readonly commit: string;
  readonly modes: ReadonlyMap<string, FileMode>;
  /** Paths of what is no file: links, submodules, names that cannot be kept. */
  readonly others: ReadonlySet<string>;
  /** The commit's files alone: what the model's tools look at. */
  readonly tree: Layer;
  /** The commit's files and its installed dependencies. */
  readonly layers: readonly Layer[];
  /** Why the dependencies are not there, or null. */
  readonly packagesProblem: string | null;
}

/** Files, layers and dependencies of a commit. What was fetched, written and installed before is found again. */
export async function layGround(
  yard: Yard,
  { repository, remote, commit }: { repository: Repository; remote: Remote; commit: string },
): Promise<Ground> {
  const { trees, packages, signal } = yard;
  await trees.fetch(repository, remote, [commit]);
  const tree = await trees.layer(repository, commit);
  const entries = await trees.list(repository, commit);
  const others = await trees.others(repository, commit);
  const installed = await packages.install(tree, signal);
  return {
    commit,
    tree,
    layers: installed.state === 'installed' ? [tree, ...installed.layers] : [tree],
    packagesProblem: problemOf(installed),
    paths: entries.map(({ path }) => path),
    modes: new Map(entries.map(({ path, mode }) => [path, mode])),
    others: new Set(others.map(({ path }) => path)),
    read: async (path) => {
      const blob = await trees.read(repository, commit, path);
      return blob?.encoding === 'utf-8' ? blob.text : undefined;
    },
  };
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
