/** A commit's entries as `ls-tree -r -z -l` tells them, without links, submodules and names that cannot be kept. */
import type { FileMode } from '#core/change.ts';
import type { TreeEntry } from '#ports/trees.ts';
import { isSafePath } from './names.ts';

/** An entry whose id is the object that holds its bytes. */
export type BlobEntry = TreeEntry;

export interface Listing {
  /** Sorted by path. */
  readonly files: readonly BlobEntry[];
  /** Entries that are no regular files or have a name that is refused. */
  readonly others: readonly Pick<TreeEntry, 'path' | 'id'>[];
}

const line = /^(?<mode>\d{6}) (?<type>[a-z]+) (?<id>[0-9a-f]+) +(?<size>\d+|-)\t(?<path>.+)$/su;

function fileMode(mode: string | undefined): FileMode | undefined {
  return mode === '100644' || mode === '100755' ? mode : undefined;
}

/** Another entry of a listing has no mode. */
type Entry = Pick<TreeEntry, 'path' | 'id'> & Partial<BlobEntry>;

function readEntry(record: string): Entry {
  const { mode, id = '', size, path = record } = line.exec(record)?.groups ?? {};
  const kept = fileMode(mode);
  if (!kept || id === '' || !isSafePath(path)) return { path, id };
  return { path, mode: kept, size: Number(size), id };
}

function isFile(entry: Entry): entry is BlobEntry {
  return entry.mode !== undefined;
}

/** Reads the NUL-separated output. Bytes that are no UTF-8 become U+FFFD, and such names are left out. */
export function readListing(output: Buffer): Listing {
  const records = output.toString('utf8').split('\0').slice(0, -1);
  const entries = records.map(readEntry);
  const files = entries.filter(isFile).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, others: entries.filter((entry) => !isFile(entry)) };
}
