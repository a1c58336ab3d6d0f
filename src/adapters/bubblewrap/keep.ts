/** Keep: copies a folder of a workspace into the data directory as a layer of its own. */
import { constants } from 'node:fs';
import {
  chown,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  chmod,
} from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { randomUUID } from 'node:crypto';
import { errors } from '#core/errors.ts';
import { pathProblem } from '#workspace/names.ts';
import { hasRealFolders, type Slot } from '#workspace/write.ts';

/** Files copied at a time: enough to keep the disk busy, few enough to leave the threads to others. */
const lanes = 8;
/** Bytes of a path: with our own folders before it, it must stay below the system's 4,096. */
const maxPath = 2048;

export interface Keeping {
  /** The merged view. */
  readonly from: string;
  /** Relative to it; the layer has its content under the same path, so that it can lie on the same tree. */
  readonly folder: string;
  /** The layer's folder, which appears whole or not at all. */
  readonly target: string;
  readonly slot: Slot | undefined;
  /** The most that the files may have together: one with holes or many names is more on the disk than in memory. */
  readonly bytes: number;
}

/**
 * Links that stay inside the folder are kept as links; others, and devices, pipes and sockets, are left out, since the
 * layer also lies in front of programs of ours, and so are names that are not UTF-8. Whoever kept the same target first
 * wins. No command may run meanwhile. Throws invalid `workspace-refused`.
 */
export async function keepFolder(keeping: Keeping): Promise<void> {
  const { from, folder, target, slot } = keeping;
  const problem = pathProblem(folder);
  if (problem !== undefined) throw errors.workspaceRefused(`${folder} cannot be kept: ${problem}.`);
  if (!(await hasRealFolders(from, folder))) {
    throw errors.workspaceRefused(`${folder} is not a folder of the workspace.`);
  }
  const draft = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  try {
    const segments = folder.split('/');
    await mkdir(draft, 0o755);
    for (const depth of segments.keys()) {
      await makeFolder(join(draft, ...segments.slice(0, depth + 1)), slot);
    }
    const room = { left: keeping.bytes };
    await copyTree({ from: join(from, folder), to: join(draft, folder), slot, room });
    await finishFolder(draft, slot);
    await rename(draft, target).catch((error: unknown) => {
      if (!isTaken(error)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly slot: Slot | undefined;
  readonly room: { left: number };
}

async function copyTree(root: Copy): Promise<void> {
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const names = (await readdir(join(root.from, folder)))
      .filter((name) => !name.includes('\ufffd'))
      .map((name) => join(folder, name));
    while (names.length > 0) {
      const made = await Promise.all(names.splice(0, lanes).map((path) => copyEntry(root, path)));
      waiting.push(...made.filter((path) => path !== undefined));
    }
  }
}

/** The path again when it is a folder, whose entries are still to be copied. */
async function copyEntry(
  { from, to, slot, room }: Copy,
  path: string,
): Promise<string | undefined> {
  if (Buffer.byteLength(path) > maxPath) throw errors.workspaceRefused('It has too long a path.');
  const source = join(from, path);
  const target = join(to, path);
  const found = await lstat(source);
  if (found.isDirectory()) {
    await makeFolder(target, slot);
    return path;
  }
  if (found.isSymbolicLink()) {
    const link = await readlink(source);
    if (staysInside(path, link)) await symlink(link, target);
  } else if (found.isFile()) {
    room.left -= found.size;
    if (room.left < 0) throw errors.workspaceRefused('It is larger than a workspace may be.');
    await copyFile(source, target, constants.COPYFILE_EXCL);
    await chmod(target, (found.mode & 0o100) === 0 ? 0o664 : 0o775);
    if (slot) await chown(target, -1, slot.gid);
  }
  return undefined;
}

async function makeFolder(path: string, slot: Slot | undefined): Promise<void> {
  await mkdir(path);
  await finishFolder(path, slot);
}

async function finishFolder(path: string, slot: Slot | undefined): Promise<void> {
  await chmod(path, 0o775);
  if (slot) await chown(path, -1, slot.gid);
}

function staysInside(path: string, link: string): boolean {
  if (link.startsWith('/')) return false;
  const target = normalize(join(dirname(path), link));
  return target !== '..' && !target.startsWith('../');
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EEXIST', 'ENOTEMPTY'].includes(String(error.code))
  );
}
