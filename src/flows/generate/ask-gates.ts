/** Asks every gate about a change and its evidence: before it is proposed, and when its branch is verified again. */
import type { FileChange } from '#core/change.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { Ruled } from '#core/policies.ts';
import type { Settings } from '#core/settings.ts';
import type { Verdict } from '#core/verdict.ts';
import { gates as all } from '#policy/gates/all.ts';
import { askAll } from '#policy/ask-all.ts';
import type { Gate } from '#policy/gates/gate.ts';
import { lintFacts } from './evidence.ts';
import type { Ground } from '#checks/ground.ts';
import type { Baseline, Evidence } from './kept.ts';
import { originalsOf } from './originals.ts';

export interface Judged {
  readonly settings: Settings;
  readonly linter: Baseline['linter'];
  readonly evidence: Evidence;
  /** The whole change: the tests too. */
  readonly files: readonly FileChange[];
  /** Paths of the proof's tests. */
  readonly tests: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly rules: readonly Ruled[];
}

/** Never throws because of a gate: one that cannot answer blocks. */
export async function askGates(
  ground: Pick<Ground, 'commit' | 'paths' | 'read' | 'modes' | 'others'>,
  { settings, linter, evidence, files, tests, checks, rules }: Judged,
  gates: readonly Gate[] = all,
): Promise<readonly Verdict[]> {
  const { before, reproduced, after } = evidence;
  const facts = {
    settings,
    change: { base: ground.commit, origin: 'model' as const, message: '', files },
    base: { modes: ground.modes, others: ground.others },
    originals: await originalsOf(ground, files),
    testPaths: tests,
    before,
    reproduced,
    after,
    lint: lintFacts(linter, evidence),
    checks,
    rules,
  };
  return askAll({ gates, facts, now: () => performance.now() });
}
