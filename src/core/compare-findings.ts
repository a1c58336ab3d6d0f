/** Compare findings: which of them a change brought, which it mended, and which were there before, moved or not. */
import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';

/** One side: what was found, and the lines of the files in which it was. */
export interface FoundSide {
  readonly findings: readonly Finding[];
  /** The lines of a file, or undefined where it cannot be read as text. */
  readonly lines: (path: string) => readonly string[] | undefined;
}

export interface Compared {
  readonly added: readonly Finding[];
  readonly preexisting: readonly Finding[];
  readonly fixed: readonly Finding[];
}

export interface Sides {
  readonly base: FoundSide;
  readonly head: FoundSide;
  /** What a file of the head was called on the base, where it was called otherwise. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The line of the base on which a line of the head stood, both counted from 1; undefined where it is a new one. */
  readonly lineBefore: (path: string, line: number) => number | undefined;
}

/**
 * Matches in three passes, each of which takes what it matched from the base: by rule and text of the line, wherever it
 * moved in its file and however it is indented; by rule and the line's place; by rule and message with its numbers left
 * out, for what is measured. What is left over on the head the change brought; what is left over on the base it mended.
 */
export function compareFindings(sides: Sides): Compared {
  let added = sides.head.findings;
  let fixed = sides.base.findings;
  const known = new Set<Finding>();
  for (const [onBase, onHead] of passes(sides)) {
    const waiting = new Map<string, Finding[]>();
    for (const each of fixed) {
      const key = onBase(each);
      if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), each]);
    }
    const taken = new Set<Finding>();
    added = added.filter((each) => {
      const key = onHead(each);
      const match = key === undefined ? undefined : waiting.get(key)?.shift();
      if (match === undefined) return true;
      taken.add(match);
      known.add(each);
      return false;
    });
    fixed = fixed.filter((each) => !taken.has(each));
  }
  const preexisting = sides.head.findings.filter((each) => known.has(each));
  return { added, preexisting, fixed };
}

type KeyOf = (finding: Finding) => string | undefined;

function passes({ base, head, renamed, lineBefore }: Sides): readonly (readonly [KeyOf, KeyOf])[] {
  const before = (path: string) => renamed.get(path) ?? path;
  const same = (path: string) => path;
  const placed = ({ check, rule, path }: Finding, line: number | null | undefined) =>
    typeof line === 'number' ? keyOf([check, rule, path, String(line)]) : undefined;
  return [
    [(each) => textKey(each, base.lines, same), (each) => textKey(each, head.lines, before)],
    [
      (each) => placed(each, each.line),
      (each) =>
        placed(
          { ...each, path: before(each.path) },
          each.line === null ? null : lineBefore(each.path, each.line),
        ),
    ],
    [(each) => messageKey(each, same), (each) => messageKey(each, before)],
  ];
}

function textKey(
  { check, rule, path, line }: Finding,
  linesOf: FoundSide['lines'],
  before: (path: string) => string,
): string | undefined {
  if (line === null) return undefined;
  const text = linesOf(path)?.[line - 1]?.replace(/\s+/g, '');
  return text === undefined || text === '' ? undefined : keyOf([check, rule, before(path), text]);
}

/**
 * Measures of something large (a function that is too long) stand on lines that are edited. Without a number in it a
 * message tells nothing apart: one that was mended would else hide another that came.
 */
function messageKey(
  { check, rule, path, line, message }: Finding,
  before: (path: string) => string,
): string | undefined {
  if (line !== null && !/\d/.test(message)) return undefined;
  return keyOf([check, rule, before(path), message.replace(/\d+/g, '#')]);
}

function keyOf(parts: readonly string[]): string {
  return parts.join('\0');
}

/**
 * Names findings so that the name stays when their lines move or are indented anew: 16 hexadecimal digits each, in the
 * order of `findings`. Equal ones in one file are told apart by their order.
 */
export function fingerprints({ findings, lines }: FoundSide): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((each) => {
    const text = each.line === null ? undefined : lines(each.path)?.[each.line - 1];
    const what = text?.replace(/\s+/g, '') ?? each.message.replace(/\d+/g, '#');
    const key = keyOf([each.check, each.rule, each.path, what]);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return createHash('sha256')
      .update(`v1\0${key}\0${String(ordinal)}`)
      .digest('hex')
      .slice(0, 16);
  });
}
