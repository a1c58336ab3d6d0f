/** Runs a repository's tests in a workspace and tells how each of them ended; an exit code alone proves nothing. */
import type { SuiteReport, TestCase } from '#core/evidence.ts';
import { isTestPath } from '#core/test-path.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { Suite } from './detect.ts';
import { junitReport } from './parsers/junit.ts';
import type { Parser } from './parsers/parser.ts';
import { runReported, shell, type Reported, type ReportedCommand } from './report.ts';
import { runners } from './runners/all.ts';
import { reportFile } from './runners/runner.ts';

/** Runs all tests, or only those of `files` (paths in the repository). Never throws because of what the tests do. */
export async function runSuite(
  workspace: Workspace,
  suite: Suite,
  files: readonly string[] = [],
): Promise<SuiteReport> {
  const { command, typed, read } = callOf(suite, files);
  const told = { runner: suite.runner, command: typed };
  for (const words of suite.prepare) {
    const prepared = await runReported(workspace, {
      argv: shell('exec "$@"').concat('prepare', ...words),
      file: reportFile,
      environment: suite.environment,
    });
    const reason = brokenPreparation(words.join(' '), prepared);
    if (reason !== undefined) return { ...told, state: 'crashed', reason, cases: [] };
  }
  return { ...told, ...judge(await runReported(workspace, command), read, files) };
}

/** A path that the suite's runner would take for a test file, where its configuration says nothing else. */
export function isTestFile(suite: Suite, path: string): boolean {
  const pattern = runners.find(({ name }) => name === suite.runner)?.testFile;
  return pattern === undefined ? isTestPath(path) : pattern.test(path);
}

interface Call {
  readonly command: ReportedCommand;
  readonly typed: string;
  readonly read: Parser;
}

function callOf(suite: Suite, files: readonly string[]): Call {
  const { environment } = suite;
  const runner = runners.find(({ name }) => name === suite.runner);
  if (runner === undefined) {
    const command = { argv: shell(suite.word), file: suite.report ?? reportFile, environment };
    return { command, typed: suite.typed, read: junitReport };
  }
  const argv = runner.command({ ...suite, files });
  const typed = files.length > 0 ? runner.typed(files) : suite.typed;
  return { command: { argv, file: reportFile, environment }, typed, read: runner.read };
}

function brokenPreparation(
  command: string,
  { exitCode, trouble, tail }: Reported,
): string | undefined {
  if (trouble) return `\`${command}\`, which stands before the tests: ${trouble.reason}`;
  return exitCode === 0
    ? undefined
    : `\`${command}\`, which stands before the tests, failed: ${tail}`;
}

type Judged = Pick<SuiteReport, 'state' | 'reason' | 'cases'>;

function judge(reported: Reported, read: Parser, files: readonly string[]): Judged {
  const { trouble, report, root, tail } = reported;
  if (trouble) return { ...trouble, cases: [] };
  const all = report === undefined ? undefined : read(report, root);
  if (all === undefined) {
    return { state: 'crashed', reason: `It ended without a report: ${tail}`, cases: [] };
  }
  // A runner may run more than it was asked for, as its configuration says; reports without files are kept.
  const cases = all.filter(({ file }) => files.length === 0 || file === '' || files.includes(file));
  return { ...stateOf(cases, reported), cases };
}

function stateOf(
  cases: readonly TestCase[],
  { exitCode, tail }: Reported,
): Pick<SuiteReport, 'state' | 'reason'> {
  if (cases.length === 0)
    return { state: 'skipped', reason: `No tests were found. ${tail}`.trim() };
  if (cases.some(({ state }) => state === 'failed')) return { state: 'failed', reason: null };
  if (exitCode !== 0) {
    const code = exitCode === null ? 'a signal' : `exit code ${String(exitCode)}`;
    return { state: 'crashed', reason: `It ended with ${code} although no test failed: ${tail}` };
  }
  const ran = cases.some(({ state }) => state === 'passed');
  return ran
    ? { state: 'passed', reason: null }
    : { state: 'skipped', reason: 'Every test is skipped.' };
}
