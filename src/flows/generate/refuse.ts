/** Runs that do not begin, or that the engine ended: who is told what. */
import { z } from 'zod';
import type { Budget } from '#core/budget.ts';
import { isBroughtAbout } from '#core/ends.ts';
import type { RunResult } from '#core/run.ts';
import { neutral } from '#core/neutral.ts';
import { settingsPath } from '#core/settings-text.ts';
import { Settings } from '#core/settings.ts';
import type { Context } from '#engine/flow.ts';
import type { CheckReport, RepositorySession } from '#ports/forge.ts';
import type { Admission } from './admit.ts';
import { remarksOf } from './remarks.ts';
import type { Journal } from './journal.ts';
import { isToldOfStop } from './stopped.ts';
import { endText, tell, waitText } from './status.ts';

/** The settings' limits as a budget. Tokens have no setting: this many cost more than any limit of money allows. */
export function budgetOf({ limits }: Settings): Budget {
  const { calls, usd, minutes } = limits;
  return { calls, usd, tokens: 4_000_000, milliseconds: minutes * 60_000 };
}

interface Desk {
  readonly context: Context;
  readonly session: RepositorySession;
  readonly journal: Journal;
}

/** Ends a run that may not begin; where nobody asked us, without a word. */
export async function turnAway(
  { context, session, journal }: Desk,
  { code, reason, silent, next, invalid }: Extract<Admission, { admitted: false }>,
): Promise<RunResult> {
  if (silent) return { outcome: 'refused', code, reason, facts: {} };
  if (invalid !== null) {
    await context.step('settings-check', z.object({ url: z.string() }), () =>
      session.check(settingsCheck(invalid)),
    );
  }
  return journal.end({ outcome: 'refused', code, reason, next });
}

function settingsCheck({
  base,
  problems,
}: NonNullable<Extract<Admission, { admitted: false }>['invalid']>): CheckReport {
  const lines = problems.map(({ line, key, problem, remedy }) => {
    const where = key === '' ? '' : ` \`${key}\`:`;
    return `- Line ${String(line)}:${where} ${problem} ${remedy}`;
  });
  return {
    name: 'sluice/settings',
    commit: base,
    state: 'failure',
    title: `${settingsPath} cannot be read`,
    summary: lines.join('\n'),
    annotations: problems.slice(0, 50).map(({ line, problem, remedy }) => ({
      path: settingsPath,
      startLine: line,
      endLine: line,
      level: 'failure',
      message: `${problem} ${remedy}`,
    })),
  };
}

/** A step that says that people are owed an answer, whatever comes. */
const owed = 'owed';

export async function oweAnswer(context: Context): Promise<void> {
  await context.step(owed, z.literal(true), () => Promise.resolve(true as const));
}

export async function isOwed(context: Context): Promise<boolean> {
  return (await context.recall(owed, z.literal(true))) === true;
}

/** Until the settings were read, only the usual label and the command are known to mean us: other trouble is not told. */
async function wasAsked(context: Context): Promise<boolean> {
  const { event } = context;
  if (event.kind === 'commented') return true;
  if (event.kind === 'labelled' && event.label === Settings.parse({}).label) return true;
  return isOwed(context);
}

function nextAfter({ outcome, code, facts }: RunResult): string {
  if (code === 'superseded') return 'Follow the newer run, in its own comment.';
  const { hint } = Hint.parse(facts);
  if (hint !== undefined && isBroughtAbout(code)) return hint;
  const again =
    outcome === 'failed'
      ? 'Add the label again to try once more; the run id helps whoever runs this App to see what happened.'
      : 'Once the reason is gone, add the label again.';
  return hint === undefined ? again : `${neutral(hint)} ${again}`;
}

const Hint = z.object({ hint: z.string().optional() });

/** Tells of an end that the engine decided: given up, refused, taken over, a defect. */
export async function tellEnd(context: Context, result: RunResult): Promise<void> {
  if (result.code === 'more-rounds') return;
  if (result.code === 'stopped' && !(await isOwed(context)) && !(await isToldOfStop(context)))
    return;
  const isByOthers = isBroughtAbout(result.code);
  if (!isByOthers && !(await wasAsked(context))) return;
  const { run, event, forge } = context;
  const session = forge.open(event.repository);
  try {
    const next = nextAfter(result);
    // The run's own beginning says nothing about such ends, and whoever speaks of them knows only its own remarks.
    const remarks = isByOthers ? [] : await remarksOf(context);
    const text = endText(run, { result, cost: context.spent(), notes: {}, next, remarks });
    await tell(session, { issue: event.issue.number, run, text });
  } finally {
    await session.close();
  }
}

/** Tells of a pause that the engine decided. */
export async function tellWait(
  context: Context,
  { until, reason }: { until: Date; reason: string },
): Promise<void> {
  if (!(await wasAsked(context))) return;
  const { run, event, forge } = context;
  const session = forge.open(event.repository);
  try {
    const text = waitText(run, until, reason);
    await tell(session, { issue: event.issue.number, run, text });
  } finally {
    await session.close();
  }
}
