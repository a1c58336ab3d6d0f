/** Asks every gate about a change and its evidence: before it is proposed, and when its branch is verified again. */
import type { Files } from '#checks/scripts.ts';
import type { FileChange } from '#core/change.ts';
import type { Settings } from '#core/settings.ts';
import type { Verdict } from '#core/verdict.ts';
import { gates } from '#policy/gates/all.ts';
import { lintFacts } from './evidence.ts';
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
}

export async function askGates(
  ground: Files & { readonly commit: string },
  { settings, linter, evidence, files, tests }: Judged,
): Promise<readonly Verdict[]> {
  const { before, reproduced, after } = evidence;
  const facts = {
    settings,
    change: { base: ground.commit, origin: 'model' as const, message: '', files },
    originals: await originalsOf(ground, files),
    testPaths: tests,
    before,
    reproduced,
    after,
    lint: lintFacts(linter, evidence),
  };
  return gates.map((gate) => gate.decide(facts));
}
