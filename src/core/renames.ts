/** Renames: which new file of a change is an old one under another name. */

/** A file that is only on one side: its name, the name of its content, and its lines where they are known. */
export interface OneSided {
  readonly path: string;
  readonly id: string;
  readonly lines: readonly string[] | undefined;
}

/** Share of lines that both must have: that of git. */
const enough = 0.5;
/** Pairs that are compared line by line; a change that moves more is matched by content alone. */
const mostPairs = 2_500;

/** The old name of each new file that has one: the same content first, then the most lines in common. */
export function renamesIn(
  gone: readonly OneSided[],
  come: readonly OneSided[],
): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  const left = new Map(gone.map((file) => [file.path, file]));
  for (const { path, id } of come) {
    const same = [...left.values()].find((old) => old.id === id);
    if (same === undefined) continue;
    renamed.set(path, same.path);
    left.delete(same.path);
  }
  const open = come.filter(({ path }) => !renamed.has(path));
  if (left.size * open.length > mostPairs) return renamed;
  const pairs = open
    .flatMap((file) => [...left.values()].map((old) => ({ file, old, share: shared(old, file) })))
    .filter(({ share }) => share >= enough)
    .sort((one, other) => other.share - one.share);
  for (const { file, old } of pairs) {
    if (renamed.has(file.path) || !left.delete(old.path)) continue;
    renamed.set(file.path, old.path);
  }
  return renamed;
}

/** How much of the larger one both have, by lines that say something, wherever they stand. */
function shared(old: OneSided, file: OneSided): number {
  if (endingOf(old.path) !== endingOf(file.path)) return 0;
  const [before, after] = [countsOf(old.lines), countsOf(file.lines)];
  const larger = Math.max(sumOf(before), sumOf(after));
  if (larger === 0) return 0;
  const common = [...before].reduce(
    (sum, [line, count]) => sum + Math.min(count, after.get(line) ?? 0),
    0,
  );
  return common / larger;
}

function countsOf(lines: readonly string[] = []): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const text = line.trim();
    if (text.length > 2) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function endingOf(path: string): string {
  return /\.[^./]+$/.exec(path)?.[0] ?? '';
}
