/** Similarity: how far two lines are apart, and which part of a file comes nearest to a block. */

/** Edit distance of two texts when it is at most `most`, else undefined. Looks at a band of that width only. */
export function distanceWithin(a: string, b: string, most: number): number | undefined {
  if (a === b) return 0;
  if (most < 1 || Math.abs(a.length - b.length) > most) return undefined;
  let above = Array.from({ length: b.length + 2 }, (_, index) => index);
  let row = new Array<number>(b.length + 2).fill(Infinity);
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - most);
    const to = Math.min(b.length, i + most);
    row[from - 1] = from === 1 ? i : Infinity;
    row[to + 1] = Infinity;
    if (fillRow(row, above, { letter: a.charCodeAt(i - 1), b, from, to }) > most) return undefined;
    [above, row] = [row, above];
  }
  const distance = above[b.length] ?? Infinity;
  return distance <= most ? distance : undefined;
}

/** Fills the band of one row; the least distance in it. */
function fillRow(
  row: number[],
  above: readonly number[],
  band: { letter: number; b: string; from: number; to: number },
): number {
  let least = Infinity;
  for (let j = band.from; j <= band.to; j += 1) {
    const swap = (above[j - 1] ?? 0) + (band.letter === band.b.charCodeAt(j - 1) ? 0 : 1);
    const distance = Math.min(swap, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
    row[j] = distance;
    least = Math.min(least, distance);
  }
  return least;
}

/** Words of a line, for a cheap measure of likeness. */
function words(line: string): ReadonlySet<string> {
  return new Set(line.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []);
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.size + b.size === 0 ? 1 : (2 * a.intersection(b).size) / (a.size + b.size);
}

/** The part of `lines`, as long as `block`, that shares most words with it: first line's index and likeness from 0 to 1. */
export function nearest(
  lines: readonly string[],
  block: readonly string[],
): { readonly at: number; readonly score: number } {
  // Long blocks are recognised by their beginning; this keeps the work linear in the file.
  const wanted = block.slice(0, 60).map(words);
  const seen = lines.map(words);
  let best = { at: 0, score: 0 };
  for (let at = 0; at < seen.length; at += 1) {
    const sum = wanted.reduce((total, set, index) => {
      const real = seen[at + index];
      return real === undefined ? total : total + overlap(set, real);
    }, 0);
    const score = sum / wanted.length;
    if (score > best.score) best = { at, score };
  }
  return best;
}
