/** How runs end that went through their phases: what is said, what was found, and what a person can do. */
import type { SluiceError } from '#core/errors.ts';
import type { Verdict } from '#core/verdict.ts';
import { neutral } from '#core/neutral.ts';
import { changeFound, planFound, testFound } from './found.ts';
import type { Ending } from './journal.ts';
import type { Attempt, Plan } from './kept.ts';

export const noModel: Ending = {
  outcome: 'refused',
  code: 'no-model',
  reason: 'No model is configured.',
  next: 'Whoever runs this App sets OPENAI_BASE_URL and OPENAI_API_KEY; then add the label again.',
};

export function noBaseline(reason: string): Ending {
  const next =
    'Make the tests run on the base commit, or name their command in `.github/sluice.yml`; then add the label again.';
  return { outcome: 'unproven', code: 'no-baseline', reason, next };
}

export function notReproduced(plan: Plan, test: Attempt): Ending {
  const tried = test.files.length > 0 ? `\n\n${testFound(test)}` : '';
  return {
    outcome: 'unproven',
    code: 'not-reproduced',
    reason:
      `No test could be written that fails because of this issue. ${test.problem ?? ''}`.trim(),
    found: `${planFound(plan)}${tried}`,
    next: 'Add to the issue what one does, what happens and what should happen, best with an example; then add the label again.',
  };
}

export function notPatched(plan: Plan, test: Attempt, change: Attempt): Ending {
  return {
    outcome: 'unproven',
    code: 'not-patched',
    reason: 'A test shows the fault, but no change was found with which all tests pass.',
    found: [planFound(plan), testFound(test), changeFound(change)].join('\n\n'),
    next: 'The test above is a start for whoever mends it by hand. Or say in the issue where the fault lies, and add the label again.',
  };
}

export function notVerified(reason: string, test: Attempt, table: string): Ending {
  const next = 'Make the tests give the same result each time they run; then add the label again.';
  return {
    outcome: 'unproven',
    code: 'not-verified',
    reason,
    found: `${table}\n\n${testFound(test)}`,
    next,
  };
}

/** Out of budget or quota: what was found until then is told all the same. */
export function outOfMeans({ code, message, hint }: SluiceError): Ending {
  const next = `${hint === undefined ? '' : `${neutral(hint)} `}Then add the label again.`;
  return { outcome: 'unproven', code, reason: message, next };
}

export function held(verdicts: readonly Verdict[], test: Attempt, table: string): Ending {
  const blocks = verdicts.filter(({ answer }) => answer === 'block');
  const reasons = blocks.flatMap(({ gate, reasons: said }) =>
    said.map((one) => `- ${gate}: ${neutral(one)}`),
  );
  return {
    outcome: 'unproven',
    code: `gate-${blocks[0]?.gate ?? 'unknown'}`,
    reason: `The change may not leave: ${blocks.map(({ gate }) => gate).join(', ')}.`,
    found: `${reasons.join('\n')}\n\n${table}\n\n${testFound(test)}`,
    next: 'The reasons above say what to change, in the issue or in `.github/sluice.yml`; then add the label again.',
  };
}
