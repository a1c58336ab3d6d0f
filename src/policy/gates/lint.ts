/** Lint: the repository's own linter finds nothing that it did not find before. */
import type { Answer, Verdict } from '#core/verdict.ts';
import type { Gate, GateFacts, LintState } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

export const lint: Gate = {
  name: 'lint',
  asks: "The repository's own linter finds nothing that it did not find before.",
  decide: ({ lint: facts }) => (facts === null ? unlinted : judgeLint(facts)),
};

/** Nothing was looked at, which is no success. */
const unlinted = verdict(
  'lint',
  ['This repository names no linter that Sluice knows, so none was run.'],
  'warn',
);

export function judgeLint(facts: NonNullable<GateFacts['lint']>): Verdict {
  const [answer, reason] = judge(facts);
  return verdict('lint', reason === '' ? [] : [reason], answer);
}

const ended = (state: LintState) => state === 'clean' || state === 'findings';

function judge(facts: NonNullable<GateFacts['lint']>): readonly [Answer, string] {
  const { command, before, after, added } = facts;
  if (!ended(before)) {
    return [
      'warn',
      `\`${command}\` did not work on the base commit, so its findings are not compared.`,
    ];
  }
  if (!ended(after)) return ['block', `With the change \`${command}\` does not work any more.`];
  if (added !== null && added.length > 0) {
    return ['block', `\`${command}\` finds what it did not find before: ${listed(added)}.`];
  }
  if (before === 'clean' && after === 'findings') {
    return ['block', `\`${command}\` was content before and is not now.`];
  }
  const unclear = added === null && after === 'findings';
  return unclear
    ? ['warn', `\`${command}\` failed before too; whether it got worse cannot be told.`]
    : ['pass', ''];
}
