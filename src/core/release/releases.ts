/** Among the releases of a repository: the last published one of a line, and its draft. */
import { coerce, satisfies, validRange } from 'semver';
import type { Release } from './manifest.ts';

export interface LineRules {
  readonly commitish: string;
  readonly 'filter-by-commitish': boolean;
  readonly 'filter-by-range'?: string | undefined;
  readonly 'tag-prefix'?: string | undefined;
  readonly 'include-pre-releases'?: boolean | undefined;
  readonly prerelease: boolean;
}

export interface PreviousReleases {
  /** By version the highest of the line, or where tags are no versions the newest. */
  readonly last: Release | null;
  readonly draft: Release | null;
  /** Drafts of the line beside the one that is taken. */
  readonly otherDrafts: readonly Release[];
}

/** `releases` in the forge's own order: of several drafts the first is taken. */
export function previousReleases(releases: readonly Release[], rules: LineRules): PreviousReleases {
  const line = releases.filter((release) => isOfLine(release, rules));
  const drafts = line.filter(({ draft, prerelease }) => draft && prerelease === rules.prerelease);
  const all = rules.prerelease || rules['include-pre-releases'] === true;
  const published = line.filter(({ draft, prerelease }) => !draft && (all || !prerelease));
  const prefix = rules['tag-prefix'] ?? '';
  const inOrder = published.sort((a, b) => compareReleases(a, b, prefix));
  const [draft, ...otherDrafts] = drafts;
  return { last: inOrder.at(-1) ?? null, draft: draft ?? null, otherDrafts };
}

function isOfLine({ tag, target }: Release, rules: LineRules): boolean {
  const { commitish, 'filter-by-range': range, 'tag-prefix': prefix = '' } = rules;
  if (rules['filter-by-commitish'] && bare(target) !== bare(commitish)) return false;
  return inRange(tag, range) && tag.startsWith(prefix);
}

function bare(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

function inRange(tag: string, range: string | undefined): boolean {
  if (range === undefined || range === '' || range === '*') return true;
  const version = coerce(tag, { loose: true })?.version;
  const valid = validRange(range);
  return version !== undefined && valid !== null && satisfies(version, valid, { loose: true });
}

function compareReleases(a: Release, b: Release, prefix: string): number {
  const [one, other] = [tagVersion(a.tag, prefix), tagVersion(b.tag, prefix)];
  if (one && other) return compareVersions(one, other);
  return Date.parse(a.createdAt) - Date.parse(b.createdAt);
}

interface TagVersion {
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[] | undefined;
}

/** Looser than semantic versions: one to four parts, `x` for any, with signs before them; `v1.2-x` is none. */
const shape =
  /^[v^~<>=]*?(\d+)(?:\.([x*]|\d+)(?:\.([x*]|\d+)(?:\.([x*]|\d+))?(?:-([\da-z-]+(?:\.[\da-z-]+)*))?(?:\+[\da-z-]+(?:\.[\da-z-]+)*)?)?)?$/i;

function tagVersion(tag: string, prefix: string): TagVersion | undefined {
  const found = shape.exec(tag.startsWith(prefix) ? tag.slice(prefix.length) : tag);
  if (!found) return undefined;
  const [, major = '', minor = '0', patch = '0', build = '0', prerelease] = found;
  return { numbers: [major, minor, patch, build], prerelease: prerelease?.split('.') };
}

function compareVersions(a: TagVersion, b: TagVersion): number {
  const numbers = compareParts(a.numbers, b.numbers);
  if (numbers !== 0) return numbers;
  if (a.prerelease && b.prerelease) return compareParts(a.prerelease, b.prerelease);
  return Number(b.prerelease !== undefined) - Number(a.prerelease !== undefined);
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const found = comparePart(a[index] ?? '0', b[index] ?? '0');
    if (found !== 0) return found;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  if ([a, b].some((part) => /^[x*]$/i.test(part))) return 0;
  const [one, other] = [leadingNumber(a), leadingNumber(b)];
  const isNumeric = one !== undefined && other !== undefined;
  if (isNumeric) return Math.sign(one - other);
  const [left, right] = [String(one ?? a), String(other ?? b)];
  return left === right ? 0 : left > right ? 1 : -1;
}

/** As `rc1` has none but `1rc` has, and `10` is more than `9`. */
function leadingNumber(part: string): number | undefined {
  const number = Number.parseInt(part, 10);
  return Number.isNaN(number) ? undefined : number;
}
