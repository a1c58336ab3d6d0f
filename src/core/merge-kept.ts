/** Merge: writes a model's own change into the real lines; lines that it only copied stay as they are in the file. */
import type { TextLine } from './text-file.ts';

/**
 * The new lines of the span. A line of `written` that stands in `search` too is the file's line, with its ending;
 * any other is new, indented as the file is, without an ending. Undefined when an indent cannot be told.
 */
export function mergeKept(
  edit: { readonly search: readonly string[]; readonly written: readonly string[] },
  span: readonly TextLine[],
  indent: (written: string) => string | undefined,
): TextLine[] | undefined {
  const merged: TextLine[] = [];
  const kept = common(edit.search, edit.written);
  for (const [index, line] of edit.written.entries()) {
    const real = span[kept.get(index) ?? -1];
    const [, white = '', rest = ''] = /^([ \t]*)(.*)$/s.exec(line) ?? [];
    const found = rest === '' ? '' : indent(white);
    if (real !== undefined) merged.push(real);
    else if (found === undefined) return undefined;
    else merged.push({ text: rest === '' ? line : found + rest, end: '' });
  }
  return merged;
}

/** Longest common subsequence: index in `written` to index in `search`. */
function common(
  search: readonly string[],
  written: readonly string[],
): ReadonlyMap<number, number> {
  const head = sharedHead(search, written);
  const tail = sharedHead(search.slice(head).reverse(), written.slice(head).reverse());
  const pairs = new Map<number, number>();
  for (let index = 0; index < head; index += 1) pairs.set(index, index);
  for (let index = 1; index <= tail; index += 1)
    pairs.set(written.length - index, search.length - index);
  const [a, b] = [
    search.slice(head, search.length - tail),
    written.slice(head, written.length - tail),
  ];
  for (const [i, j] of middle(a, b)) pairs.set(head + j, head + i);
  return pairs;
}

function sharedHead(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}

/** Pairs of the longest common subsequence; none where the table would be too large to fill. */
function middle(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  if (a.length * b.length > 4_000_000) return [];
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = table[i] ?? [];
    for (let j = b.length - 1; j >= 0; j -= 1)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
