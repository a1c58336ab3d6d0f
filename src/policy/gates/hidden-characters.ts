/** Hidden characters: every added line reads as it runs; direction marks, tags, zero-width and control characters do not pass. */
import { addedLines } from '#policy/added-lines.ts';
import { withoutUnseen } from '#core/unseen.ts';
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

/** Line ends that are none to git and many languages, but are to others: what follows looks like a line of its own. */
const lineEnds = /[\u2028\u2029\u0085\v\f]|\r(?!$)/;

export const hiddenCharacters: Gate = {
  name: 'hidden-characters',
  asks: 'No added line holds characters that people cannot see.',
  decide(facts) {
    const unseen = addedLines(facts).filter(({ lines, before }) =>
      lines.some((line, at) => isUnseen(line, at === 0 && before === undefined)),
    );
    const paths = listed(unseen.map(({ path }) => path));
    return verdict(
      'hidden-characters',
      unseen.length > 0 ? [`Characters that cannot be seen are added in ${paths}.`] : [],
    );
  },
};

/** A byte order mark is seen by nobody, too, but stands at the beginning of many files for a reason. */
function isUnseen(line: string, isFirst: boolean): boolean {
  const text = isFirst ? line.replace(/^\uFEFF/, '') : line;
  return lineEnds.test(text) || withoutUnseen(text).count > 0;
}
