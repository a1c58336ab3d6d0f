/** The whole state of the local GitHub as plain data in memory; files live beside it in real bare git repositories. */
import type { KeyObject } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Conclusion } from './conclusion.ts';
import type { Milestone, Organisation, Release } from './state/releases.ts';

/** A person's role in a repository, weakest first. */
export const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof roles)[number];

export type Level = 'read' | 'write' | 'admin';
/** An App's permissions by name (`issues`, `pull_requests`, ...). */
export type Permissions = Readonly<Record<string, Level>>;

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly name: string | null;
  /** The personal access token; null for organisations and bots. */
  readonly token: string | null;
  readonly createdAt: string;
}

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
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
  suspendedAt: string | null;
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
}

/** What happened to an issue or pull request beside its comments, for the page that tells its story. */
export interface TimelineEvent {
  readonly event:
    | 'labeled'
    | 'unlabeled'
    | 'renamed'
    | 'closed'
    | 'reopened'
    | 'committed'
    | 'head_ref_force_pushed'
    | 'ready_for_review'
    | 'convert_to_draft'
    | 'cross-referenced'
    | 'merged';
  readonly actor: Account;
  readonly createdAt: string;
  /** The label's name, the new title, the commit, or the number of the issue that refers to this one. */
  readonly subject: string | null;
}

/** One side of a pull request. */
export interface PullSide {
  ref: string;
  sha: string;
  /** Who owned the fork that it came from; the fork itself is gone. */
  readonly fork?: Account;
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
  maintainerCanModify: boolean;
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

export interface CheckSuite {
  readonly id: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly createdAt: string;
  updatedAt: string;
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
  actions: readonly {
    readonly label: string;
    readonly description: string;
    readonly identifier: string;
  }[];
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
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

/** One try to deliver a webhook. A redelivery is an entry of its own with the same guid. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  readonly url: string;
  readonly installation: number | null;
  readonly repository: number | null;
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: Readonly<Record<string, unknown>>;
  };
  /** `OK`, or why it failed; empty while it is under way. */
  status: string;
  /** 0 when no answer came. */
  statusCode: number;
  /** Seconds. */
  duration: number;
  response: { readonly headers: Readonly<Record<string, string>>; readonly payload: string } | null;
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
