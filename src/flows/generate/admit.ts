/** Admit: whether a run may start, asked of the forge at this moment, and on which commit and settings it stands. */
import { z } from 'zod';
import type { Context } from '#engine/flow.ts';
import { ownSettings } from '#engine/settings.ts';
import {
  describeProblem,
  readSettings,
  settingsPath,
  type ReadSettings,
} from '#core/settings-text.ts';
import { Settings } from '#core/settings.ts';
import { mayStart } from '#policy/admission/may-start.ts';
import type { RepositorySession } from '#ports/forge.ts';
import type { Asked } from './asked.ts';

const Problem = z.object({
  line: z.int(),
  key: z.string(),
  problem: z.string(),
  remedy: z.string(),
});

/** What the run stands on, or why there is none. */
export const Admission = z.discriminatedUnion('admitted', [
  z.object({
    admitted: z.literal(true),
    base: z.string(),
    settings: Settings,
    automatic: z.boolean().default(false),
    /** What the operator's limits changed, in sentences. */
    told: z.array(z.string()).default([]),
  }),
  z.object({
    admitted: z.literal(false),
    code: z.string(),
    reason: z.string(),
    /** Whether nobody is told: nobody asked us. */
    silent: z.boolean(),
    next: z.string(),
    /** The base commit and its settings' problems, where they are the reason. */
    invalid: z.object({ base: z.string(), problems: z.array(Problem) }).nullable(),
  }),
]);
export type Admission = Readonly<z.infer<typeof Admission>>;

export async function admit(
  { event, rules }: Pick<Context, 'event' | 'rules'>,
  session: RepositorySession,
  asked: Asked,
): Promise<Admission> {
  const { defaultBranch } = event.repository;
  const base = await session.head(defaultBranch);
  if (base === undefined) {
    return no({
      code: 'no-base',
      reason: `There is no branch \`${defaultBranch}\` yet.`,
      next: 'Push a first commit.',
    });
  }
  const text = await session.file(base, settingsPath);
  const triggerLabel = labelOf(readSettings(text));
  // Labels that mean nothing to us cost no question about permissions.
  const label = asked.label;
  const foreign = label !== null && label !== triggerLabel;
  const permission = foreign ? 'none' : await session.permission(event.actor.login);
  const issueState = foreign ? 'open' : (await session.issue(asked.issue)).state;
  const decided = mayStart({
    actor: event.actor,
    permission,
    issueState,
    onPull: asked.onPull,
    label,
    triggerLabel,
    repository: event.repository.archived === true ? 'archived' : 'open',
  });
  if (!decided.start)
    return no({
      ...decided,
      next: 'Somebody with write permission can add the label, or comment `/sluice generate`.',
    });
  const own = await ownSettings(rules, text);
  if ('settings' in own) {
    const { settings, told } = own;
    return { admitted: true, base, settings, automatic: decided.automatic, told: [...told] };
  }
  const { problems } = own;
  return no({
    code: 'setting-invalid',
    reason: `The settings cannot be read. ${problems.map(describeProblem).join(' ')}`,
    next: `Correct \`${settingsPath}\` on \`${defaultBranch}\`, then add the label again.`,
    invalid: { base, problems: [...problems] },
  });
}

export async function triggerLabel(
  { event }: Pick<Context, 'event'>,
  session: RepositorySession,
): Promise<string> {
  const head = await session.head(event.repository.defaultBranch);
  const text = head === undefined ? undefined : await session.file(head, settingsPath);
  return labelOf(readSettings(text));
}

/** Also settings that are wrong elsewhere name their label; one that cannot be read is the default. */
function labelOf(read: ReadSettings): string {
  return 'settings' in read ? read.settings.label : Settings.parse({}).label;
}

type Refusal = Extract<Admission, { admitted: false }>;

function no(refusal: Pick<Refusal, 'code' | 'reason' | 'next'> & Partial<Refusal>): Admission {
  return { silent: false, invalid: null, ...refusal, admitted: false };
}
