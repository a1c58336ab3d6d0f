/** The keys of `.github/release-drafter.yml` as Release Drafter 7.7 reads them, with their defaults; a key that it does not know is passed over. */
import { z } from 'zod';

const Text = z.string();
const Words = z.array(Text.min(1)).default([]);
/** It takes `yes`, `on` and the like in quotes, too. */
const Flag = z.union([z.boolean(), z.stringbool()]);
const Mode = z.enum(['any', 'all', 'only', 'exactly']).default('any');
const Increment = z.enum(['major', 'minor', 'patch']);
export type Increment = z.infer<typeof Increment>;

/** Its predicates hold together. */
const Condition = z.object({
  conventional: z
    .union([
      z.literal(true),
      z.object({
        type: Text.min(1).optional(),
        types: Words,
        scope: Text.min(1).optional(),
        scopes: Words,
        /** With a `!` before the colon, or without. */
        breaking: z.boolean().optional(),
      }),
    ])
    .optional(),
  label: Text.min(1).optional(),
  labels: Words,
  'labels-mode': Mode,
  /** Paths are rules as in a `.gitignore`. */
  path: Text.min(1).optional(),
  paths: Words,
  'paths-mode': Mode,
});
export type ConditionSetting = z.output<typeof Condition>;

const Category = z.object({
  title: Text.min(1).optional(),
  type: z
    .enum(['changelog', 'pre-include', 'pre-exclude', 'version-resolver'])
    .default('changelog'),
  /** A change that it takes goes into no later one of the same type. */
  exclusive: z.boolean().default(false),
  /** Entries above which the list is folded; -1 never folds. */
  'collapse-after': z.int().min(-1).default(-1),
  'semver-increment': Increment.default('patch'),
  labels: Words,
  label: Text.min(1).optional(),
  /** One of them is enough; none takes whatever no other category has taken. */
  when: z.union([Condition, z.array(Condition)]).default([]),
});
export type CategorySetting = z.output<typeof Category>;

const Resolved = z.object({ labels: z.array(Text.min(1)) }).prefault({ labels: [] });

/** What may stand in the file and be set for one run as well. */
export const commonKeys = {
  latest: Flag.optional(),
  prerelease: Flag.optional(),
  'prerelease-identifier': Text.optional(),
  'include-pre-releases': Flag.optional(),
  commitish: Text.optional(),
  header: Text.optional(),
  footer: Text.optional(),
  'filter-by-range': Text.optional(),
};
/** Settings of one run, for instance of a line of prereleases. */
export const RunSetting = z.object(commonKeys);
export type RunSetting = Readonly<z.infer<typeof RunSetting>>;

const Autolabel = z.object({
  label: Text.min(1),
  /** Paths are rules as in a `.gitignore`, the others regular expressions. */
  files: Words,
  branch: Words,
  title: Words,
  body: Words,
});
export type AutolabelSetting = z.output<typeof Autolabel>;

export const drafterKeys = {
  ...commonKeys,
  'change-template': Text.default('* $TITLE (#$NUMBER) $AUTHORS'),
  'change-author-template': Text.default('$AUTHOR_MENTION'),
  'change-authors-separator': Text.default(', '),
  'change-authors-final-separator': Text.optional(),
  'change-title-escapes': Text.optional(),
  'no-changes-template': Text.default('* No changes'),
  'version-template': Text.default('$MAJOR.$MINOR.$PATCH$PRERELEASE'),
  'name-template': Text.optional(),
  'tag-prefix': Text.optional(),
  'tag-template': Text.optional(),
  'exclude-labels': z.array(Text).default([]),
  'include-labels': z.array(Text).default([]),
  'include-paths': z.array(Text).default([]),
  'exclude-paths': z.array(Text).default([]),
  'exclude-contributors': z.array(Text).default([]),
  'new-contributor-template': Text.default(
    '* $AUTHOR_MENTION made their first contribution in #$NUMBER',
  ),
  'no-new-contributor-template': Text.default('* No new contributors'),
  'no-contributors-template': Text.default('No contributors'),
  'sort-by': z.enum(['merged_at', 'title']).default('merged_at'),
  'sort-direction': z.enum(['ascending', 'descending']).default('descending'),
  'filter-by-commitish': z.boolean().default(false),
  /** Pull requests that are asked for of each commit. */
  'pull-request-limit': z.int().positive().default(5),
  /** Commits of one page. */
  'history-limit': z.int().positive().default(15),
  replacers: z.array(z.object({ search: Text.min(1), replace: Text })).default([]),
  categories: z.array(Category).default([]),
  'version-resolver': z
    .object({
      major: Resolved,
      minor: Resolved,
      patch: Resolved,
      default: Increment.default('patch'),
    })
    .prefault({}),
  'category-template': Text.default('## $TITLE'),
  template: Text.default(''),
  autolabeler: z.array(Autolabel).default([]),
};

export const DrafterSettings = z.object(drafterKeys);
export type DrafterSettings = z.output<typeof DrafterSettings>;
