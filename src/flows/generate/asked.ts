/** What starts a generate run: a label on an issue, or a command in a comment. */
import { z } from 'zod';
import { commandIn } from '#commands/command.ts';
import { generate } from '#commands/generate.ts';
import type { Event } from '#core/event.ts';

export const Asked = z.object({
  issue: z.int(),
  /** The label that was added; null when a command asked. Which label starts a run is said by the settings. */
  label: z.string().nullable(),
  onPull: z.boolean(),
});
export type Asked = Readonly<z.infer<typeof Asked>>;

export function askedBy(event: Event): Asked | undefined {
  if (event.actor.kind === 'bot') return undefined;
  const issue = event.issue.number;
  if (event.kind === 'labelled') return { issue, label: event.label, onPull: false };
  if (commandIn(event.comment.body) !== generate.name) return undefined;
  return { issue, label: null, onPull: event.onPull };
}

/** Another label must not supersede a run: each has its own order; a command counts as the usual label. */
export function orderOf(event: Event): string {
  const label = event.kind === 'labelled' ? event.label : 'sluice';
  return `generate/${String(event.repository.id)}/${String(event.issue.number)}/${label}`;
}
