/** Owners' rules: the operator's and the repository's, in CEL by a process of its own, in Rego by `opa` in the sandbox. */
import { withinCeilings, type Ceilings } from '#core/ceilings.ts';
import type { PolicyFacts } from '#core/policy-facts.ts';
import {
  type Owner,
  type Policy,
  type PolicyProblem,
  type PolicySet,
  type Ruled,
} from '#core/policies.ts';
import type { Rules } from '#ports/rules.ts';
import { askCel, checkCel } from './cel-process.ts';
import type { Answered } from './cel.ts';
import { askRego, type RegoParts } from './rego.ts';

export interface RulesOptions extends RegoParts {
  /** The checkout. */
  readonly root: string;
  readonly operator: PolicySet;
  readonly ceilings: Ceilings;
}

export function ownersRules(options: RulesOptions): Rules {
  const { root, operator, ceilings } = options;
  return {
    bound: (settings) => withinCeilings(settings, ceilings),
    check: (policies) => checkPolicies(root, policies),
    async ask(repository, facts) {
      return [
        ...(await askSet(options, { owner: 'operator', set: operator, facts })),
        ...(await askSet(options, { owner: 'repository', set: repository, facts })),
      ];
    },
  };
}

/** What is wrong with expressions; `root` is the checkout. */
export async function checkPolicies(
  root: string,
  policies: readonly Policy[],
): Promise<readonly PolicyProblem[]> {
  const expressions = policies.map(({ when }) => when);
  const checked = await checkCel(root, expressions);
  return checked.flatMap((problem, index) => (problem === null ? [] : [{ index, ...problem }]));
}

async function askSet(
  options: RulesOptions,
  { owner, set, facts }: { owner: Owner; set: PolicySet; facts: PolicyFacts },
): Promise<readonly Ruled[]> {
  const expressions = set.policies.map(({ when }) => when);
  const answered = await askCel(options.root, expressions, facts);
  const ruled = set.policies.map((policy, index) => ruledBy(owner, policy, answered[index]));
  return [...ruled, ...(await askRego(options, { owner, files: set.rego, facts }))];
}

function ruledBy(owner: Owner, policy: Policy, answered: Answered | undefined): Ruled {
  const { name, answer, message, lift = null } = policy;
  if (answered === undefined || 'broken' in answered) {
    const why = answered?.broken ?? 'It gave no answer.';
    const reason = `It cannot be asked, so nobody knows whether the change may leave. ${why}`;
    return { owner, name, answer: 'block', reason, lift: null };
  }
  return answered.value
    ? { owner, name, answer, reason: message, lift }
    : { owner, name, answer: 'pass', reason: '', lift: null };
}
