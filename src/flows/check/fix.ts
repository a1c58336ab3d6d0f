/** Fix: the button on a check run: the check's own tool mends what it can, and one commit of that goes to the pull request's branch. */
import { z } from 'zod';
import type { FileChange } from '#core/change.ts';
import { CheckResult, hasLooked } from '#core/check-result.ts';
import { codeCell, neutral } from '#core/neutral.ts';
import type { RunResult } from '#core/run.ts';
import { SluiceError } from '#core/errors.ts';
import { keyed } from '#engine/flow.ts';
import { mend } from '#checks/mend.ts';
import { runChecks } from '#checks/run-checks.ts';
import { standWith } from '#checks/stand.ts';
import { Written, inFull, type Bench } from './bench.ts';
import { buttonsFor, keptReason } from './buttons.ts';
import { layStands, type Laid } from './check-commits.ts';
import { mendingProblem } from './judge-mending.ts';
import { beginning, reportOf } from './report.ts';

const Mended = z.object({
  /** What the check says of the head as it is; null where it does not look at it. */
  result: CheckResult.nullable(),
  files: z
    .array(
      z.object({
        path: z.string(),
        mode: z.enum(['100644', '100755']),
        content: z.object({ encoding: z.enum(['utf-8', 'base64']), text: z.string() }).nullable(),
      }),
    )
    .readonly(),
  /** How many of its new findings are gone with these files. */
  gone: z.int(),
  /** Why nothing is pushed. */
  problem: z.string().nullable(),
});
type Mended = Readonly<z.infer<typeof Mended>>;

export async function fixAndTell(bench: Bench, check: string): Promise<RunResult> {
  const { context, session } = bench;
  const mended = await context.step('mend', Mended, async () => {
    await session.check(inFull(bench, { ...beginning(check), title: 'Mending' }));
    const problem = keptReason(bench) ?? (await movedReason(bench));
    return tryToMend(bench, check, problem);
  });
  const pushed =
    mended.problem === null ? await push(bench, check, mended) : { problem: mended.problem };
  const note =
    'commit' in pushed
      ? done(mended, pushed.commit)
      : `**Nothing was changed.** ${neutral(pushed.problem)}`;
  await context.effect(
    'told',
    Written,
    keyed(() => session.check(reportWith(bench, { check, mended, note }))),
  );
  return 'commit' in pushed
    ? { outcome: 'proven', code: 'mended', reason: `${check} mended what it could.`, facts: pushed }
    : { outcome: 'refused', code: 'not-mended', reason: pushed.problem, facts: {} };
}

/** The check run stands on a commit: what came after it, nobody has looked at when they pressed. */
async function movedReason({ session, subject }: Bench): Promise<string | undefined> {
  const head = await session.head(subject.branch);
  return head === subject.head
    ? undefined
    : 'The branch has newer commits; press the button on the newest one.';
}

async function tryToMend(
  { context, session, subject }: Bench,
  name: string,
  problem: string | undefined,
): Promise<Mended> {
  const { base, head, mayRun, settings } = subject;
  const { repository } = context.event;
  const remote = await session.remote();
  const only = (each: string) => each === name;
  const commits = { repository, remote, base, head, mayRun, settings, only };
  const laid = await layStands(context, commits);
  const [found] = await runChecks(context, laid, laid.chosen);
  if (found === undefined)
    return nothing(null, problem ?? 'This check does not look at the change any more.');
  const result = { ...found, preexisting: [], fixed: [] };
  if (problem !== undefined) return nothing(result, problem);
  if (!found.fixable) return nothing(result, remedyFor(found));
  return mendAndLook(context, laid, result);
}

/** Mends, and looks at what came of it: the tool's word for it is not enough. */
async function mendAndLook(
  context: Bench['context'],
  laid: Laid,
  result: CheckResult,
): Promise<Mended> {
  const [chosen] = laid.chosen;
  if (chosen === undefined)
    return nothing(result, 'This check does not look at the change any more.');
  const files = await mend(context, chosen, { ...laid, result });
  if (files.length === 0) return nothing(result, remedyFor(result));
  const after = { base: laid.base, head: standWith(laid.head, files) };
  const [now] = await runChecks(context, after, [chosen]);
  const gone = now !== undefined && hasLooked(now) ? result.counts.added - now.counts.added : 0;
  if (gone <= 0) return nothing(result, 'What the tool changed leaves as much to find as before.');
  const problem = await mendingProblem(laid, files);
  return problem === undefined ? { result, files, gone, problem: null } : nothing(result, problem);
}

function nothing(result: CheckResult | null, problem: string): Mended {
  return { result, files: [], gone: 0, problem };
}

function remedyFor({ added }: CheckResult): string {
  return added.length === 0
    ? 'It finds nothing new any more.'
    : 'Its tool cannot mend what is left by itself. Change the lines that are marked, or say in `.github/sluice.yml` how this check is to look.';
}

type Pushed = { readonly commit: string } | { readonly problem: string };

const Pushed: z.ZodType<Pushed> = z.union([
  z.object({ commit: z.string() }),
  z.object({ problem: z.string() }),
]);

/** Somebody may push at the same moment: then theirs counts. */
async function push(
  { context, session, subject }: Bench,
  check: string,
  { files, gone }: Mended,
): Promise<Pushed> {
  const { branch, target, head: parent } = subject;
  const message = messageOf(context, check, { gone, files });
  const act = () =>
    session.add({ branch, target, parent, files, message }).then(
      (commit) => ({ commit }),
      (thrown: unknown) => {
        const isMoved = thrown instanceof SluiceError && thrown.kind === 'stale';
        if (isMoved) return { problem: thrown.message };
        throw thrown;
      },
    );
  return context.effect('push', Pushed, keyed(act));
}

function messageOf(
  { run, event }: Bench['context'],
  check: string,
  { gone, files }: { readonly gone: number; readonly files: readonly FileChange[] },
): string {
  const { login, id } = event.actor;
  const what = `${counted(gone, 'finding')} in ${counted(files.length, 'file')}, mended by the tool itself.`;
  const trailers = [
    `Sluice-Run: ${run.id}`,
    `Co-authored-by: ${login} <${String(id)}+${login}@users.noreply.github.com>`,
  ];
  return `Mend what ${check} found\n\n${what}\n\n${trailers.join('\n')}\n`;
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function done({ gone, files }: Mended, commit: string): string {
  const where = files.map(({ path }) => codeCell(path, 300)).join(', ');
  return `**Mended in ${codeCell(commit.slice(0, 12))}:** ${counted(gone, 'new finding')} fewer, in ${where}.`;
}

/** It is still this commit of which the check run tells, so that what was found there stays found. */
function reportWith(
  bench: Bench,
  { check, mended, note }: { check: string; mended: Mended; note: string },
) {
  const { result, problem } = mended;
  if (result === null)
    return inFull(bench, {
      ...beginning(check),
      state: 'neutral',
      title: 'It did not look',
      summary: note,
    });
  const buttons = problem === null ? [] : buttonsFor(bench, result);
  return { ...inFull(bench, reportOf(result, note)), buttons };
}
