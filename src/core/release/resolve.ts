/** What a release really changes: reverts net out, what landed again counts once, and so does a change that came twice. */
import { originals } from './backports.ts';
import type { Commit, Manifest, Pull } from './manifest.ts';
import { landed, takenBack, type Landed } from './reverts.ts';

/** A change that landed and is not listed. */
export interface Dropped {
  /** `#12`, or the beginning of a sha. */
  readonly change: string;
  readonly because: string;
}

export interface Resolved {
  readonly manifest: Manifest;
  readonly dropped: readonly Dropped[];
}

export interface ResolveOptions {
  /** Whether commits that were pushed without a pull request count as changes. */
  readonly direct?: boolean;
}

/** Of a manifest as it was collected, one with the changes that are to be listed. */
export function resolve(manifest: Manifest, { direct = false }: ResolveOptions = {}): Resolved {
  const all = landed(manifest);
  const { undone, spent } = takenBack(all);
  const standing = all.filter(({ key }) => !undone.has(key) && !spent.has(key));
  const origins = originals(standing);
  const twice = listedAlready(standing, origins);
  const reason = ({ key }: Landed) => reasonOf(key, { undone, spent, twice });
  const kept = new Set(standing.filter(({ key }) => !twice.has(key)).map(({ key }) => key));
  const pulls = manifest.pulls
    .filter(({ number }) => kept.has(`#${String(number)}`))
    .map((pull) => linked(pull, origins.get(`#${String(pull.number)}`)));
  const pushed = all.flatMap(({ key, commit, title }) =>
    commit && kept.has(key) && !/^Merge (?:branch|remote|tag|commit|pull)/.test(title)
      ? [commit]
      : [],
  );
  return {
    manifest: { ...manifest, pulls: direct ? [...pulls, ...pushed.map(changeOf)] : pulls },
    dropped: all
      .filter(({ key, pull }) => !kept.has(key) && (direct || pull !== undefined))
      .map((one) => ({ change: short(one.key), because: reason(one) })),
  };
}

/** A link only: a pull request without an original stays the very same. */
function linked(pull: Pull, original: string | undefined): Pull {
  return original === undefined ? pull : { ...pull, original };
}

/** Backports by key, with what is listed in their place: the original, else the first backport of it. */
function listedAlready(
  standing: readonly Landed[],
  origins: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const shown = new Map(standing.map(({ key }) => [key, key]));
  const twice = new Map<string, string>();
  for (const { key } of standing) {
    const original = origins.get(key);
    if (original === undefined) continue;
    const other = shown.get(original);
    if (other === undefined) shown.set(original, key);
    else twice.set(key, other);
  }
  return twice;
}

interface Reasons {
  readonly undone: ReadonlyMap<string, Landed>;
  readonly spent: ReadonlySet<string>;
  readonly twice: ReadonlyMap<string, string>;
}

function reasonOf(key: string, { undone, spent, twice }: Reasons): string {
  const by = undone.get(key);
  if (by) return `taken back by ${short(by.key)}`;
  if (spent.has(key)) return 'takes back what this release would have brought';
  return `the same change as ${short(twice.get(key) ?? '')}`;
}

function short(key: string): string {
  return key.startsWith('#') ? key : key.slice(0, 7);
}

/** A pushed commit, told like a pull request; it has no number, so that none is like another's. */
function changeOf(commit: Commit, index: number): Pull {
  const [author] = commit.authors;
  return {
    number: -1 - index,
    commit: commit.sha,
    title: commit.message.split('\n')[0] ?? '',
    labels: [],
    author: typeof author?.login === 'string' ? { login: author.login, url: '', bot: false } : null,
    body: commit.message.split('\n').slice(1).join('\n').trim(),
    ...{ url: '', base: '', head: '', mergedAt: commit.at, merged: true, mergeCommit: commit.sha },
  };
}
