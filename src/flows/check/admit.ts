/** Admit: which commits are compared, by whose settings, and whether the head's code may run; asked of the forge at this moment. */
import { z } from 'zod';
import { hashOf } from '#core/identity.ts';
import { describeProblem, settingsPath } from '#core/settings-text.ts';
import { Settings } from '#core/settings.ts';
import type { Context } from '#engine/flow.ts';
import { ownSettings } from '#engine/settings.ts';
import { whoIs } from '#policy/admission/who.ts';
import { whoMay, type Answer } from '#policy/admission/who-may.ts';
import type { PullRequest, RepositorySession } from '#ports/forge.ts';
import type { Asked } from './asked.ts';

/** A pull request as it is looked at. */
export const Subject = z.object({
  number: z.int(),
  /** Its own branch, and the one that it is to be merged into. */
  branch: z.string(),
  target: z.string(),
  fork: z.boolean(),
  head: z.string(),
  /** From where both branches were made: what the target got since is not the pull request's. */
  base: z.string(),
  /** Where the target ends: its settings and rules hold, whatever commit the branch was made from. */
  tip: z.string(),
  mayRun: z.boolean(),
  settings: Settings,
  /** What the operator's limits changed of them, in sentences. */
  told: z.array(z.string()).readonly(),
  /** The same head looked at in the same way has the same name. */
  look: z.string(),
});
export type Subject = Readonly<z.infer<typeof Subject>>;

export const Admission = z.discriminatedUnion('admitted', [
  z.object({ admitted: z.literal(true), subject: Subject, automatic: z.boolean() }),
  z.object({
    admitted: z.literal(false),
    code: z.string(),
    reason: z.string(),
    /** Where people are told; null where nobody asked us. */
    tell: z.object({ number: z.int(), commit: z.string() }).nullable(),
  }),
]);
export type Admission = Readonly<z.infer<typeof Admission>>;

interface Desk {
  readonly context: Context;
  readonly session: RepositorySession;
}

export async function admit(desk: Desk, asked: Asked): Promise<Admission> {
  const pull = await pullOf(desk, asked);
  if (pull?.state !== 'open')
    return no('no-pull', 'There is no open pull request whose head this commit is.');
  const answer = await mayBe(desk, asked, pull);
  if (!['yes', 'auto', 'look'].includes(answer))
    return no('permission', `@${desk.context.event.actor.login} may not ask for this here.`);
  return stand(desk, { asked, pull, answer });
}

async function pullOf(
  { session }: Desk,
  { number, commit }: Asked,
): Promise<PullRequest | undefined> {
  if (number > 0) return session.pull(number);
  return commit === null ? undefined : (await session.pullsAt(commit))[0];
}

async function mayBe(
  { context, session }: Desk,
  { cause }: Asked,
  { fork }: PullRequest,
): Promise<Answer> {
  const { actor, repository } = context.event;
  const permission = actor.kind === 'bot' ? undefined : await session.permission(actor.login);
  const who = whoIs({ actor, permission });
  const state = repository.archived === true ? 'archived' : 'open';
  const trigger = { changed: 'check', again: 'rerun', relabelled: 'rerun', fix: 'button' } as const;
  const answer = whoMay(who, trigger[cause], state);
  // Whoever asks, a fork's code is a stranger's.
  return fork && answer !== 'no' ? whoMay(who, 'fork-check', state) : answer;
}

interface Heard {
  readonly asked: Asked;
  readonly pull: PullRequest;
  readonly answer: Answer;
}

async function stand(
  { context, session }: Desk,
  { asked, pull, answer }: Heard,
): Promise<Admission> {
  const { number, base: target, head: branch, fork } = pull;
  const head = asked.commit ?? pull.headSha;
  const tell = { number, commit: head };
  const tip = await session.head(target);
  if (tip === undefined) return no('no-base', `There is no branch \`${target}\` any more.`, tell);
  const read = await ownSettings(context.rules, await session.file(tip, settingsPath));
  if ('problems' in read) {
    const problems = read.problems.map(describeProblem).join(' ');
    return no('setting-invalid', `The settings on \`${target}\` cannot be read. ${problems}`, tell);
  }
  const { settings, told } = read;
  const off = offReason(settings, pull, asked);
  if (off !== undefined) return no('off', off);
  const base = await session.mergeBase(target, head);
  if (base === undefined)
    return no('no-common-commit', `It has no commit in common with \`${target}\`.`, tell);
  const mayRun = answer !== 'look';
  const look = hashOf([number, base, mayRun, settings]).slice(0, 16);
  const stood = { number, branch, target, fork, head, base, tip, mayRun };
  const subject = { ...stood, settings, told, look };
  // Our own commits come of what a person asked for.
  const automatic = answer === 'auto' && context.event.actor.bot !== 'ours';
  return { admitted: true, subject, automatic };
}

function offReason(
  { pulls }: Settings,
  { draft }: PullRequest,
  { cause }: Asked,
): string | undefined {
  if (!pulls.check) return 'The settings switch checks of pull requests off.';
  const isWaiting = draft && !pulls.drafts && cause === 'changed';
  return isWaiting ? 'The settings leave out drafts.' : undefined;
}

function no(
  code: string,
  reason: string,
  tell: Extract<Admission, { admitted: false }>['tell'] = null,
): Admission {
  return { admitted: false, code, reason, tell };
}
