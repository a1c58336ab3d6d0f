/** Tools on disk: reads the list that `npm run tools` wrote beside what it installed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { InstalledTool, Tools } from '#ports/tools.ts';

/** Where a tools folder keeps its list. */
export const listFile = 'installed.json';

const List = z.object({
  tools: z.array(
    z.object({ name: z.string(), version: z.string(), command: z.array(z.string()).min(1) }),
  ),
});

/** The tools of a folder; none where there is no folder. Throws where its list cannot be read. */
export function diskTools(folder: string, ours: readonly InstalledTool[]): Tools {
  const all = new Map([...ours, ...listed(folder)].map((tool) => [tool.name, tool]));
  return { find: (name) => all.get(name) };
}

const Manifest = z.object({ version: z.string() });

/** A program among the packages of our own, which every sandbox has below /opt/tools. Throws where it is not installed. */
export function packagedTool(
  root: string,
  { name, program }: { readonly name: string; readonly program: string },
): InstalledTool {
  const manifest = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf-8');
  return {
    name,
    version: Manifest.parse(JSON.parse(manifest)).version,
    command: ['/opt/tools/bin/node', `/opt/tools/node_modules/${name}/${program}`],
  };
}

function listed(folder: string): readonly InstalledTool[] {
  let text: string;
  try {
    text = readFileSync(join(folder, listFile), 'utf-8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return List.parse(JSON.parse(text)).tools;
}
