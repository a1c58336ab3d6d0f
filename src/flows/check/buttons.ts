/** Buttons: what people can press on a check run. */
import type { CheckResult } from '#core/check-result.ts';
import type { CheckButton } from '#ports/forge.ts';
import type { Bench } from './bench.ts';
import { fixButton } from './names.ts';

const fix: CheckButton = {
  label: 'Fix this',
  about: 'Lets the tool mend what it can',
  name: fixButton,
};

/** Where the tool can mend something, and we may push to where it stands. */
export function buttonsFor(
  { subject, context }: Pick<Bench, 'subject' | 'context'>,
  { fixable }: CheckResult,
): readonly CheckButton[] {
  return fixable && keptReason({ subject, context }) === undefined ? [fix] : [];
}

/** Why nothing may be pushed to the pull request's branch. */
export function keptReason({
  subject: { fork, branch, target },
  context,
}: Pick<Bench, 'subject' | 'context'>): string | undefined {
  if (fork) return 'The branch is in another repository, to which nothing of ours is pushed.';
  const isKept = [target, context.event.repository.defaultBranch].includes(branch);
  return isKept ? `Nothing of ours is pushed to \`${branch}\`.` : undefined;
}
