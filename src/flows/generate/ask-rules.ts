/** What rules of owners may know of a change that Sluice made, and what they say of it. */
import type { FileChange } from '#core/change.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { EvidenceRow } from '#core/evidence.ts';
import { neutralLine } from '#core/neutral.ts';
import { policyFacts, type PolicyFacts } from '#core/policy-facts.ts';
import type { Ruled } from '#core/policies.ts';
import type { Settings } from '#core/settings.ts';
import { askRules } from '#engine/ask-rules.ts';
import type { RepositorySession } from '#ports/forge.ts';
import type { Bench } from './localise.ts';
import { originalsOf } from './originals.ts';

export interface Proposable extends Bench {
  readonly session: RepositorySession;
  readonly settings: Settings;
  readonly files: readonly FileChange[];
  readonly rows: readonly EvidenceRow[];
  readonly checks: readonly CheckResult[];
}

export async function askRulesOf(about: Proposable): Promise<readonly Ruled[]> {
  const { context, ground, settings } = about;
  return askRules(context, {
    policies: settings.policies,
    files: () => Promise.resolve(ground),
    facts: () => factsOf(about),
  });
}

async function factsOf(about: Proposable): Promise<PolicyFacts> {
  const { context, ground, session, settings, issue, files, rows, checks } = about;
  const { actor, repository } = context.event;
  // Asked at this moment: hours may have passed since the run was admitted.
  const [now, permission] = await Promise.all([
    session.issue(issue.number),
    session.permission(actor.login),
  ]);
  return policyFacts({
    flow: 'generate',
    repository: { owner: repository.owner, name: repository.name, private: repository.private },
    base: repository.defaultBranch,
    number: issue.number,
    labels: now.labels,
    requester: { login: actor.login, permission, kind: actor.kind },
    author: { login: context.model.name, kind: 'model' },
    message: `Fix: ${neutralLine(issue.title, 80)}`,
    files,
    originals: await originalsOf(ground, files),
    spent: context.spent(),
    limits: { calls: settings.limits.calls, usd: settings.limits.usd },
    evidence: rows,
    findings: checks.flatMap(({ added }) => added),
    checks: checks.map(({ name, state }) => ({ name, state })),
  });
}
