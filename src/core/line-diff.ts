/** Line difference: which lines a change adds to a text and which it takes away. */

export interface LineDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Cells of the comparison table; above, everything between the common ends counts as replaced. */
const most = 4_000_000;

/** Lines in their order, without line ends. An undefined side is a file that is not there. */
export function lineDifference(
  before: string | undefined,
  after: string | undefined,
): LineDifference {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  const left = Math.min(old.length, now.length) - start;
  while (end < left && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const [a, b] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  if (a.length === 0 || b.length === 0 || a.length * b.length > most)
    return { removed: a, added: b };
  return walk(a, b, commonLengths(a, b));
}

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** For each pair of positions, how many lines the rests have in common; row by row, one row and column more than lines. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const here = i * width + j;
      common[here] =
        a[i] === b[j]
          ? at(common, here + width + 1) + 1
          : Math.max(at(common, here + width), at(common, here + 1));
    }
  }
  return common;
}

function walk(a: readonly string[], b: readonly string[], common: Uint32Array): LineDifference {
  const width = b.length + 1;
  const kept = { a: new Set<number>(), b: new Set<number>() };
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      kept.a.add(i);
      kept.b.add(j);
      [i, j] = [i + 1, j + 1];
    } else if (at(common, (i + 1) * width + j) >= at(common, i * width + j + 1)) i += 1;
    else j += 1;
  }
  return {
    removed: a.filter((_, index) => !kept.a.has(index)),
    added: b.filter((_, index) => !kept.b.has(index)),
  };
}

function at(numbers: Uint32Array, index: number): number {
  return numbers[index] ?? 0;
}
