/** Backports: which pull request brings an older change to another line, and which change that is. */
import type { Landed } from './reverts.ts';

const spoken =
  /\b(?:back-?port|cherry-?pick)(?:s|ed)?(?: of| from)?(?: (?:pull request|PR))?:?\s+(?:[\w.-]+\/[\w.-]+)?#(\d+)\b/i;
const named = /^\W*(?:\[[^\]]*\]|back-?port\b|cherry-?pick\b).*\(#(\d+)\)$/i;
const branches = [
  /^(?:.*\/)?(?:back-?port|bp|cherry-?pick)[/-](?:pr-?)?(\d+)(?:[-/]|$)/i,
  /^mergify\/bp\/.+\/pr-(\d+)$/,
];

/**
 * The original of a backport as it is linked, `#12` or the beginning of a sha; undefined of any other. `all` is the range:
 * a commit that was picked from there is told by its pull request.
 */
export function originalOf(
  { pull, body, key }: Landed,
  all: readonly Landed[],
): string | undefined {
  if (pull === undefined) return undefined;
  const saysSo = [pull.title, pull.head, ...pull.labels].some((text) =>
    /back-?port|cherry-?pick|mergify\/bp/i.test(text),
  );
  const [number] = [
    spoken.exec(pull.title),
    spoken.exec(pull.body),
    saysSo ? named.exec(pull.title) : null,
    ...branches.map((pattern) => pattern.exec(pull.head)),
  ].flatMap((found) => (found?.[1] === undefined ? [] : [`#${found[1]}`]));
  if (number !== undefined) return number === key ? undefined : number;
  const [, sha] = /\(cherry[- ]picked from commit ([\da-f]{7,40})\)/i.exec(body) ?? [];
  if (sha === undefined) return undefined;
  const source = all.find(
    (one) =>
      one.key !== key &&
      [one.pull?.mergeCommit ?? '', ...one.commits.map((commit) => commit.sha)].some((full) =>
        full.startsWith(sha.toLowerCase()),
      ),
  );
  return source?.pull === undefined ? sha.slice(0, 7) : source.key;
}

/** Backports by key, each with its first origin: that of a backport of a backport is the same. */
export function originals(all: readonly Landed[]): ReadonlyMap<string, string> {
  const direct = new Map<string, string>();
  for (const one of all) {
    const original = originalOf(one, all);
    if (original !== undefined) direct.set(one.key, original);
  }
  const root = (key: string, seen: readonly string[]): string => {
    const next = direct.get(key);
    return next === undefined || seen.includes(next) ? key : root(next, [...seen, next]);
  };
  return new Map([...direct.keys()].map((key) => [key, root(key, [key])]));
}
