/** Reproduce: asks a model for a test that fails on the base commit because of the issue; running it decides. */
import { isTestFile, runSuite } from '#checks/suite.ts';
import type { FileChange } from '#core/change.ts';
import { quote } from '#agent/prompt.ts';
import { reproductionProblem } from '#policy/gates/proof.ts';
import { judgeTests } from '#policy/gates/tests-kept.ts';
import { askForEdits } from './edit.ts';
import { inWorkspace } from '#checks/ground.ts';
import type { Attempt, Baseline, Plan } from './kept.ts';
import type { Bench } from './localise.ts';
import { failuresText, fileContents, howTestsRun, issueText, nearestTest } from './material.ts';
import { originalsOf } from './originals.ts';

export interface Localised {
  readonly baseline: Baseline;
  readonly plan: Plan;
}

/** One try, told what was wrong with the one before. */
export async function reproduce(
  bench: Bench,
  { baseline, plan }: Localised,
  before: Attempt | undefined,
): Promise<Attempt> {
  const { issue, ground } = bench;
  const { suite } = baseline;
  const example = nearestTest(suite, ground, plan.files);
  const edited = await askForEdits(bench, {
    prompt: 'generate/reproduce',
    inputs: {
      issue: issueText(issue),
      plan: quote('Notes of whoever looked first', plan.plan),
      files: await fileContents(
        ground,
        plan.files.filter((path) => path !== example),
        plan.spans,
      ),
      example: await fileContents(ground, example === undefined ? [] : [example]),
      run: howTestsRun(suite, ground),
      feedback: feedbackOn(before),
    },
    problem: (files) => notOnlyTests(suite, files),
  });
  if ('problem' in edited)
    return { files: [], summary: '', answer: '', report: null, problem: edited.problem };
  const kept = judgeTests({
    change: { base: ground.commit, origin: 'model', message: '', files: edited.files },
    originals: await originalsOf(ground, edited.files),
    testPaths: edited.files.map(({ path }) => path),
  });
  if (kept.answer === 'block') return { ...edited, report: null, problem: kept.reasons.join(' ') };
  return { ...edited, ...(await tryOnBase(bench, baseline, edited.files)) };
}

function notOnlyTests(suite: Baseline['suite'], files: readonly FileChange[]): string | undefined {
  const others = files.map(({ path }) => path).filter((path) => !isTestFile(suite, path));
  if (others.length === 0) return undefined;
  return `Only test files may be written in this step, and the runner takes ${others.join(', ')} for none.`;
}

/** The new test must fail for the right reason, and the whole suite must find it. */
async function tryOnBase(
  { context, ground }: Bench,
  { suite, tests }: Baseline,
  files: readonly FileChange[],
): Promise<Pick<Attempt, 'report' | 'problem'>> {
  const paths = files.map(({ path }) => path);
  const open = { layers: ground.layers, files };
  const report = await inWorkspace(context, open, (workspace) => runSuite(workspace, suite, paths));
  const problem = reproductionProblem(report, tests);
  if (problem !== undefined) return { report, problem };
  const whole = await inWorkspace(context, open, (workspace) => runSuite(workspace, suite));
  const found = whole.cases.some(
    ({ id, state }) => state === 'failed' && report.cases.some((one) => one.id === id),
  );
  const lost = `\`${suite.typed}\` does not run this test. Put it beside the tests that it runs, with a name like theirs.`;
  return { report, problem: found ? null : lost };
}

/** For the next try: what was written and why it is not enough. */
export function feedbackOn(before: Attempt | undefined): string {
  if (before === undefined || before.problem === null) return '(This is the first try.)';
  const wrote = before.answer === '' ? '' : quote('What you answered before', before.answer);
  const said = before.report === null ? '' : failuresText(before.report);
  const problem = quote('Why it was not enough', before.problem);
  return [wrote, problem, said].filter((part) => part !== '').join('\n\n');
}
