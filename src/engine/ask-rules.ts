/** Asks what the repository's and the operator's own rules say of a change. Its facts are kept, so that rules can be tried on them later. */
import { z } from 'zod';
import { PolicyFacts } from '#core/policy-facts.ts';
import { isRegoPolicy, Ruled, type Policy } from '#core/policies.ts';
import type { Context } from './flow.ts';

/** Files of the commit that says which rules hold: never one that whoever makes the change may choose. */
export interface RuleFiles {
  readonly paths: readonly string[];
  /** Undefined for what is no text. */
  read(path: string): Promise<string | undefined>;
}

export interface RuleQuestion {
  readonly policies: readonly Policy[];
  readonly files: () => Promise<RuleFiles>;
  readonly facts: () => Promise<PolicyFacts>;
}

/** Throws only where the facts or the sandbox do: a rule that cannot be asked blocks. */
export async function askRules(
  { step, rules }: Pick<Context, 'step' | 'rules'>,
  { policies, files, facts }: RuleQuestion,
): Promise<readonly Ruled[]> {
  const kept = await step('policy-facts', PolicyFacts, facts);
  return step('rules', z.array(Ruled).readonly(), async () => {
    const there = await files();
    const rego = await Promise.all(
      there.paths
        .filter(isRegoPolicy)
        .map(async (path) => ({ path, text: (await there.read(path)) ?? '' })),
    );
    return rules.ask({ policies, rego }, kept);
  });
}
