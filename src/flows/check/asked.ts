/** What a check run is about: commits that came to a pull request, a check that is asked for again, another label, or a button on a check. */
import { z } from 'zod';
import type { Event } from '#core/event.ts';
import { isIgnored } from '#policy/admission/who.ts';
import { fixButton, nameIn, overview, policy } from './names.ts';

export const Asked = z.object({
  /** The pull request; 0 where the forge did not say. */
  number: z.int(),
  /** The commit that is asked about; null for the newest. */
  commit: z.string().nullable(),
  /** The one check that is asked about, or null. */
  check: z.string().nullable(),
  cause: z.enum(['changed', 'again', 'relabelled', 'fix']),
});
export type Asked = Readonly<z.infer<typeof Asked>>;

export function askedBy(event: Event): Asked | undefined {
  if (event.kind === 'proposed' || event.kind === 'pushed')
    return { number: event.issue.number, commit: null, check: null, cause: 'changed' };
  if (isIgnored(event.actor)) return undefined;
  if (event.kind === 'pull-labelled' || event.kind === 'pull-unlabelled')
    return { number: event.issue.number, commit: null, check: policy, cause: 'relabelled' };
  if (event.kind !== 'rerequested' && event.kind !== 'pressed') return undefined;
  return aboutCheck(event);
}

function aboutCheck(event: Extract<Event, { check: unknown }>): Asked | undefined {
  const about = { number: event.issue.number, commit: event.commit };
  const isAll = event.check === null || event.check === overview;
  const check = isAll ? null : nameIn(event.check);
  if (check === undefined) return undefined;
  if (event.kind === 'rerequested') return { ...about, check, cause: 'again' };
  return check !== null && event.button === fixButton
    ? { ...about, check, cause: 'fix' }
    : undefined;
}

/** A newer head is looked at instead of an older one; what one check is asked for goes beside. */
export function orderOf(event: Event): string {
  const { cause, number, check, commit } = askedBy(event) ?? { cause: 'changed', number: 0 };
  const subject = number > 0 ? String(number) : (commit ?? '');
  const place = `check/${String(event.repository.id)}/${subject}`;
  if (cause === 'fix') return `${place}/fix`;
  return typeof check === 'string' ? `${place}/${check}` : place;
}
