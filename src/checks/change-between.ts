/** Change between: which files two stands differ in, under which names, and on which line of the old a line of the new stood. */
import { commonLines } from '#core/common-lines.ts';
import { renamesIn } from '#core/renames.ts';
import type { TreeEntry } from '#ports/trees.ts';
import type { Stand } from './stand.ts';

export interface ChangeBetween {
  /** Files of the head that are new or have another content, sorted by path. */
  readonly changed: readonly TreeEntry[];
  /** What each of them was on the base, those that were there. */
  readonly before: readonly TreeEntry[];
  /** New name to old name. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Every path that differs, gone ones too. */
  readonly touched: readonly string[];
}

/** Bytes of a file whose lines are compared in order to find its old name. */
const largest = 512 * 1024;

export async function changeBetween(base: Stand, head: Stand): Promise<ChangeBetween> {
  const old = new Map(base.entries.map((entry) => [entry.path, entry]));
  const now = new Set(head.paths);
  const changed = head.entries.filter(({ path, id }) => old.get(path)?.id !== id);
  const come = changed.filter(({ path }) => !old.has(path));
  const gone = base.entries.filter(({ path }) => !now.has(path));
  const renamed = renamesIn(await oneSided(base, gone), await oneSided(head, come));
  const before = changed.flatMap(({ path }) => old.get(renamed.get(path) ?? path) ?? []);
  const touched = [...changed, ...gone].map(({ path }) => path);
  return { changed, before, renamed, touched };
}

async function oneSided(stand: Stand, entries: readonly TreeEntry[]) {
  const small = entries.filter(({ size }) => size <= largest).map(({ path }) => path);
  const texts = await stand.texts(small);
  return entries.map(({ path, id }) => ({ path, id, lines: linesOf(texts.get(path)) }));
}

/** Without their ends; undefined for what is no text. */
export function linesOf(text: string | undefined): readonly string[] | undefined {
  return text?.split(/\r\n|[\r\n]/);
}

/** The line of the old text on which a line of the new stood, both counted from 1; texts are compared when first asked for. */
export function lineMap(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  renamed: ReadonlyMap<string, string>,
): (path: string, line: number) => number | undefined {
  const maps = new Map<string, ReadonlyMap<number, number>>();
  return (path, line) => {
    const known = maps.get(path);
    const map = known ?? compared(before.get(renamed.get(path) ?? path), after.get(path));
    if (known === undefined) maps.set(path, map);
    const index = map.get(line - 1);
    return index === undefined ? undefined : index + 1;
  };
}

function compared(old: string | undefined, now: string | undefined): ReadonlyMap<number, number> {
  return commonLines(linesOf(now) ?? [], linesOf(old) ?? []);
}
