/** Stopped: whether people hear that a stop ended a run, or kept it from beginning; strangers make us say nothing. */
import { z } from 'zod';
import type { Context } from '#engine/flow.ts';
import { whoIs } from '#policy/admission/who.ts';
import { whoMay } from '#policy/admission/who-may.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { triggerLabel } from './admit.ts';

const Permission = z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin']);

/** Whether who asked for a run that may not begin is told, where nobody was promised an answer yet: the table says so. */
export async function isToldOfStop(context: Context): Promise<boolean> {
  const { event, forge } = context;
  if (event.kind !== 'labelled' && event.kind !== 'commented') return false;
  const session = forge.open(event.repository);
  try {
    return await asked(context, session);
  } finally {
    await session.close();
  }
}

async function asked(context: Context, session: RepositorySession): Promise<boolean> {
  const { event } = context;
  const isOurs =
    event.kind !== 'labelled' || event.label === (await triggerLabel(context, session));
  if (!isOurs) return false;
  const permission = await context.step('stopped/permission', Permission, () =>
    session.permission(event.actor.login),
  );
  const { actor } = event;
  const trigger = event.kind === 'labelled' ? 'label' : 'command';
  return whoMay(whoIs({ actor, permission }), trigger, 'stopped') === 'tell';
}
