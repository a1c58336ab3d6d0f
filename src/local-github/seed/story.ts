/** The story under way: which commit every ref is at, and how one more is written. */
import type { Importer, Point } from '#local-github/git/import.ts';
import type { Signature } from '#local-github/git/objects.ts';
import { noreplyAddress } from '#local-github/shapes/commits.ts';
import type { Account, Label, Repository } from '#local-github/state.ts';
import { WorldError } from '#local-github/world.ts';
import type { Step } from '#local-github/world/history.ts';

export interface HistorySeed {
  readonly repository: Repository;
  readonly history: readonly Step[];
  readonly nextId: () => number;
  /** By login; absent: the first user. */
  readonly who: (login: string | undefined) => Account;
  readonly label: (name: string) => Label;
}

/** The import under way: what is where, and what is to be done once the commits have their names. */
export interface Story extends HistorySeed {
  readonly importer: Importer;
  /** By full name of the ref. */
  readonly refs: Map<string, Point>;
  readonly dates: Map<Point, string>;
  readonly later: ((sha: (point: Point) => string) => void)[];
  /** The time of the step. */
  now: string;
}

/** A step without a date is a minute after the one before. */
export function later(date: string): string {
  return `${new Date(Date.parse(date) + 60_000).toISOString().slice(0, 19)}Z`;
}

/** The commit of a branch, else of a tag; of the default branch where no name is given. */
export function find({ refs, repository }: Story, name = repository.defaultBranch): Point {
  const point = refs.get(`refs/heads/${name}`) ?? refs.get(`refs/tags/${name}`);
  if (point === undefined) throw new WorldError(`there is no branch and no tag ${name} yet`);
  return point;
}

export function move({ importer, refs }: Story, ref: string, point: Point): void {
  importer.point(ref, point);
  refs.set(ref, point);
}

export function signature(account: Account, date: string): Signature {
  return { name: account.name ?? account.login, email: noreplyAddress(account), date };
}

export interface Making {
  readonly ref: string;
  readonly parents: readonly Point[];
  readonly author: Account;
  /** Absent: the author. */
  readonly committer?: Signature;
  readonly message: string;
  readonly files: Readonly<Record<string, string | null>>;
  readonly date: string;
}

export function commit(story: Story, { author, date, ...making }: Making): Point {
  const signed = signature(author, date);
  const point = story.importer.commit({ committer: signed, ...making, author: signed });
  story.refs.set(making.ref, point);
  story.dates.set(point, date);
  return point;
}
