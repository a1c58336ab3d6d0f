/** Targets: the files that a check is asked to look at, and those that are set aside before it sees them. */
import type { TreeEntry } from '#ports/trees.ts';
import type { Check, Unread } from './check.ts';
import type { Stand } from './stand.ts';

/** Bytes of a file: a linter was kept busy for ten minutes by one of 1.8 MB. */
const largest = 512 * 1024;
/** Characters of a line: beyond, a file was written by a program and is read by none. */
const longestLine = 5_000;

/** What others wrote or programs made: nobody mends it there. */
const foreign =
  /(?:^|\/)(?:node_modules|bower_components|vendor|third_party|\.venv|site-packages|dist|__snapshots__|\.yarn)\/|\.min\.(?:js|css)$|\.(?:map|snap)$|(?:^|\/)[^/]+\.(?:generated|g)\.[^./]+$/;

export interface Targets {
  readonly entries: readonly TreeEntry[];
  readonly unread: readonly Unread[];
}

/** Those of `entries` that the check wants. Lockfiles and the like are wanted by their names, wherever they lie. */
export async function targetsOf(
  check: Check,
  stand: Stand,
  entries: readonly TreeEntry[],
): Promise<Targets> {
  const wanted = entries.filter(({ path }) => check.wants.test(path) && !foreign.test(path));
  const small = wanted.filter(({ size }) => size <= limitOf(check));
  const large = wanted
    .filter(({ size }) => size > limitOf(check))
    .map(({ path, size }) => unread(path, `it has ${String(Math.ceil(size / 1024))} KB`));
  if (check.scope === 'project') return { entries: small, unread: large };
  const texts = await stand.texts(small.map(({ path }) => path));
  const odd = small.flatMap(({ path }) => oddity(path, texts.get(path), check) ?? []);
  const names = new Set(odd.map(({ path }) => path));
  return { entries: small.filter(({ path }) => !names.has(path)), unread: [...large, ...odd] };
}

function limitOf(check: Check): number {
  return check.largest ?? largest;
}

function oddity(path: string, text: string | undefined, check: Check): Unread | undefined {
  if (text === undefined) return unread(path, 'it is no text in UTF-8');
  const isLong = check.largest === undefined && hasLongLine(text);
  return isLong
    ? unread(path, `it has lines of more than ${String(longestLine)} characters`)
    : undefined;
}

function hasLongLine(text: string): boolean {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > longestLine) return true;
    start = end + 1;
  }
  return text.length - start > longestLine;
}

function unread(path: string, reason: string): Unread {
  return { path, reason };
}
