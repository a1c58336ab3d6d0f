/** Collect: reads what became of the files in a workspace from its upper layer, which strange code wrote. */
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { blobOf, type FileMode } from '#core/change.ts';
import type { Collected } from '#ports/sandbox.ts';
import { maxFile, maxFiles, maxRefused, maxTotal } from '#workspace/change-limits.ts';
import { isPackageFolder, nameProblem, pathProblem, shownName } from '#workspace/names.ts';
import type { Overlay } from './overlay.ts';

type Views = Pick<Overlay, 'upper' | 'merged' | 'below' | 'tree'>;

interface Walk {
  readonly views: Views;
  readonly files: Collected['files'][number][];
  readonly refused: Collected['refused'][number][];
  bytes: number;
}

/**
 * Compares the upper layer with the layers below. Files with the same bytes and mode are left out, and so is all of
 * installed packages where the repository itself has none. No command may run meanwhile.
 */
export async function collect(views: Views): Promise<Collected> {
  const walk: Walk = { views, files: [], refused: [], bytes: 0 };
  await visitFolder(walk, '');
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { files: walk.files.sort(byPath), refused: walk.refused.sort(byPath) };
}

/** A folder that is in the upper layer, and of which the merged view shows the upper's or both. */
async function visitFolder(walk: Walk, folder: string): Promise<void> {
  const { upper, merged, below } = walk.views;
  const now = new Set(await namesIn(join(merged, folder)));
  // Removed: a whiteout hides it, or the whole folder was made anew.
  for (const name of await namesIn(join(below, folder))) {
    const path = at(folder, name);
    if (!now.has(name) && !(await isInstalled(walk, name, path))) await visitRemoved(walk, path);
  }
  for (const name of await namesIn(join(upper, folder))) {
    if (!now.has(name)) continue;
    const path = at(folder, name);
    if (await isInstalled(walk, name, path)) continue;
    const problem = nameProblem(name) ?? pathProblem(path);
    if (problem === undefined) await visitEntry(walk, path);
    else refuse(walk, path, problem);
  }
}

async function visitEntry(walk: Walk, path: string): Promise<void> {
  const { upper, below } = walk.views;
  const found = await lstat(join(upper, path));
  if (found.isDirectory()) {
    const before = await statIn(below, path);
    if (before && !before.isDirectory()) await visitRemoved(walk, path);
    await visitFolder(walk, path);
    return;
  }
  const problem = fileProblem(found);
  if (problem === undefined) await visitFile(walk, path, found);
  else refuse(walk, path, problem);
}

/** Why something in the upper layer can never be part of a change. */
function fileProblem(found: Stats): string | undefined {
  if (found.isSymbolicLink()) return 'it is a symbolic link';
  if (found.isFIFO() || found.isSocket()) return 'it is a pipe or socket';
  if (!found.isFile()) return 'it is a device';
  if ((found.mode & 0o7000) !== 0) return 'it asks to run as another user';
  if (found.size > maxFile) return `it is larger than ${maxFile / 1024} KiB`;
  return undefined;
}

async function visitFile(walk: Walk, path: string, found: Stats): Promise<void> {
  const { upper, below } = walk.views;
  const before = await statIn(below, path);
  const bytes = await readRegular(join(upper, path));
  const mode = modeOf(found);
  if (before?.isDirectory()) await visitRemovedFolder(walk, path);
  const edits = before?.isFile() === true;
  if (edits && modeOf(before) === mode && before.size === found.size) {
    if (bytes.equals(await readRegular(join(below, path)))) return;
  }
  add(
    walk,
    { path, mode, content: blobOf(bytes), kind: edits ? 'edited' : 'created' },
    bytes.length,
  );
}

function add(walk: Walk, file: Collected['files'][number], size: number): void {
  if (walk.files.length >= maxFiles) {
    refuse(walk, file.path, `more than ${maxFiles} files changed`);
  } else if (walk.bytes + size > maxTotal) {
    refuse(walk, file.path, `the changed files have more than ${maxTotal / 2 ** 20} MiB`);
  } else {
    walk.bytes += size;
    walk.files.push(file);
  }
}

async function visitRemoved(walk: Walk, path: string): Promise<void> {
  const before = await statIn(walk.views.below, path);
  if (before?.isDirectory()) await visitRemovedFolder(walk, path);
  else if (before?.isFile()) {
    add(walk, { path, mode: modeOf(before), content: null, kind: 'deleted' }, 0);
  } else refuse(walk, path, 'a link or device of the base was removed');
}

async function visitRemovedFolder(walk: Walk, folder: string): Promise<void> {
  for (const name of await namesIn(join(walk.views.below, folder))) {
    const path = at(folder, name);
    if (!(await isInstalled(walk, name, path))) await visitRemoved(walk, path);
  }
}

/** Installed packages are no part of a change, unless the repository keeps them itself. */
async function isInstalled(walk: Walk, name: string, path: string): Promise<boolean> {
  if (!isPackageFolder(name)) return false;
  return (await statIn(walk.views.tree, path)) === undefined;
}

function refuse(walk: Walk, path: string, reason: string): void {
  if (walk.refused.length < maxRefused) walk.refused.push({ path: shownName(path), reason });
}

function at(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function modeOf(found: Stats): FileMode {
  return (found.mode & 0o100) === 0 ? '100644' : '100755';
}

/** Empty for what is not there, not a folder, or below something that is no folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** What a layer has at a path; its folders on the way hold no links that lead out, or it was never mounted. */
async function statIn(root: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(join(root, path));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
  );
}

async function readRegular(path: string): Promise<Buffer> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}
