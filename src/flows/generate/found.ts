/** What a run that ends without proof leaves behind for people: the plan, the test, and where it got stuck. */
import type { FileChange } from '#core/change.ts';
import { codeCell, fenced, neutral } from '#core/neutral.ts';
import { redact } from '#core/redact.ts';
import type { Attempt, Plan } from './kept.ts';

export function planFound({ files, plan }: Plan): string {
  const quoted = neutral(plan)
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
  return `Files that seem to matter: ${files.map((path) => codeCell(path)).join(', ')}.\n\n${quoted}`;
}

/** A test in full, folded away, with what it said on the base commit. */
export function testFound({ files, report }: Attempt): string {
  const said =
    report?.cases.find(({ state }) => state === 'failed')?.message ?? report?.reason ?? '';
  const shown = said === '' ? '' : `\n\nOn the base commit it says:\n\n${fenced(redact(said))}`;
  return `${folded('The test', files)}${shown}`;
}

/** The last try of a change, which did not hold. */
export function changeFound({ files, problem }: Attempt): string {
  const tried = files.length > 0 ? folded('The last change that was tried', files) : '';
  return `${tried}\n\nWhy it does not hold:\n\n${fenced(redact(problem ?? ''))}`.trim();
}

/** Characters of all files together: the comment must have room for its end. */
const mostShown = 16_000;

function folded(title: string, files: readonly FileChange[]): string {
  const parts = files.map(({ path, content }) => {
    const text = content === null ? '(deleted)' : content.text.slice(0, mostShown / files.length);
    return `${codeCell(path)}\n\n${fenced(redact(text))}`;
  });
  return `<details><summary>${title}</summary>\n\n${parts.join('\n\n')}\n\n</details>`;
}
