/** Asks what the repository's and the operator's own rules say of a change. Its facts are kept, so that rules can be tried on them later. */
import { z } from 'zod';
import type { FileChange } from '#core/change.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { EvidenceRow } from '#core/evidence.ts';
import { neutralLine } from '#core/neutral.ts';
import { policyFacts, PolicyFacts } from '#core/policy-facts.ts';
import { isRegoPolicy, Ruled } from '#core/policies.ts';
import type { Settings } from '#core/settings.ts';
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

export async function askRules(about: Proposable): Promise<readonly Ruled[]> {
  const { context, ground, settings } = about;
  const rego = await Promise.all(
    ground.paths
      .filter(isRegoPolicy)
      .map(async (path) => ({ path, text: (await ground.read(path)) ?? '' })),
  );
  const facts = await context.step('policy-facts', PolicyFacts, () => factsOf(about));
  const set = { policies: settings.policies, rego };
  return context.step('rules', z.array(Ruled).readonly(), () => context.rules.ask(set, facts));
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
