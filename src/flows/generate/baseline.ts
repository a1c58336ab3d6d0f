/** Looks at the base commit before anything is changed: how it is checked, and what that says. */
import { detectSuite } from '#checks/detect.ts';
import { detectLinter, runLinter } from '#checks/lint.ts';
import { runSuite } from '#checks/suite.ts';
import type { Settings } from '#core/settings.ts';
import { inWorkspace, type Ground, type Yard } from '#checks/ground.ts';
import type { LookedAt } from './kept.ts';

/** The baseline, or why nothing can be proven here. */
export async function lookAtBase(
  yard: Yard,
  ground: Ground,
  settings: Settings,
): Promise<LookedAt> {
  const detected = await detectSuite(ground, settings);
  if ('missing' in detected) return { problem: detected.missing };
  const { suite } = detected;
  const linter = await detectLinter(ground, settings);
  const { tests, lint } = await inWorkspace(yard, ground, async (workspace) => ({
    tests: await runSuite(workspace, suite),
    lint: linter === null ? null : await runLinter(workspace, linter),
  }));
  if (tests.state === 'crashed' || tests.state === 'timed-out') {
    const packages =
      ground.packagesProblem === null
        ? ''
        : ` Its packages could not be installed: ${ground.packagesProblem}`;
    return {
      problem:
        `The tests cannot be run on the base commit (\`${tests.command}\`). ${tests.reason ?? ''}${packages}`.trim(),
    };
  }
  return { baseline: { suite, linter, tests, lint } };
}
