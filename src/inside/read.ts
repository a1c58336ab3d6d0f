/** Reads lines of a file, numbered. */
import { readFileSync } from 'node:fs';
import { filePlace } from './place.ts';
import { longestAnswer, Misasked } from './question.ts';
import type { Question } from './question.ts';

const fields = {
  path: { kind: 'text', most: 1000, needed: true },
  from: { kind: 'number', least: 1, most: 10_000_000 },
  to: { kind: 'number', least: 1, most: 10_000_000 },
} as const;

const mostBytes = 20_000_000;
const mostLines = 400;
/** Longer lines are data or were made by a program. */
const longestLine = 1000;

function textOf(bytes: Buffer, path: string): string {
  if (bytes.subarray(0, 8000).includes(0)) throw new Misasked(`"${path}" is no text.`);
  return bytes.toString('utf8');
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/u, ''));
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function numbered(line: string, number: number): string {
  if (line.length <= longestLine) return `${String(number)}: ${line}`;
  return `${String(number)}: ${line.slice(0, longestLine)} [cut: the line has ${line.length} characters]`;
}

/** As many of the lines as an answer may have, from the first one on. */
function asMany(lines: readonly string[], from: number): readonly string[] {
  const shown: string[] = [];
  let size = 0;
  for (const line of lines.slice(0, mostLines)) {
    const text = numbered(line, from + shown.length);
    size += text.length + 1;
    if (size > longestAnswer && shown.length > 0) break;
    shown.push(text);
  }
  return shown;
}

function read({ path, from = 1, to }: Question<typeof fields>, root: string): string {
  const place = filePlace(root, path, mostBytes);
  const lines = linesOf(textOf(readFileSync(place.real), path));
  const count = String(lines.length);
  if (lines.length === 0) return `[${place.path} is empty.]`;
  if (from > lines.length) throw new Misasked(`"${path}" has only ${count} lines.`);
  const last = Math.min(to ?? lines.length, lines.length);
  if (last < from) throw new Misasked('"to" must not be before "from".');
  const shown = asMany(lines.slice(from - 1, last), from);
  const end = from + shown.length - 1;
  const more = end < last ? ` Cut here: read on with from=${String(end + 1)}.` : '';
  return `${shown.join('\n')}\n[Lines ${String(from)} to ${String(end)} of ${count} in ${place.path}.${more}]`;
}

export const readProgram = { fields, find: read };
