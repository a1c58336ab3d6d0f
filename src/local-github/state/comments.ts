/** What people and Apps say below issues and pull requests. */
import type { Account } from './accounts.ts';

export const reactionContents = [
  '+1',
  '-1',
  'laugh',
  'confused',
  'heart',
  'hooray',
  'rocket',
  'eyes',
] as const;
export type ReactionContent = (typeof reactionContents)[number];

export interface Reaction {
  readonly id: number;
  readonly user: Account;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  /** Whether the App wrote it. */
  readonly viaApp: boolean;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: Reaction[];
  /** Why somebody folded it up; null when nobody did. */
  minimized: string | null;
}
