/** Check result: what one check said of a change; its states are told apart, and only what is new counts. */
import { z } from 'zod';
import { Finding } from './finding.ts';

/**
 * `partial`: it looked, but not at everything. `skipped`: it did not look, and nobody is to blame. `crashed` and
 * `timed-out`: it should have looked and could not.
 */
export const checkStates = [
  'clean',
  'findings',
  'partial',
  'crashed',
  'timed-out',
  'skipped',
] as const;

export const CheckResult = z.object({
  name: z.string(),
  about: z.string(),
  state: z.enum(checkStates),
  /** Why it is not clean or findings; a sentence for people. */
  reason: z.string().nullable(),
  /** The tools that looked, with their versions; empty for rules of our own. */
  tools: z.array(z.string()),
  /** Files of the head that it looked at. */
  files: z.int(),
  /** Of these, files of which it said before what it says now. */
  cached: z.int(),
  /** Files that it was to look at and could not, on either side, and why. */
  unread: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** What the change brought, the strictest first. */
  added: z.array(Finding),
  /** What the change mended. */
  fixed: z.array(Finding),
  /** What was there before and is still there; cut at a thousand. */
  preexisting: z.array(Finding),
  /** All of them. */
  counts: z.object({ added: z.int(), fixed: z.int(), preexisting: z.int() }),
  /** Whether its tool can mend one of `added`. */
  fixable: z.boolean(),
  milliseconds: z.number(),
});
export type CheckResult = Readonly<z.infer<typeof CheckResult>>;

/** Whether the check looked at something. */
export function hasLooked({ state }: Pick<CheckResult, 'state'>): boolean {
  return state === 'clean' || state === 'findings' || state === 'partial';
}
