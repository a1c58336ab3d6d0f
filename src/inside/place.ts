/** Places in the repository: every path is resolved inside it, and a wrong one is answered with the nearest right one. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { Misasked } from './question.ts';

/** Folders that hold no work of the repository's authors. */
export const skipped: readonly string[] = ['node_modules', '.git'];

export interface Place {
  /** Relative to the root, with forward slashes; empty for the root itself. */
  readonly path: string;
  /** With every link followed. */
  readonly real: string;
  readonly stats: Stats;
}

/** How many files are looked through for a name that is like a wrong one. */
const mostLooked = 20_000;

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

/** Every file's path below `root`, in a fixed order, without what is skipped. */
export function* walk(root: string, folder = ''): Generator<string> {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !skipped.includes(entry.name)) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}

/** Edits between two short texts, given up above `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? most + 1;
}

function stem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

/** Same name elsewhere first, then a name that is spelled nearly so, then the same name with another ending. */
function likeness(wrong: string, path: string): number {
  const [a, b] = [stem(wrong), stem(path)];
  if (a === b) return 0;
  const edits = distance(a, b, 3);
  if (edits <= Math.min(3, Math.floor(a.length / 3))) return edits;
  return a.replace(/\..*$/u, '') === b.replace(/\..*$/u, '') ? 4 : Number.POSITIVE_INFINITY;
}

function nearest(root: string, wrong: string): readonly string[] {
  const found: { path: string; rank: number }[] = [];
  let looked = 0;
  for (const path of walk(root)) {
    looked += 1;
    if (looked > mostLooked) break;
    const rank = likeness(wrong, path);
    if (rank !== Number.POSITIVE_INFINITY) found.push({ path, rank });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found.slice(0, 3).map(({ path }) => path);
}

/** The deepest folder on the way to a wrong path that is there. */
function existing(root: string, wrong: string): string {
  const parts = wrong.split('/');
  while (parts.length > 0) {
    parts.pop();
    const stats = statSync(join(root, ...parts), { throwIfNoEntry: false });
    if (stats?.isDirectory()) return parts.join('/') || '.';
  }
  return '.';
}

function missing(root: string, path: string): Misasked {
  if (path.split('/').includes('node_modules'))
    return new Misasked('Installed packages cannot be read, only the files of the repository.');
  const like = nearest(root, path);
  const hint =
    like.length > 0
      ? `Did you mean ${like.join(' or ')}?`
      : `List "${existing(root, path)}" to see what is there.`;
  return new Misasked(`There is no "${path}". ${hint}`);
}

/** The place that a path names. Throws Misasked when it is not there or leads out of the repository. */
export function placeOf(root: string, path: string): Place {
  const base = realpathSync(root);
  const full = resolve(base, path === '' ? '.' : path);
  const told = relative(base, full).split(sep).join('/');
  if (!isInside(base, full)) throw new Misasked(`"${path}" is outside of the repository.`);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (!stats) throw missing(base, told);
  const real = realpathSync(full);
  if (!isInside(base, real)) throw new Misasked(`"${path}" is outside of the repository.`);
  return { path: told, real, stats };
}

/** The place of a file that is not larger than `most` bytes. */
export function filePlace(root: string, path: string, most: number): Place {
  const place = placeOf(root, path);
  if (place.stats.isDirectory()) throw new Misasked(`"${path}" is a folder: list it instead.`);
  if (!place.stats.isFile()) throw new Misasked(`"${path}" is no regular file.`);
  if (place.stats.size > most) {
    throw new Misasked(`"${path}" has ${place.stats.size} bytes, too many: search in it instead.`);
  }
  return place;
}
