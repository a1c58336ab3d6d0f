/** Write: puts files into a workspace from outside, past whatever links and names strange code left there. */
import { constants } from 'node:fs';
import { chown, lstat, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bytesOf, type FileChange } from '#core/change.ts';
import { errors } from '#core/errors.ts';
import { pathProblem } from './names.ts';

/** Who owns what commands write, where that is not whoever writes here. */
export interface Slot {
  readonly uid: number;
  readonly gid: number;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Every path is checked before the first byte is written. No command may run meanwhile: the tree must hold still
 * between the look at a folder and the step into it. Throws invalid `workspace-refused`.
 */
export async function writeFiles(
  root: string,
  files: readonly FileChange[],
  slot: Slot | undefined,
): Promise<void> {
  for (const { path } of files) {
    const problem = pathProblem(path);
    if (problem !== undefined)
      throw errors.workspaceRefused(`${path} cannot be written: ${problem}.`);
  }
  // Deletions first: a file may become a folder.
  for (const file of files.filter(({ content }) => content === null)) await remove(root, file.path);
  for (const file of files) {
    if (file.content !== null) await writeOne(root, file, { bytes: bytesOf(file.content), slot });
  }
}

async function remove(root: string, path: string): Promise<void> {
  if (!(await hasRealFolders(root, dirname(path)))) return;
  const found = await lstat(join(root, path)).catch(absent);
  if (found?.isDirectory()) throw errors.workspaceRefused(`${path} is a folder, not a file.`);
  if (found) await rm(join(root, path));
}

async function writeOne(
  root: string,
  file: FileChange,
  { bytes, slot }: { bytes: Uint8Array; slot: Slot | undefined },
): Promise<void> {
  await makeFolders(root, dirname(file.path), slot);
  const path = join(root, file.path);
  const found = await lstat(path).catch(absent);
  if (found?.isDirectory()) throw errors.workspaceRefused(`${file.path} is a folder, not a file.`);
  // A new file instead of the old one: the old one may be a link, a device or have a second name.
  if (found) await rm(path);
  const target = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await target.writeFile(bytes);
    await target.chmod(file.mode === '100755' ? 0o755 : 0o644);
    if (slot) await target.chown(slot.uid, slot.gid);
  } finally {
    await target.close();
  }
}

async function makeFolders(root: string, folder: string, slot: Slot | undefined): Promise<void> {
  if (folder === '.') return;
  await makeFolders(root, dirname(folder), slot);
  const path = join(root, folder);
  const found = await lstat(path).catch(absent);
  if (found && !found.isDirectory()) {
    throw errors.workspaceRefused(`${folder} is not a folder, so nothing can be written below it.`);
  }
  if (found) return;
  await mkdir(path, 0o755);
  if (slot) await chown(path, slot.uid, slot.gid);
}

/** Whether every folder on the way is there, and a folder rather than a link to one. */
export async function hasRealFolders(root: string, folder: string): Promise<boolean> {
  if (folder === '.' || folder === '') return true;
  if (!(await hasRealFolders(root, dirname(folder)))) return false;
  const found = await lstat(join(root, folder)).catch(absent);
  return found?.isDirectory() ?? false;
}

function absent(error: unknown): undefined {
  if (
    error instanceof Error &&
    'code' in error &&
    ['ENOENT', 'ENOTDIR'].includes(String(error.code))
  )
    return undefined;
  throw error;
}
