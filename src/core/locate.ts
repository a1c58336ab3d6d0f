/** Locate: where a block of lines stands in a file, at the first of five levels of strictness that finds it. */
import { distanceWithin } from './similarity.ts';

/** A place, and how an indent written in the block reads there (undefined where it cannot be told). */
export interface Place {
  /** Index of the first line, from 0. */
  readonly at: number;
  readonly indent: (written: string) => string | undefined;
}

export type Level = 'exact' | 'trailing-space' | 'indent' | 'punctuation' | 'similar';

export interface Located {
  readonly level: Level;
  /** More than one: the block is ambiguous. */
  readonly places: readonly Place[];
}

/** Less alike than this is another text; a runner-up this close makes it a guess. */
const alike = 0.88;
const margin = 0.03;
/** A line that is further off than a slip is another line, however well the others fit. */
const lineAlike = 0.9;
const slip = 2;
/** Short blocks are alike by chance: `return a;` and `return b;` differ in one character of nine. */
const enoughCharacters = 40;
/** Pairs of characters compared at most, about a third of a second. */
const effort = 60_000_000;

export function locate(lines: readonly string[], block: readonly string[]): Located | undefined {
  const levels: readonly [Level, () => Place[]][] = [
    ['exact', () => places(lines, block, (line) => line)],
    ['trailing-space', () => places(lines, block, (line) => line.trimEnd())],
    ['indent', () => shifted(lines, block, (line) => line.trim())],
    ['punctuation', () => shifted(lines, block, (line) => fold(line.trim()))],
    ['similar', () => similar(lines, block)],
  ];
  for (const [level, find] of levels) {
    const found = find();
    if (found.length > 0) return { level, places: found };
  }
  return undefined;
}

/** Typographic characters as their plain relatives, and all quotes as one. */
export function fold(line: string): string {
  return line
    .replace(/[\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u00AB\u00BB"`\u00B4]/g, "'")
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\u2026/g, '...')
    .replace(/[\u00A0\u2000-\u200A\u202F\u3000]/g, ' ')
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '');
}

function starts(
  lines: readonly string[],
  block: readonly string[],
  same: (line: string, written: string) => boolean,
): number[] {
  const found: number[] = [];
  for (let at = 0; at + block.length <= lines.length; at += 1) {
    if (block.every((written, index) => same(lines[at + index] ?? '', written))) found.push(at);
  }
  return found;
}

function places(
  lines: readonly string[],
  block: readonly string[],
  read: (line: string) => string,
): Place[] {
  const [seen, wanted] = [lines.map(read), block.map(read)];
  return starts(seen, wanted, (line, written) => line === written).map((at) => ({
    at,
    indent: (written) => written,
  }));
}

/** Places whose lines are the same but for indents, where each written indent has one meaning. */
function shifted(
  lines: readonly string[],
  block: readonly string[],
  read: (line: string) => string,
): Place[] {
  // A block of blank lines is everywhere.
  if (block.every((line) => line.trim() === '')) return [];
  const [seen, wanted] = [lines.map(read), block.map(read)];
  return starts(seen, wanted, (line, written) => line === written).flatMap((at) => {
    const indent = indentMap(lines.slice(at, at + block.length), block);
    return indent === undefined ? [] : [{ at, indent }];
  });
}

function leading(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** How indents of the block read in the file: one shift, one tab for so many spaces, or one by one. */
function indentMap(
  lines: readonly string[],
  block: readonly string[],
): Place['indent'] | undefined {
  const known = new Map<string, string>();
  for (const [index, written] of block.entries()) {
    if (written.trim() === '') continue;
    const real = leading(lines[index] ?? '');
    const earlier = known.get(leading(written));
    if (earlier !== undefined && earlier !== real) return undefined;
    known.set(leading(written), real);
  }
  const rule = rescaled([...known]) ?? moved([...known]);
  return (written) => known.get(written) ?? rule?.(written);
}

/** All lines stand further right, or further left, by the same white space. */
function moved(pairs: readonly (readonly [string, string])[]): Place['indent'] | undefined {
  const [first] = pairs;
  if (first === undefined) return undefined;
  const [written, real] = first;
  const added = real.endsWith(written) ? real.slice(0, real.length - written.length) : undefined;
  if (added !== undefined && pairs.every(([from, to]) => to === added + from))
    return (indent) => added + indent;
  const removed = written.endsWith(real)
    ? written.slice(0, written.length - real.length)
    : undefined;
  if (removed !== undefined && pairs.every(([from, to]) => from === removed + to))
    return (indent) => (indent.startsWith(removed) ? indent.slice(removed.length) : undefined);
  return undefined;
}

/** Tabs for spaces or the reverse, at one rate. */
function rescaled(pairs: readonly (readonly [string, string])[]): Place['indent'] | undefined {
  const [first] = pairs.filter(
    ([from, to]) => from !== '' && to !== '' && !from.startsWith(to.charAt(0)),
  );
  if (first === undefined) return undefined;
  const [unit, rate] = [first[1].charAt(0), first[1].length / first[0].length];
  const read = (indent: string) => {
    const width = indent.length * rate;
    return Number.isInteger(width) && new Set(indent).size < 2 ? unit.repeat(width) : undefined;
  };
  return pairs.every(([from, to]) => read(from) === to) ? read : undefined;
}

/** The one window of as many lines that is nearly the same text; several when it would be a guess. */
function similar(lines: readonly string[], block: readonly string[]): Place[] {
  const wanted = block.map((line) => fold(line.trim()));
  const size = wanted.reduce((sum, line) => sum + line.length, 0);
  if (size < enoughCharacters) return [];
  const seen = lines.map((line) => fold(line.trim()));
  const limit = Math.floor(size * (1 - alike + margin));
  // A line that stands in the file is no slip of another one.
  const copied = new Set(seen).intersection(new Set(wanted));
  const near: { place: Place; score: number }[] = [];
  let left = effort;
  for (let at = 0; at + wanted.length <= seen.length; at += 1) {
    const { distance, work } = windowDistance(seen.slice(at, at + wanted.length), wanted, {
      distance: limit,
      work: left,
      copied,
    });
    left -= work;
    // Whether it is the only place could not be told: better not found than wrong.
    if (left < 0) return [];
    if (distance > limit) continue;
    const indent = indentMap(lines.slice(at, at + block.length), block);
    if (indent !== undefined) near.push({ place: { at, indent }, score: 1 - distance / size });
  }
  const best = Math.max(0, ...near.map(({ score }) => score));
  if (best < alike) return [];
  return near.filter(({ score }) => best - score < margin).map(({ place }) => place);
}

/** Distance and effort of comparing two windows; gives up (infinite) beyond either limit. */
function windowDistance(
  seen: readonly string[],
  wanted: readonly string[],
  limit: { distance: number; work: number; copied: ReadonlySet<string> },
): { distance: number; work: number } {
  let [distance, work] = [0, 0];
  for (const [index, line] of wanted.entries()) {
    const real = seen[index] ?? '';
    const longest = Math.max(line.length, real.length);
    if (line !== real && limit.copied.has(line)) return { distance: Infinity, work };
    const allowed = Math.max(slip, Math.floor(longest * (1 - lineAlike)));
    const most = Math.min(limit.distance - distance, allowed);
    const near = Math.abs(line.length - real.length) <= most;
    work += line === real || !near ? 1 : 1 + line.length * (2 * most + 1);
    if (work > limit.work) return { distance: Infinity, work };
    const off = distanceWithin(line, real, most);
    if (off === undefined) return { distance: Infinity, work };
    distance += off;
  }
  return { distance, work };
}
