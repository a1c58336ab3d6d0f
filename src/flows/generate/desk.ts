/** Desk: what is decided about a run before any work: who asks, what came before, whose turn it is, and what ends it. */
import { z } from 'zod';
import { ends, type End } from '#core/ends.ts';
import type { Event } from '#core/event.ts';
import type { RunResult } from '#core/run.ts';
import type { Context, Later } from '#engine/flow.ts';
import { whoIs } from '#policy/admission/who.ts';
import { whoMay, type Trigger } from '#policy/admission/who-may.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { admit, Admission, triggerLabel } from './admit.ts';
import type { Asked } from './asked.ts';
import { heedEarlier } from './earlier.ts';
import { noModel } from './endings.ts';
import type { Journal } from './journal.ts';
import { takePlace } from './place.ts';
import { isOwed, oweAnswer, turnAway } from './refuse.ts';

interface Desk {
  readonly context: Context;
  readonly session: RepositorySession;
  readonly journal: Journal;
}

/** Looks until what an edit is about has been looked at; GitHub may be away for a while. */
const patience = 20;

type Admitted = Extract<Admission, { admitted: true }>;

/** What a run that may begin stands on; else how it ended, or when it is looked at again. */
export async function attend(desk: Desk, asked: Asked): Promise<Admitted | RunResult | Later> {
  const { context, session, journal } = desk;
  const known = await context.recall('admit', Admission);
  if (known?.admitted === true) return known;
  const heeded = await heed(desk, asked);
  if (heeded !== undefined) return heeded;
  const found = known ?? (await admit(context, session, asked));
  if (!found.admitted) {
    await context.step('admit', Admission, () => Promise.resolve(found));
    return turnAway(desk, { ...found, silent: found.silent && !(await isOwed(context)) });
  }
  if (context.model === undefined) return journal.end(noModel);
  const earlier = await heedEarlier(desk);
  if (earlier !== undefined) return earlier;
  return begin(desk, asked, found);
}

/** What happened to the issue of an open run; nothing to answer when it asks for a new one. */
async function heed(desk: Desk, asked: Asked): Promise<RunResult | Later | undefined> {
  if (asked.cause === 'asked') return undefined;
  return asked.cause === 'edited' ? editedByOthers(desk) : takenBack(desk, asked);
}

/** From here on people are owed an answer, and older runs for the issue give way. */
async function begin(
  { context, session, journal }: Desk,
  { cause }: Asked,
  found: Admitted,
): Promise<Admitted | Later> {
  await oweAnswer(context);
  // Before an older run gives way: where the day is spent, that one goes on.
  await context.begin({ automatic: found.automatic });
  const { login } = context.event.actor;
  const end = cause === 'edited' ? ends.issueEdited(login) : ends.askedAgain(login);
  await context.endOlder('superseded', resultOf(end, 'unproven'));
  const wait = await takePlace({ context, session }, found.settings.limits.open);
  if (wait !== undefined) return wait;
  // What the places were asked for is kept only now: whoever waited for days begins with the newest commit.
  await context.step('admit', Admission, () => Promise.resolve(found));
  if (context.lane === 'work') return found;
  await journal.accept();
  return { later: context.clock.now(), lane: 'work' };
}

/** Who may not write changes nothing: the run goes on with the text that was approved. */
async function editedByOthers({ context, session }: Desk): Promise<RunResult | Later | undefined> {
  const { login } = context.event.actor;
  const older = await context.older();
  if (older === undefined && context.run.attempts < patience) {
    return { later: new Date(context.clock.now().getTime() + 1000), lane: 'desk' };
  }
  if (older === undefined || older.length === 0) return isOverFor(context);
  if (await counts(context, session, 'edited-text')) return undefined;
  if (older.some((run) => mayHaveBeenShown(run.event, context.event))) {
    const result = resultOf(ends.textUnapproved(login), 'refused');
    await context.endOlder('cancelled', result);
    return result;
  }
  await context.remark(
    `edited/${login}`,
    `The issue was edited since by \`@${login}\`, who has no write permission. This run uses the text that was there when it was asked for; removing the label and adding it again uses the new text.`,
  );
  return resultOf(ends.editNoted(login), 'refused');
}

/** A run that took over before a crash goes on; else there is nothing that the edit could change. */
async function isOverFor(context: Context): Promise<RunResult | undefined> {
  return (await isOwed(context)) ? undefined : resultOf(ends.nothingOpen(), 'refused');
}

/**
 * Forges word what happened a moment after it did: a text that was edited right after it was approved may stand in the run's
 * own event. Whole seconds are told, so that within one of them nobody knows.
 */
function mayHaveBeenShown(asked: Event, edited: Event): boolean {
  const isSame = asked.issue.title === edited.issue.title && asked.issue.body === edited.issue.body;
  const isEarlier =
    asked.at !== undefined &&
    edited.at !== undefined &&
    Date.parse(edited.at) < Date.parse(asked.at);
  return isSame && !isEarlier;
}

async function takenBack({ context, session }: Desk, asked: Asked): Promise<RunResult> {
  const { event } = context;
  const { login } = event.actor;
  if (event.kind === 'closed') {
    const result = resultOf(ends.issueClosed(event.how, login), 'refused');
    await context.endOlder('cancelled', result);
    return result;
  }
  const label = asked.label ?? '';
  if (label !== (await triggerLabel(context, session))) {
    return resultOf(ends.nothingOpen(), 'refused');
  }
  const result = resultOf(ends.labelRemoved(label, login), 'refused');
  if (await counts(context, session, 'label-removed')) {
    await context.endOlder('cancelled', result);
    return result;
  }
  await context.remark(
    `unlabelled/${login}`,
    `The label was removed by \`@${login}\`, who has no write permission; this run goes on.`,
  );
  return resultOf(ends.removalNoted(login), 'refused');
}

const Permission = z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin']);

/** Whether what happened to the issue changes anything, by who did it. */
async function counts(
  context: Context,
  session: RepositorySession,
  trigger: Trigger,
): Promise<boolean> {
  const { actor } = context.event;
  const permission =
    actor.kind === 'bot'
      ? undefined
      : await context.step('permission', Permission, () => session.permission(actor.login));
  return whoMay(whoIs({ actor, permission }), trigger, 'open') === 'yes';
}

function resultOf({ code, reason, hint }: End, outcome: RunResult['outcome']): RunResult {
  return { outcome, code, reason, facts: hint === '' ? {} : { hint } };
}
