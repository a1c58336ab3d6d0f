/** Places in YAML: the line of a key, and the line and column of a character inside a value, for messages about settings. */
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

/** A YAML text taken apart so that its places can be told. */
export interface Placed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly text: string;
}

/** Both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function readPlaced(text: string): Placed {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: true };
  return { document: parseDocument(text, options), lines, text };
}

/** The line of a key or of an entry of a list; of the nearest above it where it is missing. */
export function lineOf({ document, lines }: Placed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    const below = stepInto(node, key);
    if (below === undefined) break;
    offset = below.offset ?? offset;
    node = below.node;
  }
  return lines.linePos(offset).line;
}

/**
 * Where the character stands that has `at` others before it in the text at `path`. Where that text is folded, or written
 * with escapes, the file does not hold it as it is read: then where it begins.
 */
export function placeIn(placed: Placed, path: readonly PropertyKey[], at: number): Place {
  const node = path.reduce<unknown>(
    (above, key) => stepInto(above, key)?.node,
    placed.document.contents,
  );
  const range = rangeOf(node);
  if (!isScalar(node) || typeof node.value !== 'string' || range === undefined) {
    return { line: lineOf(placed, path), column: 1 };
  }
  const { line, col } = placed.lines.linePos(range[0]);
  const isBlock = node.type === 'BLOCK_LITERAL';
  return placeOf(placed, { value: node.value, line, col, isBlock }, at) ?? { line, column: col };
}

interface Written {
  readonly value: string;
  /** Where it begins; of a block, where its sign stands. */
  readonly line: number;
  readonly col: number;
  readonly isBlock: boolean;
}

function placeOf(
  { text }: Placed,
  { value, line, col, isBlock }: Written,
  at: number,
): Place | undefined {
  const before = value.slice(0, at).split('\n');
  if (!isBlock && value.includes('\n')) return undefined;
  const here = line + before.length - (isBlock ? 0 : 1);
  const source = text.split(/\r?\n/)[here - 1] ?? '';
  const wanted = value.split('\n')[before.length - 1] ?? '';
  const begins = source.indexOf(wanted, isBlock ? 0 : col - 1);
  return begins < 0 ? undefined : { line: here, column: begins + (before.at(-1)?.length ?? 0) + 1 };
}

interface Below {
  readonly node: unknown;
  readonly offset: number | undefined;
}

function stepInto(node: unknown, key: PropertyKey): Below | undefined {
  if (isSeq(node)) {
    const item: unknown = node.items[Number(key)];
    return item === undefined ? undefined : { node: item, offset: rangeOf(item)?.[0] };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && String(item.key) === String(key));
  return pair && { node: pair.value, offset: rangeOf(pair.key)?.[0] };
}

const Ranged = z.object({ range: z.tuple([z.number(), z.number()]).rest(z.number()) });

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const read = Ranged.safeParse(node);
  return read.success ? [read.data.range[0], read.data.range[1]] : undefined;
}
