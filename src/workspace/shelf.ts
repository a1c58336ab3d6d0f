/** Shelf: the folders of the data directory in which layers lie, and the layers in them. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#core/errors.ts';
import type { Layer } from '#ports/sandbox.ts';

/** The parts of the data directory that sandboxes see; the database and the mirrors are not among them. */
export interface Folders {
  /** Trees of commits. */
  readonly layers: string;
  /** Layers kept by workspaces. */
  readonly kept: string;
  /** Sockets that commands may reach. */
  readonly gates: string;
}

/** Throws refused `sandbox-unavailable` when the data directory cannot be made or written. */
export async function prepareFolders(dataDir: string): Promise<Folders> {
  const make = async (name: string, mode: number) => {
    const path = join(dataDir, name);
    await mkdir(path, { recursive: true });
    // Not left to the umask, which could close to commands what they must pass; the folder above keeps others out.
    await chmod(path, mode);
    return realpath(path);
  };
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return {
      layers: await make('layers', 0o755),
      kept: await make('kept', 0o755),
      gates: await make('gates', 0o711),
    };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw errors.sandboxUnavailable(
      `The data directory cannot be used: ${words}`,
      'Name a folder that the app may write to as its data directory.',
    );
  }
}

/** Keys come from lockfiles and the like: as a name on disk only their hash is safe. */
export function keptPath(folder: string, key: string): string {
  return join(folder, createHash('sha256').update(key).digest('hex'));
}

/** The layer that was kept under this key, if it is still there; it counts as used now. */
export async function keptLayer(dataDir: string, key: string): Promise<Layer | undefined> {
  const path = keptPath(join(dataDir, 'kept'), key);
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() && (await markUsed(path)) ? { key, path } : undefined;
}

/** Cleaning of the data folder leaves what was used lately. False when it is not there any more. */
async function markUsed(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

/** Links are followed here, once. Throws unavailable `sandbox-failed` for what is gone or lies elsewhere. */
export async function layerPath(layer: Layer, folders: Folders): Promise<string> {
  const path = await realpath(layer.path).catch(() => undefined);
  const isOurs = [folders.layers, folders.kept].some((folder) => path?.startsWith(`${folder}/`));
  if (path !== undefined && isOurs && (await markUsed(path))) return path;
  throw errors.sandboxFailed(
    path === undefined
      ? `The layer ${layer.key} is gone from the data directory.`
      : `The layer ${layer.key} does not lie among the layers of the data directory.`,
  );
}
