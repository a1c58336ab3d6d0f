/** The managed part of a draft: what Sluice wrote stands between two marks, and the second tells what that was, line by line. */
import { createHash } from 'node:crypto';
import type { Entry } from './changelog.ts';

/** Lines that belong together: one change, or one line of any other text. */
export interface Unit {
  /** Of a change its number or sha; of the second line of the same change in another category, `12+`. */
  readonly key?: string;
  readonly lines: readonly string[];
}

/** A unit as it was written, without its text. */
export interface Written {
  readonly key?: string;
  readonly hashes: readonly string[];
}

const begin = '<!-- sluice:notes -->';
const end = /<!-- sluice:notes end(?: ([\da-f.=+ -]*?))? -->/;

export interface Draft {
  /** Text of people, byte by byte. */
  readonly before: string;
  readonly after: string;
  /** The lines between the marks, without ends; all lines when there are none. */
  readonly lines: readonly string[];
  /** What had been written; undefined when the draft bears no marks. */
  readonly written: readonly Written[] | undefined;
}

export function readDraft(body: string): Draft {
  const from = body.indexOf(begin);
  const rest = from < 0 ? '' : body.slice(from + begin.length);
  const mark = end.exec(rest);
  if (mark === null) {
    // With one of its marks gone nobody can tell what is whose, so that all is kept.
    const text = body.replace(begin, '').replace(end, '');
    return { before: '', after: '', lines: linesOf(text.trim()), written: undefined };
  }
  const [whole, code = ''] = mark;
  return {
    before: body.slice(0, from),
    after: rest.slice(mark.index + whole.length),
    lines: linesOf(rest.slice(0, mark.index).replace(/^\r?\n|\r?\n$/g, '')),
    written: decoded(code),
  };
}

/** The editor of the forge's pages ends lines in its own way. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/\r?\n/);
}

/** `generated` is what Sluice would have written, `lines` what stands there in the end. */
export function writeDraft(
  { before, after }: Pick<Draft, 'before' | 'after'>,
  lines: readonly string[],
  generated: readonly Unit[],
): string {
  const code = encoded(generated.map(writtenOf));
  return `${before}${begin}\n${lines.join('\n')}\n<!-- sluice:notes end ${code} -->${after}`;
}

export function writtenOf({ key, lines }: Unit): Written {
  const hashes = lines.map(hashOf);
  return key === undefined ? { hashes } : { key, hashes };
}

/** A line that was written is known again by it; 32 bits are enough for a few hundred lines. */
export function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, 8);
}

function encoded(units: readonly Written[]): string {
  return units
    .map(({ key, hashes }) => (key === undefined ? '' : `${key}=`) + hashes.join('.'))
    .join(' ');
}

function decoded(code: string): readonly Written[] {
  return code
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [hashes = '', key] = word.split('=').toReversed();
      const each = hashes.split('.');
      return key === undefined ? { hashes: each } : { key, hashes: each };
    });
}

/** The body taken apart: the changes in it, and between them line by line. */
export function unitsOf(body: string, entries: readonly Entry[]): readonly Unit[] {
  const lines = body.split('\n');
  const units: Unit[] = [];
  const seen = new Set<string>();
  const open = [...entries];
  let at = 0;
  while (at < lines.length) {
    const here = lines.slice(at);
    const index = open.findIndex(({ text }) => startsWith(here, text));
    const [entry] = index < 0 ? [] : open.splice(index, 1);
    const length = entry?.text.split('\n').length ?? 1;
    const key = entry && freeKey(keyOf(entry), seen);
    units.push({ ...(key === undefined ? {} : { key }), lines: here.slice(0, length) });
    at += length;
  }
  return units;
}

function keyOf({ number, commit }: Entry): string {
  return commit?.slice(0, 7) ?? String(number);
}

function freeKey(key: string, seen: Set<string>): string {
  const free = seen.has(key) ? freeKey(`${key}+`, seen) : key;
  seen.add(free);
  return free;
}

/** The first and the last line of all changes have lost their spaces. */
function startsWith(lines: readonly string[], text: string): boolean {
  const wanted = text.split('\n');
  return wanted.every((line, index) => lines[index]?.trim() === line.trim());
}
