/** Stop: what is under way for an issue or a pull request ends at a writer's word, and nothing begins until one allows it. */
import { z } from 'zod';
import type { RunResult } from '#core/run.ts';
import { readSettings, settingsPath } from '#core/settings-text.ts';
import { Settings } from '#core/settings.ts';
import { fromForge, scopeText, subjectOf, type Stop } from '#core/stop.ts';
import { keyed, type Context, type Flow } from '#engine/flow.ts';
import { whoIs } from '#policy/admission/who.ts';
import { whoMay } from '#policy/admission/who-may.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { Ordered, orderedBy } from './ordered.ts';

export const stop: Flow<Ordered> = {
  name: 'stop',
  input: Ordered,
  on: orderedBy,
  key: ({ repository, issue }) => `stop/${String(repository.id)}/${String(issue.number)}`,
  atDesk: true,
  heedsNoStop: true,
  async run(context, ordered) {
    const session = context.forge.open(context.event.repository);
    try {
      return await obey({ context, session }, ordered);
    } finally {
      await session.close();
    }
  },
};

interface Desk {
  readonly context: Context;
  readonly session: RepositorySession;
}

async function obey(desk: Desk, { order, label, number }: Ordered): Promise<RunResult> {
  const { context, session } = desk;
  const { actor, repository } = context.event;
  const [permission, isOurs] = await Promise.all([
    session.permission(actor.login),
    label === null || stopLabel(desk).then((ours) => ours === label),
  ]);
  if (!isOurs) return result('not-our-label', `The label \`${String(label)}\` stops nothing here.`);
  const state = repository.archived === true ? 'archived' : 'open';
  const answer = whoMay(whoIs({ actor, permission }), 'stop', state);
  if (answer !== 'yes') {
    const reason = `@${actor.login} has no write permission in this repository, which stopping and resuming need.`;
    if (answer === 'tell') await say(desk, number, `**Not done.** ${reason}`);
    return result('permission', reason);
  }
  return order === 'stop' ? stopHere(desk, number) : resumeHere(desk, { number, label });
}

async function stopHere(desk: Desk, number: number): Promise<RunResult> {
  const { order, event } = desk.context;
  const by = `@${event.actor.login}`;
  const scope = subjectOf(event.repository, number);
  const ended = await order.stop({ scope, source: fromForge, by, reason: '' });
  // Runs that were ended say so themselves.
  if (ended === 0)
    await say(
      desk,
      number,
      `**Stopped.** Nothing was under way. Nothing begins here until somebody with write permission comments \`/sluice resume\`.`,
    );
  return result('stopped', `${scopeText(scope)} was stopped by ${by}.`, { ended });
}

async function resumeHere(
  desk: Desk,
  { number, label }: Pick<Ordered, 'number' | 'label'>,
): Promise<RunResult> {
  const { order, event } = desk.context;
  const scope = subjectOf(event.repository, number);
  const resumed = await order.resume(scope);
  const others = await order.stops();
  // Nobody who removes a label of no effect wants to hear of it.
  if (resumed || label === null) await say(desk, number, resumedText(resumed, others));
  return result('resumed', `${scopeText(scope)} was resumed by @${event.actor.login}.`, {
    resumed,
  });
}

function resumedText(resumed: boolean, others: readonly Stop[]): string {
  const [other] = others;
  if (other !== undefined)
    return `**Still stopped.** ${other.by} stopped more than this; only whoever runs this App can take that back.`;
  return resumed
    ? '**Resumed.** What was stopped does not go on by itself: ask again by the label, or by `/sluice generate`.'
    : '**Nothing to resume:** no stop stands here.';
}

async function stopLabel({ context, session }: Desk): Promise<string> {
  const head = await session.head(context.event.repository.defaultBranch);
  const text = head === undefined ? undefined : await session.file(head, settingsPath);
  const read = readSettings(text);
  return 'settings' in read ? read.settings.stop : Settings.parse({}).stop;
}

async function say({ context, session }: Desk, number: number, text: string): Promise<void> {
  const key = `stop-${context.run.id}`;
  await context.effect(
    'answer',
    z.object({ url: z.string() }),
    keyed(() => session.comment(number, key, text)),
  );
}

function result(code: string, reason: string, facts: RunResult['facts'] = {}): RunResult {
  return { outcome: 'refused', code, reason, facts };
}
