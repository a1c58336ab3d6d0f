/** Line difference: which lines a change adds to a text and which it takes away. */
import { commonLines } from './common-lines.ts';

export interface LineDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Lines in their order, without line ends. An undefined side is a file that is not there. */
export function lineDifference(
  before: string | undefined,
  after: string | undefined,
): LineDifference {
  const [old, now] = [linesOf(before), linesOf(after)];
  const common = commonLines(old, now);
  const kept = new Set(common.values());
  return {
    removed: old.filter((_, index) => !common.has(index)),
    added: now.filter((_, index) => !kept.has(index)),
  };
}

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
