/** Tell rules: asks the rules of the repository and the operator about a pull request, and tells what they say. */
import type { CheckResult } from '#core/check-result.ts';
import { policyFacts, type PolicyFacts } from '#core/policy-facts.ts';
import type { Ruled } from '#core/policies.ts';
import { filesBetween, type Side } from '#checks/files-between.ts';
import type { Stand } from '#checks/stand.ts';
import { askRules, type RuleFiles } from '#engine/ask-rules.ts';
import { keyed } from '#engine/flow.ts';
import { inFull, Written, type Bench } from './bench.ts';
import { nameOf, policy } from './names.ts';
import { reportOfRules, withoutRules } from './report-rules.ts';

export interface Material {
  readonly results: readonly CheckResult[];
  readonly sides: () => Promise<{ readonly base: Stand; readonly head: Stand }>;
}

/** Nothing is told where there is no rule, unless some were told of before. */
export async function askAndTellRules(bench: Bench, material: Material): Promise<readonly Ruled[]> {
  const { context, session, subject } = bench;
  const rules = await askRules(context, {
    policies: subject.settings.policies,
    files: () => filesAtTip(bench),
    facts: () => factsOf(bench, material),
  });
  if (rules.length === 0 && !(await hasRules(bench))) return rules;
  const told = rules.length === 0 ? withoutRules() : reportOfRules(rules);
  await context.effect(
    'policy',
    Written,
    keyed(() => session.check(inFull(bench, told))),
  );
  return rules;
}

/** Whether rules were told of on this head. */
export async function hasRules({ session, subject }: Bench): Promise<boolean> {
  const known = await session.checks(subject.head);
  return known.some(({ name }) => name === nameOf(policy));
}

/** Who makes a pull request chooses where its branch begins: what holds stands at the end of the target. */
async function filesAtTip({ context, session, subject: { tip } }: Bench): Promise<RuleFiles> {
  const { trees, event } = context;
  const { repository } = event;
  await trees.fetch(repository, await session.remote(), [tip]);
  const entries = await trees.list(repository, tip);
  return {
    paths: entries.map(({ path }) => path),
    read: async (path) => {
      const blob = await trees.read(repository, tip, path);
      return blob?.encoding === 'utf-8' ? blob.text : undefined;
    },
  };
}

async function factsOf(bench: Bench, { results, sides }: Material): Promise<PolicyFacts> {
  const { context, session, subject } = bench;
  const { actor, repository } = context.event;
  const isPerson = actor.kind === 'person';
  const { base, head } = await sides();
  const [now, permission, before, after] = await Promise.all([
    session.issue(subject.number),
    isPerson ? session.permission(actor.login) : ('none' as const),
    sideOf(bench, subject.base, base),
    sideOf(bench, subject.head, head),
  ]);
  return policyFacts({
    flow: 'check',
    repository: { owner: repository.owner, name: repository.name, private: repository.private },
    base: subject.target,
    number: subject.number,
    labels: now.labels,
    requester: { login: actor.login, permission, kind: actor.kind },
    author: { login: now.author.login, kind: now.author.kind },
    message: now.title,
    ...(await filesBetween(before, after)),
    findings: results.flatMap(({ added }) => added),
    checks: results.map(({ name, state }) => ({ name, state })),
  });
}

async function sideOf({ context }: Bench, commit: string, stand: Stand): Promise<Side> {
  const others = await context.trees.others(context.event.repository, commit);
  return { entries: stand.entries, others, texts: (paths) => stand.texts(paths) };
}
