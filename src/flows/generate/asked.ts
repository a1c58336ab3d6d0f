/** What a generate run is about: a label or a command that asks for one, or what happened to the issue of one that is open. */
import { z } from 'zod';
import { commandIn } from '#commands/command.ts';
import { generate } from '#commands/generate.ts';
import type { Event } from '#core/event.ts';

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
  const asked = { issue: event.issue.number, label: null, onPull: false, cause: 'asked' } as const;
  switch (event.kind) {
    case 'labelled':
      return isBot(event) ? undefined : { ...asked, label: event.label };
    case 'commented':
      if (isBot(event) || commandIn(event.comment.body) !== generate.name) return undefined;
      return { ...asked, onPull: event.onPull };
    case 'unlabelled':
      return { ...asked, label: event.label, cause: 'unlabelled' };
    case 'edited':
    case 'closed':
      return { ...asked, cause: event.kind };
    case 'pull-closed':
      return undefined;
  }
}

function isBot({ actor }: Event): boolean {
  return actor.kind === 'bot';
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
