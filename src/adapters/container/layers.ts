/** Layers: the files of several folders as one tree, the higher folder's first, with their places on this machine. */
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isPackageFolder } from '#workspace/names.ts';

export type Node =
  | { readonly kind: 'folder' }
  | { readonly kind: 'link'; readonly to: string }
  | { readonly kind: 'file'; readonly run: boolean; readonly size: number; readonly at: string };

export interface Tree {
  /** By path; a folder stands before what is in it. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** Folders of the lowest layer, the repository's own, that are named as installed packages are. */
  readonly ownModules: readonly string[];
  /** What it needs of a file system in memory. */
  readonly bytes: number;
}

const page = 4096;

/** `layers` are folders, lowest first. Devices and the like are left out, and what a higher layer covers. */
export async function readTree(layers: readonly string[]): Promise<Tree> {
  const nodes = new Map<string, Node>();
  for (const layer of layers) await readLayer(layer, '', nodes);
  const own = new Map<string, Node>();
  const [lowest] = layers;
  if (lowest !== undefined && layers.length > 1) await readLayer(lowest, '', own);
  const folders = layers.length > 1 ? own : nodes;
  const ownModules = [...folders.keys()].filter(isPackageFolder);
  let bytes = 0;
  for (const node of nodes.values()) {
    bytes += node.kind === 'file' ? Math.ceil(node.size / page) * page : page;
  }
  return { nodes, ownModules, bytes };
}

async function readLayer(layer: string, folder: string, nodes: Map<string, Node>): Promise<void> {
  for (const name of (await readdir(join(layer, folder))).sort()) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const node = await nodeAt(join(layer, path));
    if (!node) continue;
    if (nodes.get(path)?.kind !== 'folder' || node.kind !== 'folder') {
      removeBelow(path, nodes);
      nodes.set(path, node);
    }
    if (node.kind === 'folder') await readLayer(layer, path, nodes);
  }
}

function removeBelow(path: string, nodes: Map<string, Node>): void {
  if (nodes.get(path)?.kind !== 'folder') return;
  for (const each of nodes.keys()) if (each.startsWith(`${path}/`)) nodes.delete(each);
}

async function nodeAt(path: string): Promise<Node | undefined> {
  const found = await lstat(path);
  if (found.isDirectory()) return { kind: 'folder' };
  if (found.isSymbolicLink()) return { kind: 'link', to: await readlink(path) };
  if (!found.isFile()) return undefined;
  return { kind: 'file', run: (found.mode & 0o100) !== 0, size: found.size, at: path };
}
