/** Stand: one side of a change as checks look at it: a commit's ground, or the same ground with files changed upon it. */
import { createHash } from 'node:crypto';
import type { FileChange } from '#core/change.ts';
import type { Layer, Workspace } from '#ports/sandbox.ts';
import type { TreeEntry } from '#ports/trees.ts';
import type { Ground, Yard } from './ground.ts';
import type { Files } from './scripts.ts';

export interface Stand extends Files {
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[];
  readonly layers: readonly Layer[];
  /** Written over the layers. */
  readonly changes: readonly FileChange[];
  readonly packagesProblem: string | null;
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function standOn(ground: Ground): Stand {
  return { ...ground, changes: [] };
}

/** The ground as it is when `files` are changed on it. */
export function standWith(ground: Stand, files: readonly FileChange[]): Stand {
  const changed = new Map(files.map((file) => [file.path, file]));
  const kept = ground.entries.filter(({ path }) => !changed.has(path));
  const entries = [...kept, ...files.flatMap(entryOf)].sort((a, b) => (a.path < b.path ? -1 : 1));
  const textOf = (file: FileChange) =>
    file.content?.encoding === 'utf-8' ? file.content.text : undefined;
  return {
    ...ground,
    entries,
    paths: entries.map(({ path }) => path),
    changes: [...ground.changes.filter(({ path }) => !changed.has(path)), ...files],
    read: (path) => {
      const file = changed.get(path);
      return file === undefined ? ground.read(path) : Promise.resolve(textOf(file));
    },
    texts: async (paths) => {
      const below = await ground.texts(paths.filter((path) => !changed.has(path)));
      const above = paths.flatMap((path) => {
        const file = changed.get(path);
        const text = file && textOf(file);
        return text === undefined ? [] : [[path, text] as const];
      });
      return new Map([...below, ...above]);
    },
  };
}

function entryOf({ path, mode, content }: FileChange): readonly TreeEntry[] {
  if (content === null) return [];
  const bytes = Buffer.from(content.text, content.encoding);
  // As git names it, so that what is said of it holds once it is committed.
  const head = `blob ${String(bytes.byteLength)}\0`;
  const id = createHash('sha1').update(head).update(bytes).digest('hex');
  return [{ path, mode, size: bytes.byteLength, id }];
}

/**
 * A stand with the files that `configuration` names as they are on `base`, so that a change cannot tell the tools how to
 * look at it.
 */
export async function standConfigured(
  stand: Stand,
  base: Stand,
  configuration: readonly RegExp[],
): Promise<Stand> {
  const isNamed = ({ path }: TreeEntry) => configuration.some((named) => named.test(path));
  const before = new Map(base.entries.filter(isNamed).map((entry) => [entry.path, entry]));
  const now = new Map(stand.entries.filter(isNamed).map((entry) => [entry.path, entry]));
  const gone = [...now.values()].filter(({ path }) => !before.has(path));
  const other = [...before.values()].filter(({ path, id }) => now.get(path)?.id !== id);
  if (gone.length + other.length === 0) return stand;
  const texts = await base.texts(other.map(({ path }) => path));
  return standWith(stand, [
    ...gone.map(({ path, mode }) => ({ path, mode, content: null })),
    ...other.flatMap(({ path, mode }) => {
      const text = texts.get(path);
      return text === undefined
        ? []
        : [{ path, mode, content: { encoding: 'utf-8' as const, text } }];
    }),
  ]);
}

/** A workspace that is opened when it is first asked for, and closed when `work` has ended. */
export async function withWorkspace<T>(
  { sandbox, signal }: Pick<Yard, 'sandbox' | 'signal'>,
  { layers, changes }: Pick<Stand, 'layers' | 'changes'>,
  work: (workspace: () => Promise<Workspace>) => Promise<T>,
): Promise<T> {
  let opened: Promise<Workspace> | undefined;
  const open = async () => {
    signal.throwIfAborted();
    const workspace = await sandbox.open(layers);
    if (changes.length > 0) await workspace.write(changes);
    return workspace;
  };
  try {
    return await work(() => (opened ??= open()));
  } finally {
    // One that could not be opened has nothing to close; who asked for it was told.
    const workspace = await opened?.catch(() => undefined);
    await workspace?.close();
  }
}
