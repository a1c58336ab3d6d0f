/** The next version: from the last release or what a person has set, by what the changes ask for; and the variables of templates that tell of it. */
import { coerce, inc, parse, type ReleaseType, type SemVer } from 'semver';
import type { Category, ChangelogCategory, ResolverCategory } from './categories.ts';
import type { Increment } from './drafter-schema.ts';
import type { Pull, Release } from './manifest.ts';
import { belongs } from './matching.ts';
import { render, type Values } from './template.ts';

const weight = { patch: 1, minor: 2, major: 3 } as const;

/**
 * The most severe of what categories ask for. One of the changelog counts for the changes that it shows; one that only
 * resolves versions for those that it matches, and without conditions when none of its kind matches any.
 * `pulls` are those that the filters have left.
 */
export function incrementOf(categories: readonly Category[], pulls: readonly Pull[]): Increment {
  const shown = asked(categories.filter(isChangelog), pulls);
  const resolvers = categories.filter(isResolver);
  const matched = asked(resolvers, pulls);
  const fallback = resolvers.find(({ when }) => when.length === 0)?.increment;
  const rest = shown.left
    ? categories.filter(isChangelog).find(({ when }) => when.length === 0)
    : undefined;
  const votes = [
    ...shown.increments,
    ...(rest ? [rest.increment] : []),
    ...matched.increments,
    ...(matched.increments.length === 0 ? [fallback ?? 'patch'] : []),
  ];
  return votes.reduce((a, b) => (weight[a] >= weight[b] ? a : b), 'patch');
}

function isChangelog(category: Category): category is ChangelogCategory {
  return category.type === 'changelog';
}

function isResolver(category: Category): category is ResolverCategory {
  return category.type === 'version-resolver';
}

interface Asked {
  readonly increments: readonly Increment[];
  /** Whether there are changes that no category with conditions takes. */
  readonly left: boolean;
}

function asked(
  categories: readonly (ChangelogCategory | ResolverCategory)[],
  pulls: readonly Pull[],
): Asked {
  const increments: Increment[] = [];
  const taken = new Set<Pull>();
  let open = pulls;
  for (const { when, exclusive, increment } of categories) {
    const matched = when.length === 0 ? [] : open.filter((pull) => belongs(when, pull));
    if (matched.length === 0) continue;
    increments.push(increment);
    for (const pull of matched) taken.add(pull);
    if (exclusive) open = open.filter((pull) => !matched.includes(pull));
  }
  return { increments, left: pulls.some((pull) => !taken.has(pull)) };
}

export interface VersionRules {
  readonly 'version-template': string;
  readonly 'tag-prefix'?: string | undefined;
  readonly 'prerelease-identifier'?: string | undefined;
  readonly prerelease: boolean;
}

export interface Wanted {
  readonly last: Pick<Release, 'tag' | 'name'> | null;
  /** A version, tag or name that a person has set; it is the version, not where one begins. */
  readonly set?: string | undefined;
  readonly increment: Increment;
}

export function versionValues(rules: VersionRules, { last, set, increment }: Wanted): Values {
  const prefix = rules['tag-prefix'];
  const fixed = versionOf(set, prefix);
  const before = versionOf(last?.tag, prefix) ?? versionOf(last?.name, prefix);
  const reference = fixed ?? before ?? parse('0.0.0');
  const identifier = rules['prerelease-identifier'];
  const to = (step: ReleaseType) => stepped(reference, step, identifier);
  const resolved = fixed ?? to(stepOf(rules, before, increment));
  return {
    ...family('$NEXT_MAJOR_VERSION', to('major'), rules),
    ...family('$NEXT_MINOR_VERSION', to('minor'), rules),
    ...family('$NEXT_PATCH_VERSION', to('patch'), rules),
    $NEXT_PRERELEASE_VERSION: rendered(to('prerelease'), rules),
    $NEXT_PRERELEASE_VERSION_PRERELEASE: prereleaseOf(to('prerelease')),
    ...family('$RESOLVED_VERSION', resolved, rules),
    $RESOLVED_VERSION_PRERELEASE: prereleaseOf(resolved),
  };
}

/** After a prerelease comes the next of its line; what it became a prerelease of was settled with the first one. */
function stepOf(
  { prerelease, 'prerelease-identifier': identifier }: VersionRules,
  before: SemVer | null,
  increment: Increment,
): ReleaseType {
  if (!prerelease || (identifier ?? '') === '') return increment;
  return (before?.prerelease.length ?? 0) > 0 ? 'prerelease' : `pre${increment}`;
}

/** Whole, or else the first thing in the text that looks like one: `app v2.1` is 2.1.0. */
function versionOf(text: string | null | undefined, prefix: string | undefined): SemVer | null {
  if (text === null || text === undefined || text === '') return null;
  const bare = text.startsWith(prefix ?? '') ? text.slice(prefix?.length ?? 0) : text;
  return semverOf(bare);
}

function semverOf(text: string | null): SemVer | null {
  return parse(text) ?? coerce(text);
}

function stepped(
  version: SemVer | null,
  step: ReleaseType,
  identifier: string | undefined,
): SemVer | null {
  return version && semverOf(inc(version.version, step, true, identifier));
}

function prereleaseOf(version: SemVer | null): string | undefined {
  if (version === null) return undefined;
  return version.prerelease.length === 0 ? '' : `-${version.prerelease.join('.')}`;
}

function rendered(version: SemVer | null, { 'version-template': template }: VersionRules): string {
  return render(template, {
    $MAJOR: version?.major,
    $MINOR: version?.minor,
    $PATCH: version?.patch,
    $PRERELEASE: prereleaseOf(version),
  });
}

function family(name: `$${string}`, version: SemVer | null, rules: VersionRules): Values {
  return {
    [name]: rendered(version, rules),
    [`${name}_MAJOR`]: version?.major,
    [`${name}_MINOR`]: version?.minor,
    [`${name}_PATCH`]: version?.patch,
  };
}
