/** What happened to an issue or pull request beside what was said. */
import type { Account } from './accounts.ts';

export const timelineEvents = [
  'labeled',
  'unlabeled',
  'assigned',
  'unassigned',
  'locked',
  'unlocked',
  'renamed',
  'closed',
  'reopened',
  'committed',
  'head_ref_force_pushed',
  'head_ref_deleted',
  'head_ref_restored',
  'ready_for_review',
  'convert_to_draft',
  'cross-referenced',
  'merged',
] as const;

export interface TimelineEvent {
  readonly id: number;
  readonly event: (typeof timelineEvents)[number];
  readonly actor: Account;
  readonly createdAt: string;
  /** The label's name, the new title, the commit, a login, or the number of the issue that refers to this one. */
  readonly subject: string | null;
  /** What the title was before. */
  readonly before?: string;
}
