/** From a manifest and rules to a release: version, tag, name and body, as Release Drafter 7.7 writes them. */
import { contributors, newcomers } from './authors.ts';
import { changelogOf, filtered, sectionsOf, sorted, type Entry } from './changelog.ts';
import type { Manifest } from './manifest.ts';
import type { Rules } from './rules.ts';
import { render, replaced } from './template.ts';
import { incrementOf, versionValues } from './version.ts';

/** What a person has set for this release; each may hold variables of the version. */
export interface SetByHand {
  readonly version?: string | undefined;
  readonly tag?: string | undefined;
  readonly name?: string | undefined;
}

export interface Composed {
  /** Empty where no template says what it is. */
  readonly tag: string;
  readonly name: string;
  /** The branch, commit or ref that it is made from; a ref of a tag or pull request is still to be resolved to a commit. */
  readonly target: string;
  readonly prerelease: boolean;
  readonly latest: boolean;
  readonly version: string;
  readonly body: string;
  /** In the order in which the body shows them, as it shows them. */
  readonly entries: readonly Entry[];
  readonly notices: readonly string[];
}

export function compose(manifest: Manifest, rules: Rules, set: SetByHand = {}): Composed {
  const { repository, last } = manifest;
  const pulls = sorted(manifest.pulls, rules);
  const shown = filtered(rules.categories, pulls);
  const changelog = changelogOf(sectionsOf(rules.categories, shown), manifest, rules);
  const version = versionValues(rules, {
    last,
    set: [set.version, set.tag, set.name].find((one) => one !== undefined && one !== ''),
    increment: incrementOf(rules.categories, shown),
  });
  const body = render(bodyTemplate(manifest, rules), {
    $PREVIOUS_TAG: last?.tag ?? '',
    $CHANGES: changelog.text,
    $CONTRIBUTORS: contributors(
      { repository, commits: manifest.commits, pulls: shown },
      { except: rules['exclude-contributors'], none: rules['no-contributors-template'] },
    ),
    $NEW_CONTRIBUTORS: newcomers({ newcomers: manifest.newcomers, pulls }, shown, rules),
    $OWNER: repository.owner,
    $REPOSITORY: repository.name,
  });
  const finished = (text: string) => render(replaced(text, rules.replacers), version);
  return {
    tag: render(set.tag ?? rules['tag-template'] ?? '', version),
    name: render(set.name ?? rules['name-template'] ?? '', version),
    target: rules.commitish.replace(/^refs\/heads\//, ''),
    prerelease: rules.prerelease,
    latest: rules.latest && !rules.prerelease,
    version: String(version.$RESOLVED_VERSION),
    body: finished(body),
    entries: changelog.entries.map((entry) => ({ ...entry, text: finished(entry.text) })),
    notices: manifest.notices,
  };
}

function bodyTemplate({ last }: Manifest, { header = '', template, footer = '' }: Rules): string {
  return header + template + (last === null ? `\n---\n${nothingBefore}\n---\n` : '') + footer;
}

/** Release Drafter warns here too, in words of its own. */
export const nothingBefore = `> [!WARNING]
> \`$OWNER/$REPOSITORY\` has no published release yet, so there is nothing to compare with: no changes are listed.

> [!IMPORTANT]
> Check version, tag and notes before you publish this first release. From the next one on, changes are listed here.
`;

/** Which facts of a pull request the rules ask for beside those that every manifest has. */
export function asksFor({ categories, header, template, footer }: Rules): {
  readonly files: boolean;
  readonly newcomers: boolean;
} {
  const texts = [header, template, footer];
  return {
    files: categories.some(({ when }) => when.some(({ paths }) => paths.length > 0)),
    newcomers: texts.some((text) => text?.includes('$NEW_CONTRIBUTORS') === true),
  };
}
