/** Propose: branch, commit, checks and draft pull request of a proven change. */
import { z } from 'zod';
import { hashFiles, type FileChange } from '#core/change.ts';
import type { CheckResult } from '#core/check-result.ts';
import type { Issue } from '#core/event.ts';
import type { EvidenceRow } from '#core/evidence.ts';
import { codeCell, neutral, neutralLine } from '#core/neutral.ts';
import { redact } from '#core/redact.ts';
import { evidenceDigest, withTrailers } from '#core/provenance.ts';
import type { Verdict } from '#core/verdict.ts';
import { keyed, type Context } from '#engine/flow.ts';
import { gates } from '#policy/gates/all.ts';
import type { CheckReport, Proposal, RepositorySession } from '#ports/forge.ts';
import { branchOf } from './asked.ts';
import { pullsFor } from './earlier.ts';
import { costWords } from './status.ts';
import { checksText, evidenceTable } from './table.ts';

export interface Proven {
  readonly issue: Issue;
  readonly base: string;
  readonly files: readonly FileChange[];
  /** Paths of the proof's tests. */
  readonly tests: readonly string[];
  readonly rows: readonly EvidenceRow[];
  readonly verdicts: readonly Verdict[];
  readonly checks: readonly CheckResult[];
  readonly flaky: readonly string[];
  /** As a person types it. */
  readonly command: string;
  readonly model: string;
  /** What the model says about its change. */
  readonly summary: string;
  /** What whoever reads it shall know beside: Markdown that is safe to publish. */
  readonly remarks: readonly string[];
}

export const Proposed = z.object({
  branch: z.string(),
  head: z.string(),
  pull: z.object({ number: z.int(), url: z.string() }),
  checks: z.array(z.object({ name: z.string(), conclusion: z.string() })).readonly(),
});
export type Proposed = Readonly<z.infer<typeof Proposed>>;

export async function propose(
  context: Context,
  session: RepositorySession,
  proven: Proven,
): Promise<Proposed> {
  const branch = await context.step('branch', z.string(), () => freeBranch(session, proven.issue));
  const proposal = describe(context, branch, proven);
  const head = await context.effect(
    'commit',
    z.string(),
    keyed(() => session.commit(proposal)),
  );
  const pull = await context.effect(
    'pull',
    Proposed.shape.pull,
    keyed(async () => {
      const { number, url } = await session.propose(proposal);
      return { number, url };
    }),
  );
  const checks = await context.effect(
    'checks',
    Proposed.shape.checks,
    keyed(async () => {
      // What the checks say stands in check runs of their own on the same commit.
      const own = proven.verdicts.filter(({ gate }) => gate !== 'checks');
      const reports = own.map((verdict) => checkOf(verdict, head, proven.rows));
      for (const report of reports) await session.check(report);
      return reports.map(({ name, state }) => ({ name, conclusion: state }));
    }),
  );
  return { branch, head, pull, checks };
}

/** `sluice/12-short-title`; a number follows where an earlier run had its branch, also when that was deleted. */
async function freeBranch(session: RepositorySession, issue: Issue): Promise<string> {
  const slug = issue.title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    // At most forty characters, whole words where there are several.
    .replace(/^(.{1,40})(?:-.*)?$|^(.{40}).*$/, '$1$2');
  const name = `${branchOf(issue.number)}${slug === '' ? '' : `-${slug}`}`;
  const used = (await pullsFor(session, issue.number)).map(({ head }) => head);
  for (let number = 1; ; number += 1) {
    const branch = number === 1 ? name : `${name}-${String(number)}`;
    if (!used.includes(branch) && (await session.head(branch)) === undefined) return branch;
  }
}

function describe(context: Context, branch: string, proven: Proven): Proposal {
  const { run, event } = context;
  const { issue, base, files, tests, rows, command, model } = proven;
  const title = neutralLine(issue.title, 80);
  const told = redact(proven.summary);
  const summary = neutral(told);
  // A commit's message is no Markdown: what would act is taken out there, not put into code.
  const plain = told
    .split('\n')
    .map((line) => neutralLine(line, 500))
    .join('\n');
  const message = withTrailers(`Fix: ${title}`, plain, {
    run: run.id,
    base,
    tests,
    command,
    model,
    evidence: evidenceDigest(base, tests, rows),
    requester: { login: event.actor.login, id: event.actor.id },
  });
  const target = event.repository.defaultBranch;
  const body = pullText(proven, { branch, summary, cost: costWords(context.spent()), run: run.id });
  const closes = issue.number;
  return { branch, base, target, files, message, title: `Fix: ${title}`, body, closes };
}

function pullText(
  { issue, files, tests, rows, flaky, verdicts, checks, model, remarks }: Proven,
  { branch, summary, cost, run }: { branch: string; summary: string; cost: string; run: string },
): string {
  const quoted = summary
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
  const warnings = verdicts.filter(({ answer }) => answer === 'warn');
  const saying = (isLint: boolean) =>
    warnings.flatMap(({ gate, reasons }) => ((gate === 'lint') === isLint ? reasons : []));
  const first = saying(false);
  const unproven = [
    'That the new test asks for what the issue means: read it first.',
    'Behaviour that no test covers.',
    ...(flaky.length > 0
      ? [
          `These tests do not always end alike on the base commit: ${flaky
            .slice(0, 10)
            .map((id) => codeCell(id))
            .join(', ')}.`,
        ]
      : []),
    ...saying(true).map(neutral),
    ...remarks,
  ];
  return [
    `Fixes #${String(issue.number)}`,
    ...(first.length === 0
      ? []
      : [`### Look at this first\n\n${first.map((reason) => `- ${neutral(reason)}`).join('\n')}`]),
    ...(summary === '' ? [] : [`What the model says about it:\n\n${quoted}`]),
    `### Evidence\n\n${evidenceTable(rows)}`,
    ...checksText(checks),
    `The proof is in ${tests.map((path) => codeCell(path)).join(', ')}. Files changed: ${String(files.length)}.`,
    `### Not proven\n\n${unproven.map((line) => `- ${line}`).join('\n')}`,
    `### Check it yourself\n\n\`\`\`\nnpm run -s sluice -- verify ${branch} --repo DIR\n\`\`\``,
    `Model: ${codeCell(model)}. ${cost}\n\n<sub>Run \`${run}\` · change \`${hashFiles(files).slice(0, 16)}\`</sub>`,
  ].join('\n\n');
}

const told: Readonly<Record<Verdict['answer'], { state: CheckReport['state']; title: string }>> = {
  pass: { state: 'success', title: 'Holds' },
  warn: { state: 'neutral', title: 'Look at this' },
  block: { state: 'failure', title: 'Blocked' },
};

/** What a gate asks, what it found, and the evidence on which it decided. */
function checkOf(
  { gate, answer, reasons }: Verdict,
  commit: string,
  rows: Proven['rows'],
): CheckReport {
  const asks = gates.find(({ name }) => name === gate)?.asks ?? '';
  const found = reasons.map((reason) => `- ${neutral(reason)}`).join('\n');
  const summary = [asks, found === '' ? 'So it is.' : found, evidenceTable(rows)].join('\n\n');
  return { name: `sluice/${gate}`, commit, ...told[answer], summary };
}
