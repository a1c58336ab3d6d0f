/** What people order by a stop label or a command: to stop what is under way for an issue or a pull request, or to allow it again. */
import { z } from 'zod';
import { commandIn } from '#commands/command.ts';
import { resume } from '#commands/resume.ts';
import { stop } from '#commands/stop.ts';
import type { Event } from '#core/event.ts';
import { isStopLabel } from '#core/settings.ts';
import { isIgnored } from '#policy/admission/who.ts';

export const Ordered = z.object({
  order: z.enum(['stop', 'resume']),
  /** The label that was added or removed; null where a comment orders. Which one stops is said by the settings. */
  label: z.string().nullable(),
  number: z.int(),
});
export type Ordered = Readonly<z.infer<typeof Ordered>>;

export function orderedBy(event: Event): Ordered | undefined {
  if (isIgnored(event.actor)) return undefined;
  const order = orderIn(event);
  return order && { ...order, number: event.issue.number };
}

const labels = {
  labelled: 'stop',
  'pull-labelled': 'stop',
  unlabelled: 'resume',
  'pull-unlabelled': 'resume',
} as const;

function orderIn(event: Event): Pick<Ordered, 'order' | 'label'> | undefined {
  if (event.kind === 'commented') {
    const name = commandIn(event.comment.body);
    if (name === stop.name) return { order: 'stop', label: null };
    return name === resume.name ? { order: 'resume', label: null } : undefined;
  }
  if (!('label' in event) || !isStopLabel(event.label)) return undefined;
  return { order: labels[event.kind], label: event.label };
}
