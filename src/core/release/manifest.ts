/** The manifest of a release: what lies between the last release and the head of a line, as plain data. */
import { z } from 'zod';

const Login = z.string().min(1);

/** Who wrote a pull request; null is an account that is gone. */
const Author = z
  .object({ login: Login, url: z.string().default(''), bot: z.boolean().default(false) })
  .nullable();

/** A pull request into this repository, as the forge tells it. `files` is needed only when the rules ask for paths. */
export const Pull = z.object({
  /** Below zero for a commit that was pushed without a pull request. */
  number: z.int(),
  title: z.string(),
  labels: z.array(z.string()).default([]),
  author: Author.default(null),
  body: z.string().default(''),
  url: z.string().default(''),
  /** Names of the branches, without `refs/heads/`. */
  base: z.string().default(''),
  head: z.string().default(''),
  /** ISO 8601. */
  mergedAt: z.string().nullable().default(null),
  merged: z.boolean().default(true),
  mergeCommit: z.string().nullable().default(null),
  files: z.array(z.string().min(1)).optional(),
  /** The pull request that it takes back, where the forge knows. */
  reverts: z.int().positive().optional(),
  /** Of a backport: what it brings to this line, `#12` or the beginning of a sha. */
  original: z.string().optional(),
  /** Of a commit that was pushed without a pull request, its sha. */
  commit: z.string().optional(),
});
export type Pull = Readonly<z.infer<typeof Pull>>;

export const Commit = z.object({
  sha: z.string(),
  message: z.string().default(''),
  /** ISO 8601. */
  at: z.string().default(''),
  /** An author whom the forge knows has a login. */
  authors: z
    .array(z.object({ name: z.string().default(''), login: Login.nullable().default(null) }))
    .default([]),
  /** Numbers of the pull requests that brought it here. */
  pulls: z.array(z.int().positive()).default([]),
});
export type Commit = Readonly<z.infer<typeof Commit>>;

export const Release = z.object({
  id: z.int(),
  tag: z.string(),
  name: z.string().nullable().default(null),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
  target: z.string().default(''),
  /** ISO 8601. */
  createdAt: z.string().default(''),
  body: z.string().default(''),
});
export type Release = Readonly<z.infer<typeof Release>>;

export const Manifest = z.object({
  repository: z.object({
    owner: z.string(),
    name: z.string(),
    /** Where the forge's pages lie. */
    server: z.string().default('https://github.com'),
  }),
  /** The ref that is released: `refs/heads/main`. */
  ref: z.string(),
  /** The release that the range begins after; null when nothing was released before. */
  last: Release.nullable().default(null),
  /** Oldest first, as a comparison of two refs lists them. */
  commits: z.array(Commit).default([]),
  /** In the order in which `commits` name them. */
  pulls: z.array(Pull).default([]),
  /** Logins whose first pull request ever lies in the range. */
  newcomers: z.array(Login).default([]),
  /** What could not be read: a range that had to be cut, files that are too many. */
  notices: z.array(z.string()).default([]),
});
export type Manifest = Readonly<z.infer<typeof Manifest>>;

export interface Found {
  readonly commits: readonly Commit[];
  /** Of this repository: every one that a commit names, and those merged last, as the index of commits lags behind. */
  readonly pulls: readonly Pull[];
}

/**
 * The merged pull requests of a range, each once: those that a commit names, in the order of the commits, then those
 * whose merge commit lies in the range although no commit names them yet.
 */
export function pullsInRange({ commits, pulls }: Found): readonly Pull[] {
  const byNumber = new Map(pulls.map((pull) => [pull.number, pull]));
  const named = new Set(commits.flatMap((commit) => commit.pulls));
  const shas = new Set(commits.map(({ sha }) => sha));
  const late = pulls.filter(
    ({ number, mergeCommit }) =>
      !named.has(number) && mergeCommit !== null && shas.has(mergeCommit),
  );
  return [...[...named].flatMap((number) => byNumber.get(number) ?? []), ...late].filter(
    ({ merged }) => merged,
  );
}
