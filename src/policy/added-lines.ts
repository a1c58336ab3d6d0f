/** Added lines: what a change adds to each of its files, for gates that look at nothing else. */
import type { Change } from '#core/change.ts';
import { lineDifference } from '#core/line-diff.ts';

export interface AddedLines {
  readonly path: string;
  /** Without their ends. */
  readonly lines: readonly string[];
  /** The text on the base commit; undefined of a new file, or of one that was no text. */
  readonly before: string | undefined;
}

export function addedLines({
  change,
  originals,
}: {
  readonly change: Change;
  readonly originals: ReadonlyMap<string, string | null>;
}): readonly AddedLines[] {
  return change.files.map(({ path, content }) => {
    const before = originals.get(path) ?? undefined;
    return { path, before, lines: lineDifference(before, content?.text).added };
  });
}
