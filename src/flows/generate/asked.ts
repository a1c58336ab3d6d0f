/** What a generate run is about: a label or a command that asks for one, or what happened to the issue of one that is open. */
import { z } from 'zod';
import { commandIn } from '#commands/command.ts';
import { generate } from '#commands/generate.ts';
import type { Event } from '#core/event.ts';
import { isIgnored } from '#policy/admission/who.ts';

/** Asked for anew; or of a run that is open: its issue's text was changed, its label removed, its issue closed. */
export const causes = ['asked', 'edited', 'unlabelled', 'closed'] as const;

export const Asked = z.object({
  issue: z.int(),
  /** The label that was added or removed; null where none was. Which label starts a run is said by the settings. */
  label: z.string().nullable(),
  onPull: z.boolean(),
  cause: z.enum(causes).default('asked'),
});
export type Asked = Readonly<z.infer<typeof Asked>>;

export function askedBy(event: Event): Asked | undefined {
  const about = event.kind === 'commented' ? askedIn(event) : happened(event);
  return about && { label: null, onPull: false, issue: event.issue.number, ...about };
}

type About = Pick<Asked, 'cause'> & Partial<Asked>;

function askedIn({ actor, comment, onPull }: Extract<Event, { kind: 'commented' }>) {
  const isOurs = !isIgnored(actor) && commandIn(comment.body) === generate.name;
  return isOurs ? ({ cause: 'asked', onPull } as const) : undefined;
}

function happened(event: Exclude<Event, { kind: 'commented' }>): About | undefined {
  if (event.kind === 'labelled')
    return isIgnored(event.actor) ? undefined : { cause: 'asked', label: event.label };
  if (event.kind === 'unlabelled') return { cause: 'unlabelled', label: event.label };
  const concerns = event.kind === 'edited' || event.kind === 'closed';
  return concerns ? { cause: event.kind } : undefined;
}

/** What happens to an issue matters only to a run of it that is open. */
export function followsOpen(event: Event): boolean {
  return ['unlabelled', 'edited', 'closed'].includes(event.kind);
}

/** All that concerns an issue is looked at in the order in which it happened. */
export function orderOf(event: Event): string {
  return `${lineOf(event)}${String(event.issue.number)}`;
}

/** The runs of a repository share the places for open pull requests; one that is closed gives its place back. */
function lineOf({ repository }: Event): string {
  return `generate/${String(repository.id)}/`;
}

export function lineFor(event: Event): string | undefined {
  const concerns =
    event.kind === 'pull-closed'
      ? issueOfBranch(event.branch) !== null
      : askedBy(event) !== undefined;
  return concerns ? lineOf(event) : undefined;
}

/** Where our branches begin, and those for one issue. */
export const branchStart = 'sluice/';

export function branchOf(issue: number): string {
  return `${branchStart}${String(issue)}`;
}

/** The issue that a branch of ours is for. */
export function issueOfBranch(branch: string): number | null {
  const number = /^sluice\/(\d+)(?:-|$)/.exec(branch)?.[1];
  return number === undefined ? null : Number(number);
}
