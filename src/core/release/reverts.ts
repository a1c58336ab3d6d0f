/** What takes back what: reverts of pull requests and of commits, told by links, by git's own sentence or by titles. */
import type { Commit, Manifest, Pull } from './manifest.ts';

/** Something that landed on the line: a pull request, or a commit that was pushed without one. */
export interface Landed {
  /** `#12`, or the sha. */
  readonly key: string;
  readonly title: string;
  /** The text of the pull request and of its commits. */
  readonly body: string;
  readonly at: string;
  readonly pull?: Pull;
  readonly commit?: Commit;
  /** Its commits in the range. */
  readonly commits: readonly Commit[];
}

/** Oldest first. */
export function landed({ commits, pulls }: Pick<Manifest, 'commits' | 'pulls'>): readonly Landed[] {
  const here = new Set(pulls.map(({ number }) => number));
  const merged = new Map(pulls.map(({ mergeCommit, number }) => [mergeCommit, number]));
  const numbersOf = ({ sha, pulls: named }: Commit) =>
    [...named, merged.get(sha) ?? 0].filter((number) => here.has(number));
  const direct = commits
    .filter((commit) => commit.pulls.length === 0 && numbersOf(commit).length === 0)
    .map((commit) => ({
      key: commit.sha,
      title: commit.message.split('\n')[0] ?? '',
      body: commit.message,
      ...{ at: commit.at, commit, commits: [commit] },
    }));
  const proposed = pulls.map((pull) => {
    const own = commits.filter((commit) => numbersOf(commit).includes(pull.number));
    const body = [pull.body, ...own.map(({ message }) => message)].join('\n\n');
    const at = pull.mergedAt ?? own.at(-1)?.at ?? '';
    return { key: `#${String(pull.number)}`, title: pull.title, body, at, pull, commits: own };
  });
  const place = new Map(commits.map(({ sha }, index) => [sha, index]));
  const placeOf = ({ commits: own }: Landed) => place.get(own.at(-1)?.sha ?? '') ?? commits.length;
  return [...direct, ...proposed].sort(
    (a: Landed, b: Landed) => order(a.at, b.at) || placeOf(a) - placeOf(b),
  );
}

function order(a: string, b: string): number {
  if (a === '' || b === '' || a === b) return 0;
  return a < b ? -1 : 1;
}

export interface TakenBack {
  /** By key, what took it back. */
  readonly undone: ReadonlyMap<string, Landed>;
  /** Reverts that stand, all of whose targets lie in the range: together they come to nothing. */
  readonly spent: ReadonlySet<string>;
}

/** From the newest to the oldest: a revert that was itself taken back takes nothing back. */
export function takenBack(all: readonly Landed[]): TakenBack {
  const undone = new Map<string, Landed>();
  const spent = new Set<string>();
  for (const [index, one] of [...all.entries()].reverse()) {
    if (undone.has(one.key)) continue;
    const { found, missing } = targetsOf(one, all.slice(0, index));
    for (const target of found) if (!undone.has(target.key)) undone.set(target.key, one);
    if (found.length > 0 && !missing) spent.add(one.key);
  }
  return { undone, spent };
}

interface Targets {
  readonly found: readonly Landed[];
  /** Whether some of what it takes back was released before. */
  readonly missing: boolean;
}

const nothing: Targets = { found: [], missing: false };
const isRevert = /^(?:\w+(?:\([^)]*\))?!?:\s*)?(?:revert|reapply|re-?land)\b/i;

function targetsOf(one: Landed, before: readonly Landed[]): Targets {
  const { pull, title, body } = one;
  const linked = pull?.reverts === undefined ? [] : [`#${String(pull.reverts)}`];
  if (linked.length === 0 && !isRevert.test(title)) return nothing;
  const numbers = [...body.matchAll(/^\W*(?:this )?reverts\s+(?:[\w.-]+\/[\w.-]+)?(#\d+)\b/gim)];
  const named = [...linked, ...numbers.map(([, number = '']) => number)];
  if (named.length > 0) return byKeys(named, before);
  const shas = [...body.matchAll(/\breverts commit ([\da-f]{7,40})\b/gi)].map(
    ([, sha = '']) => sha,
  );
  if (shas.length > 0) return byShas(shas, before);
  return byTitle(title, before);
}

function byKeys(keys: readonly string[], before: readonly Landed[]): Targets {
  const all = [...new Set(keys)].map((key) => before.find((one) => one.key === key));
  return {
    found: all.filter((one) => one !== undefined),
    missing: all.includes(undefined),
  };
}

/** Only a pull request that is taken back as a whole is: one commit of three leaves the other two. */
function byShas(shas: readonly string[], before: readonly Landed[]): Targets {
  const has = (full: string) => shas.some((sha) => full.startsWith(sha.toLowerCase()));
  const touched = before.filter(
    ({ commits, pull }) => has(pull?.mergeCommit ?? '') || commits.some(({ sha }) => has(sha)),
  );
  const found = touched.filter(
    ({ commits, pull }) => isMerge(commits, pull, has) || commits.every(({ sha }) => has(sha)),
  );
  const known = touched.flatMap(({ commits, pull }) => [
    ...commits.map(({ sha }) => sha),
    pull?.mergeCommit ?? '',
  ]);
  const isKnown = (sha: string) => known.some((full) => full.startsWith(sha.toLowerCase()));
  return { found, missing: found.length < touched.length || !shas.every(isKnown) };
}

/** A merge commit brings all of them with it. */
function isMerge(
  commits: readonly Commit[],
  pull: Pull | undefined,
  has: (sha: string) => boolean,
): boolean {
  const merge = commits.find(({ sha }) => sha === pull?.mergeCommit);
  return merge !== undefined && has(merge.sha) && merge.message.startsWith('Merge ');
}

/** `Revert "Title"`, `Revert "Title (#12)"`, `Reapply "Title"`, `revert: title`; of several so named the newest. */
function byTitle(title: string, before: readonly Landed[]): Targets {
  const [, verb = '', quoted, bare] =
    /^(?:\w+(?:\([^)]*\))?!?:\s*)?(revert|reapply|re-?land):?\s+(?:"(.+)"|(.+?))(?:\s+\(#\d+\))?$/i.exec(
      title,
    ) ?? [];
  const name = quoted ?? bare ?? '';
  const isBack = verb.toLowerCase() !== 'revert';
  const [, number] = /\((#\d+)\)$/.exec(name) ?? [];
  if (number !== undefined && !isBack) return byKeys([number], before);
  const plain = withoutNumber(name);
  const wanted = isBack ? `Revert "${plain}"` : plain;
  const target = before.findLast((one) => withoutNumber(one.title) === wanted);
  return target === undefined ? { found: [], missing: true } : { found: [target], missing: false };
}

function withoutNumber(title: string): string {
  return title.replace(/\s+\(#\d+\)(?="?$)/, '').trim();
}
