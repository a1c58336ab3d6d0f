/** What is known of releases, milestones and organisations. */
import type { Account } from './accounts.ts';

/** What may be said about a release being the latest one. */
export const latestChoices = ['true', 'false', 'legacy'] as const;
export type LatestChoice = (typeof latestChoices)[number];

export interface Asset {
  readonly id: number;
  name: string;
  label: string | null;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** `sha256:` and hexadecimal digits. */
  readonly digest: string;
  readonly uploader: Account;
  downloads: number;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Release {
  readonly id: number;
  readonly author: Account;
  /** What stands in a draft's addresses instead of its tag, which nobody has made yet. */
  readonly draftName: string;
  tag: string;
  /** A branch or a commit: where the tag is made when there is none. */
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  /** What its makers said; see `latestRelease`. */
  latest: LatestChoice;
  /** Of a draft its making; of a published release the time of its commit. */
  createdAt: string;
  publishedAt: string | null;
  updatedAt: string;
  /** Published while the repository made releases immutable. */
  immutable: boolean;
  readonly assets: Asset[];
}

export interface Milestone {
  readonly id: number;
  readonly number: number;
  readonly creator: Account;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  dueOn: string | null;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly members: readonly Account[];
}

export interface Organisation {
  readonly account: Account;
  readonly description: string | null;
  readonly members: readonly Account[];
  readonly teams: readonly Team[];
}
