/** Lists a folder as a tree: sizes of files, how many files a folder holds that is not opened. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf, skipped, walk } from './place.ts';
import { Misasked } from './question.ts';
import type { Question } from './question.ts';

const fields = {
  path: { kind: 'text', most: 1000 },
  depth: { kind: 'number', least: 1, most: 8 },
} as const;

const mostEntries = 300;

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The lines of a folder's entries: files first, so that they are seen before a deep folder fills the answer. */
function* linesOf(folder: string, depth: number, indent = ''): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort(
    (a, b) => Number(a.isDirectory()) - Number(b.isDirectory()) || (a.name < b.name ? -1 : 1),
  );
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const start = `${indent}${entry.name}`;
    if (skipped.includes(entry.name)) yield `${start}/  (not shown)`;
    else if (entry.isSymbolicLink()) yield `${start}  (link)`;
    else if (!entry.isDirectory()) yield `${start}  ${sizeOf(lstatSync(path).size)}`;
    else if (depth > 1) {
      yield `${start}/`;
      yield* linesOf(path, depth - 1, `${indent}  `);
    } else yield `${start}/  (${String([...walk(path)].length)} files)`;
  }
}

function list({ path = '', depth = 2 }: Question<typeof fields>, root: string): string {
  const place = placeOf(root, path);
  if (!place.stats.isDirectory()) throw new Misasked(`"${path}" is a file: read it instead.`);
  const shown: string[] = [];
  let cut = false;
  for (const line of linesOf(place.real, depth)) {
    cut = shown.length >= mostEntries;
    if (cut) break;
    shown.push(line);
  }
  const end = cut
    ? [`[Cut after ${String(mostEntries)} entries: list a folder below, or less deep.]`]
    : [];
  return [`${place.path === '' ? '.' : place.path}/`, ...shown, ...end].join('\n');
}

export const listProgram = { fields, find: list };
