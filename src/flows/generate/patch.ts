/** Patch: asks a model for the change that makes the new test pass; all tests decide. */
import { runSuite } from '#checks/suite.ts';
import { mergeFiles, type FileChange } from '#core/change.ts';
import type { Finding } from '#core/finding.ts';
import type { SuiteReport } from '#core/evidence.ts';
import { quote } from '#agent/prompt.ts';
import { newErrors } from '#policy/gates/checks.ts';
import { proving } from '#policy/gates/proof.ts';
import { regressions } from '#policy/gates/regression.ts';
import { askForEdits } from './edit.ts';
import { inWorkspace } from '#checks/ground.ts';
import type { Attempt } from './kept.ts';
import { lookAtChange } from './look.ts';
import type { Bench } from './localise.ts';
import { failuresText, fileContents, howTestsRun, issueText } from './material.ts';
import { feedbackOn, type Localised } from './reproduce.ts';

export interface Reproduced extends Localised {
  /** The accepted test, with its report on the base commit. */
  readonly test: Attempt;
}

/** One try, told what was wrong with the one before. */
export async function patch(
  bench: Bench,
  { baseline, plan, test }: Reproduced,
  before: Attempt | undefined,
): Promise<Attempt> {
  const { context, issue, ground } = bench;
  const { suite } = baseline;
  const testPaths = test.files.map(({ path }) => path);
  const edited = await askForEdits(bench, {
    prompt: 'generate/patch',
    inputs: {
      issue: issueText(issue),
      plan: quote('Notes of whoever looked first', plan.plan),
      files: await fileContents(
        ground,
        plan.files.filter((path) => !testPaths.includes(path)),
        plan.spans,
      ),
      test: testText(test.files),
      failure: test.report === null ? '' : failuresText(test.report),
      run: howTestsRun(suite, ground),
      feedback: feedbackOn(before),
    },
    problem: (files) => touchesProof(files, testPaths),
  });
  if ('problem' in edited)
    return { files: [], summary: '', answer: '', report: null, problem: edited.problem };
  const open = { layers: ground.layers, files: mergeFiles(test.files, edited.files) };
  const after = await inWorkspace(context, open, (workspace) => runSuite(workspace, suite));
  const judged = judge(baseline.tests, test.report, after);
  if (judged.problem !== null) return { ...edited, ...judged };
  return {
    ...edited,
    ...judged,
    problem: await foundAnew(bench, { files: open.files, tests: testPaths }),
  };
}

/**
 * What the checks find new is told to the model as a failing test is; null where there is no error among it. In the test,
 * which it may not change, nothing is told here: that is for the gate.
 */
async function foundAnew(
  { context, ground, settings }: Bench,
  { files, tests }: { readonly files: readonly FileChange[]; readonly tests: readonly string[] },
): Promise<string | null> {
  const results = await lookAtChange(context, ground, { settings, files });
  const isElse = ({ path }: Finding) => !tests.includes(path);
  const found = newErrors(
    results.map((result) => ({ ...result, added: result.added.filter(isElse) })),
  );
  if (found.length === 0) return null;
  return `All tests pass, but checks of the repository find errors that were not there before:\n${found.join('\n')}`;
}

function testText(files: readonly FileChange[]): string {
  return files
    .map(({ path, content }) => quote(`File \`${path}\``, content?.text ?? ''))
    .join('\n\n');
}

function touchesProof(
  files: readonly FileChange[],
  testPaths: readonly string[],
): string | undefined {
  const touched = files.map(({ path }) => path).filter((path) => testPaths.includes(path));
  if (touched.length === 0) return undefined;
  return `The new test may not be changed: ${touched.join(', ')}. Change the code that it tests.`;
}

/** What is still wrong, with only those failures that the model can do something about. */
function judge(
  before: SuiteReport,
  reproduced: SuiteReport | null,
  after: SuiteReport,
): Pick<Attempt, 'report' | 'problem'> {
  const old = new Set(before.cases.filter(({ state }) => state === 'failed').map(({ id }) => id));
  const report = {
    ...after,
    cases: after.cases.filter(({ id, state }) => state === 'failed' && !old.has(id)),
  };
  const passed = new Set(after.cases.filter(({ state }) => state === 'passed').map(({ id }) => id));
  const open =
    reproduced === null ? [] : proving(reproduced, before).filter(({ id }) => !passed.has(id));
  const worse = regressions(before, after);
  const still = open.length > 0 && worse.length === 0 ? ['The new test does not pass yet.'] : [];
  const reasons = [...still, ...worse];
  return { report, problem: reasons.length > 0 ? reasons.join(' ') : null };
}
