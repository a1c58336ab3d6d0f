/** Settle: gathers all evidence of a change anew, asks the gates, and proposes it or says why not. */
import { mergeFiles } from '#core/change.ts';
import type { RunResult } from '#core/run.ts';
import { strictest } from '#core/verdict.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { held, notVerified } from './endings.ts';
import { askGates } from './ask-gates.ts';
import { askRulesOf } from './ask-rules.ts';
import { evidenceRows, gatherEvidence, inWords, isProven } from './evidence.ts';
import type { Journal } from './journal.ts';
import { Evidence, type Attempt, type Baseline } from './kept.ts';
import type { Bench } from './localise.ts';
import { lookAtChange, Results } from './look.ts';
import { hiddenRemark } from './material.ts';
import { propose, type Proven } from './propose.ts';
import { openPull } from './earlier.ts';
import { remarksOf } from './remarks.ts';
import { evidenceTable } from './table.ts';

export interface Settled extends Bench {
  readonly session: RepositorySession;
  readonly journal: Journal;
  readonly baseline: Baseline;
}

export async function verifyAndPropose(
  settled: Settled,
  test: Attempt,
  change: Attempt,
): Promise<RunResult> {
  const { context, ground, baseline, settings, journal, session, issue } = settled;
  const { suite, linter } = baseline;
  const files = mergeFiles(change.files, test.files);
  const paths = test.files.map(({ path }) => path);
  await journal.enter('verify');
  const candidate = { suite, linter, tests: test.files, files, earlier: [baseline.tests] };
  const evidence = await context.step('evidence', Evidence, () =>
    gatherEvidence(context, ground, candidate),
  );
  const rows = evidenceRows(linter, evidence);
  const facts = { base: ground.commit, evidence: rows };
  if (!isProven(evidence)) {
    const reason = 'On clean copies the new test did not go from red to green again.';
    return journal.end({ ...notVerified(reason, test, evidenceTable(rows)), facts });
  }
  const checks = await context.step('look', Results, () =>
    lookAtChange(context, ground, { settings, files }),
  );
  const rules = await askRulesOf({ ...settled, files, rows, checks });
  const judged = { settings, linter, evidence, files, tests: paths, checks, rules };
  const verdicts = await askGates(ground, judged);
  if (strictest(verdicts) === 'block')
    return journal.end({ ...held(verdicts, test, evidenceTable(rows)), facts });
  journal.note(`${inWords(evidence.after)}; every gate agrees`);
  // A run that another label or a comment started may have been faster.
  const rival = await openPull({ context, session }, 'open-pull-again');
  if (rival !== undefined) return journal.end({ ...rival, facts });

  const proven = { issue, base: ground.commit, files, tests: paths, rows, verdicts, checks };
  return publish(settled, {
    ...proven,
    flaky: evidence.flaky,
    command: suite.typed,
    model: context.model.name,
    summary: change.summary,
    remarks: [...hiddenRemark(issue), ...(await remarksOf(context))],
  });
}

async function publish({ context, session, journal }: Settled, proven: Proven): Promise<RunResult> {
  const { base, rows } = proven;
  await journal.enter('propose');
  const proposed = await propose(context, session, proven);
  const { number, url } = proposed.pull;
  journal.note(`#${String(number)}`);
  return journal.end({
    outcome: 'proven',
    code: 'proposed',
    reason:
      'A new test fails on the base commit and passes with the change, and nothing that passed before fails now.',
    found: `[Draft pull request #${String(number)}](${url})\n\n${evidenceTable(rows)}`,
    next: 'Read the test, then the change; mark the pull request as ready when it says what you mean.',
    facts: { base, evidence: rows, ...proposed },
  });
}
