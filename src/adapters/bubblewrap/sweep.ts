/** Sweep: removes what a killed app left in the data directory. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folders } from '#workspace/shelf.ts';

/** Milliseconds after which nothing unfinished can belong to an app that lives: a day, an install takes minutes. */
const stale = 24 * 60 * 60 * 1000;

/** `now` in milliseconds. Sockets, and drafts of layers, which have a dot before their name. */
export async function sweepFolders(folders: Folders, now: number): Promise<void> {
  const sockets = (await readdir(folders.gates)).map((name) => join(folders.gates, name));
  const drafts = (await readdir(folders.kept))
    .filter((name) => name.startsWith('.'))
    .map((name) => join(folders.kept, name));
  for (const path of [...sockets, ...drafts]) {
    const found = await lstat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > stale) await rm(path, { recursive: true, force: true });
  }
}
