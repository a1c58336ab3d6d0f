/** Policy: the rules that the repository and this App's operator wrote hold. */
import type { Ruled } from '#core/policies.ts';
import { strictest, type Verdict } from '#core/verdict.ts';
import type { Gate } from './gate.ts';

export const policy: Gate = {
  name: 'policy',
  asks: "The rules of the repository and of this App's operator hold.",
  decide: ({ rules }) => judgeRules(rules),
};

/** What they say together; passes where none was asked. */
export function judgeRules(rules: readonly Ruled[]): Verdict {
  const said = rules.filter(({ answer }) => answer !== 'pass');
  const blocks = said.filter(({ answer }) => answer === 'block');
  const warns = said.filter(({ answer }) => answer === 'warn');
  const answer =
    said.length === 0 ? 'pass' : strictest(said.map((one) => ({ ...one, gate: '', reasons: [] })));
  return { gate: 'policy', answer, reasons: [...blocks, ...warns].map(inWords) };
}

/** Which rule, whose, why, and who may lift it. */
export function inWords({ owner, name, answer, reason, lift }: Ruled): string {
  const lifted = answer === 'block' && lift !== null ? ` It may be lifted by ${lift}.` : '';
  return `\`${name}\` of the ${owner}: ${reason}${lifted}`;
}
