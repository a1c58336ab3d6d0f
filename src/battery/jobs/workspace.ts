/** Workspace: what jobs of several steps share: a tree inside, the same tree outside, and a shell. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Arena } from '#battery/arena.ts';
import type { Execution, Layer, Workspace } from '#ports/sandbox.ts';

export type Files = Readonly<Record<string, string>>;
export const sh = (script: string): readonly string[] => ['/bin/sh', '-c', script];

export async function within<T>(
  arena: Arena,
  layers: readonly Layer[],
  use: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const workspace = await arena.sandbox.open(layers);
  try {
    return await use(workspace);
  } finally {
    await workspace.close();
  }
}

export async function placeWith(arena: Arena, files: Files): Promise<string> {
  const place = await arena.folder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), text);
  }
  return place;
}

export const run = (workspace: Workspace, script: string): Promise<Execution> =>
  workspace.exec({ argv: sh(script), purpose: 'tool' });
