/** How runs end that the checks did not decide, and what becomes of check runs that nobody would end. */
import type { RunResult } from '#core/run.ts';
import { keyed, type Context } from '#engine/flow.ts';
import type { CheckReport, RepositorySession } from '#ports/forge.ts';
import { Admission } from './admit.ts';
import { Written, type Bench } from './bench.ts';
import { overview } from './names.ts';
import { untold } from './report.ts';

interface Desk {
  readonly context: Context;
  readonly session: RepositorySession;
}

/** A run that may not begin; where nobody asked us, without a word. */
export async function tellRefusal(
  { context, session }: Desk,
  { code, reason, tell }: Extract<Admission, { admitted: false }>,
): Promise<RunResult> {
  if (tell !== null) {
    const { commit, number: of } = tell;
    const told = { ...untold('Not looked at', reason), commit, of, key: keyOf(context) };
    await context.effect(
      'refused',
      Written,
      keyed(() => session.check(told)),
    );
  }
  return { outcome: 'refused', code, reason, facts: {} };
}

function keyOf({ run }: Pick<Context, 'run'>): string {
  return `-:${run.id}`;
}

/** Those that an earlier run began on the same head and this one will not take up. */
export async function closeLeftOvers(bench: Bench): Promise<void> {
  const { context, session, subject, asked } = bench;
  if (asked.check !== null) return;
  const isOwn = (key: string) => key.endsWith(`:${context.run.id}`);
  await close(session, subject.head, (key) => !isOwn(key));
}

async function close(
  session: RepositorySession,
  commit: string,
  isMeant: (key: string, name: string) => boolean,
): Promise<void> {
  const known = await session.checks(commit);
  const open = known.filter(({ ended, key, name }) => !ended && isMeant(key, name));
  const reason = 'A newer run looks at this pull request, or this one was ended.';
  for (const { name, key } of open)
    await session.check({ ...untold('Overtaken', reason), name, commit, key });
}

/** The commit that was asked about, as far as the event tells; of a label, the one that was looked at. */
async function commitOf({ event, recall }: Context): Promise<string | undefined> {
  if (event.kind === 'proposed' || event.kind === 'pushed') return event.head.commit;
  if (event.kind === 'rerequested' || event.kind === 'pressed') return event.commit;
  const admission = await recall('admit', Admission);
  return admission?.admitted === true ? admission.subject.head : undefined;
}

/** Tells of an end that the engine decided; one that was overtaken or stopped only leaves nothing open. */
export async function tellEnd(context: Context, result: RunResult): Promise<void> {
  const { event, run, forge } = context;
  const commit = await commitOf(context);
  if (commit === undefined) return;
  const session = forge.open(event.repository);
  try {
    const isSilent = ['superseded', 'stopped', 'more-rounds'].includes(result.code);
    // What tells of all says why; it is not ended before.
    const isLeft = (key: string, name: string) =>
      key.endsWith(`:${run.id}`) && (isSilent || name !== overview);
    await close(session, commit, isLeft);
    if (isSilent) return;
    await session.check(reportOn(context, commit, untold('Not looked at', result.reason)));
  } finally {
    await session.close();
  }
}

function reportOn(context: Context, commit: string, told: ReturnType<typeof untold>): CheckReport {
  const { number } = context.event.issue;
  return {
    ...told,
    name: overview,
    commit,
    key: keyOf(context),
    ...(number > 0 && { of: number }),
  };
}

/** Tells of a pause that the engine decided. */
export async function tellWait(
  context: Context,
  { until, reason }: { readonly until: Date; readonly reason: string },
): Promise<void> {
  const commit = await commitOf(context);
  if (commit === undefined) return;
  const session = context.forge.open(context.event.repository);
  try {
    const time = until.toISOString().slice(0, 16).replace('T', ' ');
    const told = { ...untold(`Waiting until ${time} UTC`, reason), state: 'running' as const };
    await session.check(reportOn(context, commit, told));
  } finally {
    await session.close();
  }
}
