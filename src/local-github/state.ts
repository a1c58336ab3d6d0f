/** The whole state of the local GitHub as plain data in memory; files live beside it in real bare git repositories. */
import type { KeyObject } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Meter } from './limits/meter.ts';
import type { Milestone, Organisation, Release } from './state/releases.ts';
import type { Discussion } from './state/reviews.ts';
import type { Account, Permissions, Role } from './state/accounts.ts';
import type { Comment, Reaction } from './state/comments.ts';
import type { CheckRun, CheckSuite, Status } from './state/checks.ts';
import type { CodeScanning } from './state/code-scanning.ts';
import type { Delivery } from './state/deliveries.ts';
import type { MergeQuestion, MergeSettings, Protection } from './state/merging.ts';
import type { TimelineEvent } from './state/timeline.ts';

// Parts that parts of the state need stand in files of their own; what reads the state finds them all here.
export { roles } from './state/accounts.ts';
export type { Account, Level, Permissions, Role } from './state/accounts.ts';
export { reactionContents } from './state/comments.ts';
export type { Comment, Reaction, ReactionContent } from './state/comments.ts';
export type { Annotation, CheckRun, CheckSuite } from './state/checks.ts';
export type { Delivery } from './state/deliveries.ts';
export type { TimelineEvent } from './state/timeline.ts';

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly owner: Account;
  /** `slug[bot]`: the author of what the App writes. */
  readonly bot: Account;
  readonly permissions: Permissions;
  /** The webhook events that the App subscribes to. */
  readonly events: readonly string[];
  /** PEM. */
  readonly privateKey: string;
  readonly publicKey: KeyObject;
  readonly createdAt: string;
  readonly hook: {
    readonly id: number;
    /** Null until somebody sets where webhooks go. */
    url: string | null;
    secret: string;
    contentType: 'json' | 'form';
  };
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  /** Repository ids, or all of the account. */
  repositories: 'all' | Set<number>;
  permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
  suspendedAt: string | null;
  suspendedBy: Account | null;
}

export interface InstallationToken {
  readonly token: string;
  readonly installation: Installation;
  readonly bot: Account;
  /** Ids that the token was narrowed to; null means all of the installation. */
  readonly repositories: ReadonlySet<number> | null;
  readonly permissions: Permissions;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  revoked: boolean;
}

export interface Label {
  readonly id: number;
  name: string;
  /** Six hexadecimal digits. */
  color: string;
  description: string | null;
  readonly isDefault: boolean;
}

/** One side of a pull request. */
export interface PullSide {
  ref: string;
  sha: string;
  /** Who owned the fork that it came from; the fork itself is gone. */
  readonly fork?: Account;
  /** The fork that it comes from. */
  readonly repository?: Repository;
}

export interface Pull {
  readonly id: number;
  readonly head: PullSide;
  readonly base: PullSide;
  draft: boolean;
  merged: boolean;
  mergedAt: string | null;
  mergedBy: Account | null;
  mergeCommitSha: string | null;
  /** Where the base branch was before it was merged. */
  mergedOnto?: string;
  maintainerCanModify: boolean;
  readonly discussion: Discussion;
  mergeQuestion?: MergeQuestion;
}

/** An issue, or a pull request when `pull` is there: they share their numbers, labels and comments. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  readonly viaApp: boolean;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | 'duplicate' | null;
  locked: boolean;
  lockReason?: string;
  labels: Label[];
  assignees: Account[];
  milestone?: Milestone;
  readonly comments: Comment[];
  readonly timeline: TimelineEvent[];
  readonly reactions: Reaction[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: Account | null;
  readonly pull: Pull | null;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  /** `owner/name` that it had before: the API leads from there to here. */
  readonly formerly: readonly string[];
  readonly private: boolean;
  description: string | null;
  defaultBranch: string;
  /** The bare git repository on disk. */
  readonly folder: string;
  /** Role by login; the owner is an admin without standing here. */
  readonly collaborators: Map<string, Role>;
  readonly labels: Label[];
  /** Issues and pull requests by number, in the order of their making. */
  readonly issues: Map<number, Issue>;
  readonly checkSuites: CheckSuite[];
  readonly checkRuns: CheckRun[];
  readonly statuses: Status[];
  /** Whether a push opens a suite for the App. */
  autoSuites: boolean;
  readonly merging: MergeSettings;
  /** By the branch's name. */
  readonly protections: ReadonlyMap<string, Protection>;
  readonly scanning: CodeScanning;
  /** What it is a fork of. */
  readonly parent: Repository | null;
  /** Numbers of issues that were deleted (null), or where they were moved to. */
  readonly goneIssues: Map<number, string | null>;
  /** Commits that GitHub signed because the App made them through the API. */
  readonly signedCommits: Set<string>;
  readonly releases: Release[];
  readonly milestones: Milestone[];
  immutableReleases: boolean;
  /** Milliseconds for which the pull request of a commit is not found yet, as GitHub's index is late. */
  pullIndexLag: number;
  readonly createdAt: string;
  updatedAt: string;
  pushedAt: string;
}

export interface State {
  readonly accounts: Account[];
  readonly app: App;
  readonly installations: Installation[];
  readonly tokens: Map<string, InstallationToken>;
  readonly organisations: readonly Organisation[];
  readonly repositories: Repository[];
  readonly deliveries: Delivery[];
  /** A new id; one sequence for everything, so that no two things can be confused. */
  nextId(): number;
}

/** `owner/name#7` is an issue or pull request, `owner/name` the rest of a repository, `deliveries` their log. */
export type Topic = string;

/** The running local GitHub as actions, REST routes and pages see it. */
export interface GitHub {
  readonly state: State;
  /** Where it is reached, without a slash at the end. */
  readonly url: string;
  /** Emits `changed` with a topic, for pages that update by themselves. */
  readonly changes: EventEmitter<{ changed: [Topic] }>;
  /** The time as GitHub writes it, whole seconds of UTC. */
  readonly now: () => string;
  /** What each caller used of the rate limits. */
  readonly meter: Meter;
  /** Sends a webhook when the App is installed on the repository and subscribes to the event; never waits for it. */
  readonly emit: (hook: Hook) => void;
}

/** A webhook before it is signed and sent: `payload` is what is beside repository, installation and sender. */
export interface Hook {
  readonly event: string;
  readonly action: string | null;
  readonly repository: Repository | null;
  /** Only where there is no repository that tells it. */
  readonly installation?: Installation;
  readonly sender: Account;
  readonly payload: Readonly<Record<string, unknown>>;
}
