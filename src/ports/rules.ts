/** Rules: asks what owners wrote about changes, the operator's and the repository's, in CEL and in Rego. */
import type { PolicyFacts } from '#core/policy-facts.ts';
import type { Policy, PolicyProblem, PolicySet, Ruled } from '#core/policies.ts';
import type { Settings } from '#core/settings.ts';

export interface Rules {
  /** The settings within what the operator allows, and a sentence for people about each that had to be cut. */
  bound(settings: Settings): { readonly settings: Settings; readonly told: readonly string[] };
  /** What is wrong with expressions, told before any of them is asked: fields that there are not, types that do not fit. */
  check(policies: readonly Policy[]): Promise<readonly PolicyProblem[]>;
  /**
   * The answers of every rule, the operator's first. A rule that breaks, takes too long, or has no engine here blocks with
   * the reason. Throws only where the sandbox does.
   */
  ask(repository: PolicySet, facts: PolicyFacts): Promise<readonly Ruled[]>;
}
