/**
 * Forge: reads and writes on the code host. Every write is keyed, so that a second one changes nothing, and every text is
 * looked at a last time, so that none calls anybody, closes anything, leads elsewhere or holds a secret.
 */
import type { FileChange } from '#core/change.ts';
import type { Issue, Repository } from '#core/event.ts';

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** Where to fetch a repository's commits, and the header that allows it. Never written down. */
export interface Remote {
  readonly url: string;
  readonly authorization: string;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly head: string;
  readonly headSha: string;
  readonly base: string;
  readonly draft: boolean;
  readonly state: 'open' | 'closed' | 'merged';
  /** Whether its branch is in another repository, or gone with it. */
  readonly fork: boolean;
  /** Whether the App opened it. */
  readonly byApp: boolean;
  /** When it was closed or merged by the forge's clock, or null. */
  readonly closedAt: string | null;
}

/** One check run: `name`, commit and `key` are its key. */
export interface CheckReport {
  readonly name: string;
  readonly commit: string;
  readonly state: 'running' | 'success' | 'failure' | 'neutral';
  readonly title: string;
  /** Markdown, at most 65,535 characters. */
  readonly summary: string;
  readonly annotations?: readonly CheckAnnotation[];
  /** The pull request of which it tells: the forge says it again when somebody asks something of the check run. */
  readonly of?: number;
  /**
   * Whatever has another key is a new check run, but for one that nobody ended. Without a key, a check run that ended and
   * is to run again is a new one.
   */
  readonly key?: string;
  /** What people can press on it; at most three. */
  readonly buttons?: readonly CheckButton[];
}

/** Label and name have at most 20 characters, what it is about 40. */
export interface CheckButton {
  readonly label: string;
  readonly about: string;
  /** What the event says when it was pressed. */
  readonly name: string;
}

/** The newest check run of ours of a name, as it stands on a commit. */
export interface KnownCheck {
  readonly name: string;
  readonly key: string;
  readonly ended: boolean;
}

/** A commit on top of a branch that is there. */
export interface Addition {
  /** Never the default branch, and never one into which something is merged. */
  readonly branch: string;
  readonly target: string;
  /** The commit at which the branch has to end. */
  readonly parent: string;
  readonly files: readonly FileChange[];
  readonly message: string;
}

/** What scanners found, for the forge's own list of alerts. */
export interface Scan {
  readonly commit: string;
  readonly number: number;
  /** SARIF 2.1.0 as JSON. */
  readonly sarif: string;
}

export interface CheckAnnotation {
  readonly title?: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
}

export interface Proposal {
  /** The branch to be made: the key. Never the default branch. */
  readonly branch: string;
  /** The commit on which it stands. */
  readonly base: string;
  /** The branch into which it shall be merged. */
  readonly target: string;
  readonly files: readonly FileChange[];
  /** Commit message with its trailers. */
  readonly message: string;
  readonly title: string;
  readonly body: string;
  /** The one issue that the body may close. */
  readonly closes?: number;
}

/** Whose writes these are: as long as it may. */
export interface Writer {
  readonly signal: AbortSignal;
  /** Asked right before each write. Throws the signal's reason where nothing may be written any more. */
  sure(): Promise<void>;
}

export interface Forge {
  /**
   * Tokens are minted as they are needed, each for this one repository, and revoked by `close`. Once the writer's signal is
   * aborted, or it is not sure any more, no request is begun that writes: it throws the signal's reason.
   */
  open(repository: Repository, writer?: Writer): RepositorySession;
}

/**
 * What a run may do with its one repository. Reading, talking and publishing use three tokens with the least
 * permissions each. Throws: refused (403), stale (404, 409, 422 on moved heads), exhausted (rate limit), unavailable.
 */
export interface RepositorySession {
  /** What the person may do, asked live. */
  permission(login: string): Promise<Permission>;
  issue(number: number): Promise<Issue>;
  /** The commit at a branch's head, or undefined where there is no such branch. */
  head(branch: string): Promise<string | undefined>;
  /** A file's text at a commit, or undefined. */
  file(commit: string, path: string): Promise<string | undefined>;
  remote(): Promise<Remote>;
  /** The one comment with this key on an issue or pull request: made when it is missing, edited when it differs. */
  comment(number: number, key: string, body: string): Promise<{ url: string }>;
  check(report: CheckReport): Promise<{ url: string }>;
  /** Branch and commit, made through the API so that the forge signs it. Answers with the commit that is there. */
  commit(proposal: Proposal): Promise<string>;
  /** The draft pull request from the proposal's branch: the one that is there, or a new one. */
  propose(proposal: Proposal): Promise<PullRequest>;
  /**
   * The open pull requests whose head branch starts with `prefix`, newest first. With `after`, also those that were
   * closed, of a number above it: among the thousand newest of the repository.
   */
  pulls(prefix: string, more?: { readonly after: number }): Promise<readonly PullRequest[]>;
  /** The pull request of this number, or undefined. */
  pull(number: number): Promise<PullRequest | undefined>;
  /** The open pull requests whose head is this commit, those from forks too. */
  pullsAt(commit: string): Promise<readonly PullRequest[]>;
  /** The newest commit from which both were made; undefined where there is none. */
  mergeBase(branch: string, commit: string): Promise<string | undefined>;
  /** Our check runs on a commit. */
  checks(commit: string): Promise<readonly KnownCheck[]>;
  /** Adds one commit, signed by the forge. Answers with it. Throws stale when the branch ends elsewhere. */
  add(addition: Addition): Promise<string>;
  /** Hands in what scanners found. Throws refused where the installation does not permit it. */
  scan(scan: Scan): Promise<void>;
  close(): Promise<void>;
}
