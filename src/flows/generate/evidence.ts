/** Evidence: runs everything again on clean layers, before and with the change, and puts it in rows for people. */
import { runLinter } from '#checks/lint.ts';
import { runSuite } from '#checks/suite.ts';
import type { FileChange } from '#core/change.ts';
import type { EvidenceRow, SuiteReport, TestCase } from '#core/evidence.ts';
import { judgeLint } from '#policy/gates/lint.ts';
import type { GateFacts } from '#policy/gates/gate.ts';
import { proving, reproductionProblem } from '#policy/gates/proof.ts';
import { regressions } from '#policy/gates/regression.ts';
import { inWorkspace, type Ground, type Yard } from '#checks/ground.ts';
import type { Baseline, Evidence } from './kept.ts';

export interface Candidate {
  readonly suite: Baseline['suite'];
  readonly linter: Baseline['linter'];
  /** The proof's test files. */
  readonly tests: readonly FileChange[];
  /** The whole change: the tests too. */
  readonly files: readonly FileChange[];
  /** Earlier runs of the base commit's tests, to tell what is flaky. */
  readonly earlier: readonly SuiteReport[];
}

/** Three fresh workspaces: the base commit, the base commit with the new test, the whole change. */
export async function gatherEvidence(
  yard: Yard,
  ground: Ground,
  { suite, linter, tests, files, earlier }: Candidate,
): Promise<Evidence> {
  const paths = tests.map(({ path }) => path);
  const { layers } = ground;
  const base = await inWorkspace(yard, { layers }, async (workspace) => ({
    tests: await runSuite(workspace, suite),
    lint: linter && (await runLinter(workspace, linter)),
  }));
  const reproduced = await inWorkspace(yard, { layers, files: tests }, (workspace) =>
    runSuite(workspace, suite, paths),
  );
  const head = await inWorkspace(yard, { layers, files }, async (workspace) => ({
    proven: await runSuite(workspace, suite, paths),
    tests: await runSuite(workspace, suite),
    lint: linter && (await runLinter(workspace, linter)),
  }));
  const flaky = unstable([...earlier, base.tests]);
  return {
    before: without(base.tests, flaky),
    reproduced,
    proven: head.proven,
    after: without(head.tests, flaky),
    lintBefore: base.lint,
    lintAfter: head.lint,
    flaky,
  };
}

/** Tests that did not end alike in all runs of the same commit. */
function unstable(reports: readonly SuiteReport[]): readonly string[] {
  const seen = new Map<string, TestCase['state']>();
  const odd = new Set<string>();
  for (const { id, state } of reports.flatMap(({ cases }) => cases)) {
    if (seen.has(id) && seen.get(id) !== state) odd.add(id);
    seen.set(id, state);
  }
  return [...odd].sort();
}

function without(report: SuiteReport, flaky: readonly string[]): SuiteReport {
  return { ...report, cases: report.cases.filter(({ id }) => !flaky.includes(id)) };
}

/** What the linter says before and with the change, as the gates want it. */
export function lintFacts(
  linter: Baseline['linter'],
  { lintBefore, lintAfter }: Evidence,
): GateFacts['lint'] {
  if (linter === null || lintBefore === null || lintAfter === null) return null;
  const added =
    lintBefore.findings === null || lintAfter.findings === null
      ? null
      : beyond(lintAfter.findings, lintBefore.findings);
  return { command: linter.typed, before: lintBefore.state, after: lintAfter.state, added };
}

/** What is in `now` more often than in `then`. */
function beyond(now: readonly string[], then: readonly string[]): readonly string[] {
  const left = [...then];
  return now.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The table of the pull request: the same evidence gives the same rows, whenever it is gathered. */
export function evidenceRows(
  linter: Baseline['linter'],
  evidence: Evidence,
): readonly EvidenceRow[] {
  const { before, reproduced, proven, after } = evidence;
  const fresh = new Set(proving(reproduced, before).map(({ id }) => id));
  const told = (report: SuiteReport) => {
    const cases = report.cases.filter(({ id }) => fresh.has(id));
    return inWords(fresh.size > 0 ? { ...report, cases } : report);
  };
  const holds = regressions(before, after).length === 0;
  return [
    {
      name: 'The new test',
      command: reproduced.command,
      before: told(reproduced),
      after: told(proven),
      verdict: isProven(evidence) ? 'proves' : 'unknown',
    },
    {
      name: 'All tests',
      command: after.command,
      before: inWords(before),
      after: inWords(after),
      verdict: holds ? 'holds' : 'breaks',
    },
    ...lintRows(linter, evidence),
  ];
}

const lintVerdicts = { pass: 'holds', warn: 'unknown', block: 'breaks' } as const;

function lintRows(linter: Baseline['linter'], evidence: Evidence): readonly EvidenceRow[] {
  const facts = lintFacts(linter, evidence);
  if (facts === null) return [];
  const before = lintWords(evidence.lintBefore);
  const after = lintWords(evidence.lintAfter);
  const verdict = lintVerdicts[judgeLint(facts).answer];
  return [{ name: 'Linter', command: facts.command, before, after, verdict }];
}

/** Red on base for the right reason, green with the change. */
export function isProven({ before, reproduced, proven, after }: Evidence): boolean {
  if (reproductionProblem(reproduced, before) !== undefined) return false;
  return proving(reproduced, before).every(({ id }) =>
    [proven, after].every(({ cases }) =>
      cases.some((one) => one.id === id && one.state === 'passed'),
    ),
  );
}

/** A report in a few words: `12 passed, 1 failed`. */
export function inWords({ state, cases }: SuiteReport): string {
  if (state === 'crashed') return 'could not be run';
  if (state === 'timed-out') return 'did not end in time';
  const count = (wanted: TestCase['state']) => cases.filter((one) => one.state === wanted).length;
  const counts = (['passed', 'failed', 'skipped'] as const).map(
    (wanted) => [count(wanted), wanted] as const,
  );
  const told = counts
    .filter(([number]) => number > 0)
    .map(([number, wanted]) => `${String(number)} ${wanted}`);
  return told.length > 0 ? told.join(', ') : 'no tests';
}

function lintWords(report: Evidence['lintBefore']): string {
  if (report === null) return 'not run';
  if (report.state !== 'findings')
    return report.state === 'timed-out' ? 'did not end in time' : report.state;
  return report.findings === null ? 'findings' : `${String(report.findings.length)} findings`;
}
