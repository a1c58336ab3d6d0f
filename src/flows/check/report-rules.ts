/** Report of rules: what the rules of the repository and the operator say of a pull request, as one check run. */
import { codeCell } from '#core/neutral.ts';
import type { Ruled } from '#core/policies.ts';
import { answers } from '#core/verdict.ts';
import { judgeRules } from '#policy/gates/policy.ts';
import { nameOf, policy } from './names.ts';
import { states, type Told } from './report.ts';
import { fitting, inShort, oneLine, paragraphs, table } from './words.ts';

/** Those that stand in the way come first. */
export function reportOfRules(rules: readonly Ruled[]): Told {
  const sorted = rules.toSorted((a, b) => answers.indexOf(b.answer) - answers.indexOf(a.answer));
  const rows = fitting(sorted.map(ruleRow));
  const left = rules.length - rows.length;
  return {
    name: nameOf(policy),
    state: states[judgeRules(rules).answer],
    title: inShort(rules),
    summary: paragraphs([
      "What the rules of this repository and of this App's operator say of the pull request, as it is now.",
      table(['Rule', 'Of the', 'Says', 'Why', 'Who may lift it'], rows),
      left > 0 ? `And ${String(left)} more.` : '',
    ]),
  };
}

function ruleRow({ name, owner, answer, reason, lift }: Ruled): readonly string[] {
  return [codeCell(name), owner, answer, oneLine(reason, 600), oneLine(lift ?? '')];
}

/** In the place of what rules said that there are no longer. */
export function withoutRules(): Told {
  return {
    name: nameOf(policy),
    state: 'success',
    title: 'There are no rules any more',
    summary: "Neither this repository nor this App's operator has a rule that could be asked.",
  };
}
