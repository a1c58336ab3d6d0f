/** Common lines: which lines of one text stand in another too, in the same order. */

/** Cells of the table; above, only the common beginning and end are found. */
const most = 4_000_000;

/** Longest common subsequence: index in `a` to index in `b`. */
export function commonLines(
  a: readonly string[],
  b: readonly string[],
): ReadonlyMap<number, number> {
  const head = sharedHead(a, b);
  const tail = sharedHead(a.slice(head).reverse(), b.slice(head).reverse());
  const pairs = new Map<number, number>();
  for (let index = 0; index < head; index += 1) pairs.set(index, index);
  const middle = longest(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  for (const [i, j] of middle) pairs.set(head + i, head + j);
  for (let index = tail; index >= 1; index -= 1) pairs.set(a.length - index, b.length - index);
  return pairs;
}

function sharedHead(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}

function longest(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  if (a.length * b.length > most) return [];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
