/** Writes a commit's files into a new folder, byte for byte: no attribute, filter or line ending is ever applied. */
import { constants } from 'node:fs';
import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileMode } from '#core/change.ts';
import { errors } from '#core/errors.ts';
import { streamBlobs } from './blob-stream.ts';
import type { BlobEntry } from './listing.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Everyone may read, nobody may write: the sandbox's user is not ours. */
const modes: Readonly<Record<FileMode, number>> = { '100644': 0o444, '100755': 0o555 };

async function writeFileOnce(path: string, bytes: Buffer, mode: FileMode): Promise<void> {
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(bytes);
    // Not given to open(), since the umask would take from it.
    await file.chmod(modes[mode]);
  } finally {
    await file.close();
  }
}

/** Makes the folders of a path that are not there yet, readable by everyone whatever the umask is. */
async function makeFolders(root: string, folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  if (folder !== '.') await makeFolders(root, dirname(folder), made);
  const path = join(root, folder);
  if (folder !== '.') await mkdir(path);
  await chmod(path, 0o755);
  made.add(folder);
}

/** Writes `files` below `root`, an empty folder of ours. Throws invalid when two entries are in each other's way. */
export async function writeFiles(
  gitDir: string,
  files: readonly BlobEntry[],
  root: string,
): Promise<void> {
  const made = new Set<string>();
  await makeFolders(root, '.', made);
  let written = 0;
  try {
    for await (const bytes of streamBlobs(
      gitDir,
      files.map(({ id }) => id),
    )) {
      const file = files[written];
      if (file === undefined) break;
      await makeFolders(root, dirname(file.path), made);
      await writeFileOnce(join(root, file.path), bytes, file.mode);
      written += 1;
    }
  } catch (error) {
    throw clash(error) ? errors.repositoryBroken('The commit', 'two of its files clash') : error;
  }
  if (written < files.length) {
    throw errors.repositoryBroken('The mirror', `git gave ${written} of ${files.length} files`);
  }
}

function clash(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(String(error.code))
  );
}
