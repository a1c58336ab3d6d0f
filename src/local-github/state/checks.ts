/** What Apps and services say about commits: check suites, their runs, and statuses. */
import type { Conclusion } from '#local-github/conclusion.ts';
import type { Account, Permissions } from './accounts.ts';

/** An App as a check tells of it: ours, or another one that the world names. */
export interface CheckApp {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly owner: Account;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
}

export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title: string | null;
  readonly rawDetails: string | null;
}

/** One App's runs on one commit. */
export interface CheckSuite {
  readonly id: number;
  readonly app: CheckApp;
  readonly headSha: string;
  /** Null where the commit stands on no branch of the repository itself. */
  readonly headBranch: string | null;
  readonly createdAt: string;
  updatedAt: string;
  /** Somebody asked for it again and nothing was reported since. */
  isAskedAgain: boolean;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: CheckSuite;
  readonly headSha: string;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  externalId: string;
  detailsUrl: string | null;
  readonly output: {
    title: string | null;
    summary: string | null;
    text: string | null;
    readonly annotations: Annotation[];
  };
  actions: readonly CheckAction[];
}

export const statusStates = ['error', 'failure', 'pending', 'success'] as const;
export type StatusState = (typeof statusStates)[number];

/** What a service said of a commit, under a name of its own; the newest of a name counts. */
export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: StatusState;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: string;
}
