/** The lines of a patch with their numbers on both sides, and how a line's number moves between two commits. */
import { lasting } from './lasting.ts';

export interface PatchLine {
  /** Lines below the first hunk header, other headers counted. */
  readonly position: number;
  /** Which hunk of the file, from 0. */
  readonly hunk: number;
  readonly left: number | null;
  readonly right: number | null;
  readonly text: string;
}

const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Every line of a patch that can be commented on: additions, removals and what stands around them. */
export function patchLines(patch: string): readonly PatchLine[] {
  const found: PatchLine[] = [];
  let [hunk, left, right] = [-1, 0, 0];
  for (const [position, text] of patch.split('\n').entries()) {
    const start = header.exec(text);
    if (start) {
      hunk += 1;
      [left, right] = [Number(start[1]), Number(start[3])];
      continue;
    }
    // "\ No newline at end of file" is counted but is no line.
    if (text.startsWith('\\')) continue;
    const [old, fresh] = [!text.startsWith('+'), !text.startsWith('-')];
    found.push({
      position,
      hunk,
      left: old ? left++ : null,
      right: fresh ? right++ : null,
      text,
    });
  }
  return found;
}

/** The patch from its hunk's header down to the line at `position`. */
export function hunkUpTo(patch: string, position: number): string {
  const lines = patch.split('\n').slice(0, position + 1);
  return lines.slice(lines.findLastIndex((line) => header.test(line))).join('\n');
}

/** The number in `to` of a file's line in `from`; undefined when the line was changed or went. */
export type LineMove = (line: number) => number | undefined;

/** How the lines of one file move from a commit to another. Undefined when either has no such file. */
export async function lineMoves(
  folder: string,
  path: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<LineMove | undefined> {
  const argv = [
    'diff',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '-U0',
    from,
    to,
    '--',
    path,
  ];
  const { text } = await lasting(folder, ['--literal-pathspecs', ...argv], { names: [from, to] });
  if (/^(new|deleted) file mode /m.test(text.slice(0, Math.max(0, text.search(/^@@ /m)))))
    return undefined;
  const hunks = [...text.matchAll(new RegExp(header.source, 'gm'))].map((found) => {
    const [, start = '0', count = '1', , added = '1'] = found;
    // Without removed lines the start is the line before the addition.
    const first = Number(start) + (count === '0' ? 1 : 0);
    return { first, end: first + Number(count), shift: Number(added) - Number(count) };
  });
  return (line) => {
    const above = hunks.filter(({ first }) => first <= line);
    if (above.some(({ end }) => line < end)) return undefined;
    return line + above.reduce((sum, { shift }) => sum + shift, 0);
  };
}
