/** Merge: writes a model's own change into the real lines; lines that it only copied stay as they are in the file. */
import { commonLines } from './common-lines.ts';
import type { TextLine } from './text-file.ts';

/**
 * The new lines of the span. A line of `written` that stands in `search` too is the file's line, with its ending;
 * any other is new, indented as the file is, without an ending. Undefined when an indent cannot be told.
 */
export function mergeKept(
  edit: { readonly search: readonly string[]; readonly written: readonly string[] },
  span: readonly TextLine[],
  indent: (written: string) => string | undefined,
): TextLine[] | undefined {
  const merged: TextLine[] = [];
  const kept = commonLines(edit.written, edit.search);
  for (const [index, line] of edit.written.entries()) {
    const real = span[kept.get(index) ?? -1];
    const [, white = '', rest = ''] = /^([ \t]*)(.*)$/s.exec(line) ?? [];
    const found = rest === '' ? '' : indent(white);
    if (real !== undefined) merged.push(real);
    else if (found === undefined) return undefined;
    else merged.push({ text: rest === '' ? line : found + rest, end: '' });
  }
  return merged;
}
