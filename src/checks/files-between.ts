/** Files between: what a change does to each file, with the text that it had before, for whoever judges changes as a whole. */
import type { FileChange } from '#core/change.ts';
import type { TreeEntry } from '#ports/trees.ts';
import type { Stand } from './stand.ts';

export interface Side extends Pick<Stand, 'entries' | 'texts'> {
  /** Links, submodules, and whatever else is no file: a change of one is a change. */
  readonly others: readonly Pick<TreeEntry, 'path' | 'id'>[];
}

export interface FilesBetween {
  /** What is no text comes without its content. */
  readonly files: readonly FileChange[];
  /** The text of each on the base; a new one is not in it, one that was no text is null. */
  readonly originals: ReadonlyMap<string, string | null>;
}

type Named = Pick<TreeEntry, 'path' | 'id'> & Partial<Pick<TreeEntry, 'mode'>>;

/** Sorted by path. A renamed file is one that goes and one that comes. */
export async function filesBetween(base: Side, head: Side): Promise<FilesBetween> {
  const [old, now] = [allOf(base), allOf(head)];
  const paths = [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => !isSame(old.get(path), now.get(path)))
    .sort();
  const [before, after] = [await base.texts(paths), await head.texts(paths)];
  const files = paths.map((path): FileChange => {
    const mode = (now.get(path) ?? old.get(path))?.mode ?? '100644';
    if (!now.has(path)) return { path, mode, content: null };
    const text = after.get(path);
    const content = {
      encoding: text === undefined ? 'base64' : 'utf-8',
      text: text ?? '',
    } as const;
    return { path, mode, content };
  });
  const there = paths.filter((path) => old.has(path));
  return { files, originals: new Map(there.map((path) => [path, before.get(path) ?? null])) };
}

function allOf({ entries, others }: Side): ReadonlyMap<string, Named> {
  return new Map<string, Named>([...entries, ...others].map((entry) => [entry.path, entry]));
}

function isSame(a: Named | undefined, b: Named | undefined): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}
