/** Words: tables, lines and short sentences of which reports are made. */
import { neutral } from '#core/neutral.ts';
import type { Ruled } from '#core/policies.ts';

/** Bytes of a table; the forge takes 65,535 bytes in all. */
const largestTable = 45_000;

export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The first rows, as many as a summary has room for. */
export function fitting(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let size = 0;
  const end = rows.findIndex((row) => {
    size += Buffer.byteLength(row.join(' | ')) + 8;
    return size > largestTable;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** Prose in a table's cell. */
export function oneLine(text: string, most = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return neutral(line.length > most ? `${line.slice(0, most - 1)}…` : line);
}

/** How many rules of owners stand in the way: `1 rule blocks, 2 rules warn`. */
export function inShort(rules: readonly Ruled[]): string {
  const count = (answer: Ruled['answer']) => rules.filter((rule) => rule.answer === answer).length;
  const [blocks, warns] = [count('block'), count('warn')];
  const said = [
    ...(blocks > 0 ? [blocks === 1 ? '1 rule blocks' : `${String(blocks)} rules block`] : []),
    ...(warns > 0 ? [warns === 1 ? '1 rule warns' : `${String(warns)} rules warn`] : []),
  ];
  return said.length > 0 ? said.join(', ') : 'Every rule holds';
}
