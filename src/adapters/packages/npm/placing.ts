/**
 * Gives the kept packages of a repository with workspaces their places: one folder is kept, so what belongs beside it
 * was gathered into it. It happens outside of the sandbox, in a folder that strange code filled, and again on every
 * use: whatever was done before is left as it is.
 */
import { chmod, chown, lstat, mkdir, rename, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { errors } from '#core/errors.ts';
import type { Layer } from '#ports/sandbox.ts';
import type { Lockfile } from './lockfile.ts';

const gathered = (index: number): string => `node_modules/.nested-${String(index)}`;

/**
 * What moves the workspaces' own `node_modules` into the root's, inside the sandbox. All of them lie at one depth there,
 * so that a link which stays inside of what is kept stays inside of the layer wherever it is placed.
 */
export function gathering(
  nested: readonly string[],
  program: readonly string[],
): readonly (readonly string[])[] {
  if (nested.length === 0) return [];
  return [[...program, ...nested.flatMap((path, index) => [path, gathered(index)])]];
}

export async function placePackages(layer: Layer, { nested, links }: Lockfile): Promise<void> {
  for (const [index, path] of nested.entries()) {
    const from = join(layer.path, gathered(index));
    if ((await lstat(from).catch(absent))?.isDirectory() !== true) continue;
    await makeFolders(layer.path, dirname(path));
    await rename(from, join(layer.path, path)).catch(unless('ENOENT', 'ENOTEMPTY', 'EEXIST'));
  }
  for (const { path, target } of links) {
    await makeFolders(layer.path, dirname(path));
    const link = relative(dirname(path), target);
    await symlink(link, join(layer.path, path)).catch(unless('EEXIST'));
  }
}

/** Each folder on the way is looked at: a link there would lead out of the layer. */
async function makeFolders(root: string, folder: string): Promise<void> {
  if (folder === '.') return;
  await makeFolders(root, dirname(folder));
  const path = join(root, folder);
  const found = await lstat(path).catch(absent);
  if (found && !found.isDirectory()) throw errors.workspaceRefused(`${folder} is behind a link.`);
  if (found) return;
  await mkdir(path).catch(unless('EEXIST'));
  // Commands write there too: it lies in front of the tree's own folder of this name.
  await chmod(path, 0o775);
  if (process.getuid?.() === 0) await chown(path, -1, (await stat(root)).gid);
}

function absent(error: unknown): undefined {
  unless('ENOENT', 'ENOTDIR')(error);
}

function unless(...codes: readonly string[]) {
  return (error: unknown): void => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code))))
      throw error;
  };
}
