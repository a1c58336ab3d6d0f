/** Categories as rules: shorthands written out, and the keys that Release Drafter calls deprecated put among them. */
import type {
  CategorySetting,
  ConditionSetting,
  DrafterSettings,
  Increment,
} from './drafter-schema.ts';
import type { Condition } from './matching.ts';

interface Of {
  readonly when: readonly Condition[];
}
export interface ChangelogCategory extends Of {
  readonly type: 'changelog';
  readonly title: string;
  readonly exclusive: boolean;
  readonly collapseAfter: number;
  readonly increment: Increment;
}
export interface ResolverCategory extends Of {
  readonly type: 'version-resolver';
  readonly exclusive: boolean;
  readonly increment: Increment;
}
export interface PreCategory extends Of {
  readonly type: 'pre-include' | 'pre-exclude';
}
export type Category = ChangelogCategory | ResolverCategory | PreCategory;

/** Something about a setting: an error when nothing can be done with it, a notice when it is read all the same. */
export interface Remark {
  readonly path: readonly (string | number)[];
  readonly problem: string;
  readonly remedy: string;
}

export interface ReadCategories {
  readonly categories: readonly Category[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
}

export function readCategories(settings: DrafterSettings): ReadCategories {
  const written = settings.categories.map(categoryOf);
  const older = olderKeys(settings);
  const categories = [...written, ...older.map(({ category }) => category)];
  return {
    categories,
    errors: [
      ...settings.categories.flatMap(errorsOf),
      ...twoCatchAlls(categories),
      ...older.flatMap((one) => conflict(one, written)),
    ],
    notices: [...settings.categories.flatMap(noticesOf), ...older.map(({ notice }) => notice)],
  };
}

function categoryOf(setting: CategorySetting): Category {
  const { type, title = '', exclusive, 'semver-increment': increment } = setting;
  const when = conditionsOf(setting);
  if (type === 'changelog') {
    return { type, title, when, exclusive, increment, collapseAfter: setting['collapse-after'] };
  }
  return type === 'version-resolver' ? { type, when, exclusive, increment } : { type, when };
}

/** Labels of the category itself hold for each of its conditions. */
function conditionsOf({ labels, label, when }: CategorySetting): readonly Condition[] {
  const own = [...labels, ...listed(label)];
  const written = Array.isArray(when) ? when : [when];
  const conditions: readonly (ConditionSetting | undefined)[] =
    written.length === 0 && own.length > 0 ? [undefined] : written;
  return conditions
    .map((condition) => conditionOf(condition, own))
    .filter(
      ({ labels, paths, conventional }) =>
        labels.length > 0 || paths.length > 0 || conventional !== undefined,
    );
}

function conditionOf(setting: ConditionSetting | undefined, labels: readonly string[]): Condition {
  if (setting === undefined) return { labels, labelsMode: 'any', paths: [], pathsMode: 'any' };
  return {
    labels: [...labels, ...setting.labels, ...listed(setting.label)],
    labelsMode: setting['labels-mode'],
    paths: [...setting.paths, ...listed(setting.path)],
    pathsMode: setting['paths-mode'],
    conventional: conventionalOf(setting.conventional),
  };
}

function conventionalOf(setting: ConditionSetting['conventional']): Condition['conventional'] {
  if (setting === undefined) return undefined;
  if (setting === true) return { types: [], scopes: [], breaking: undefined };
  const { types, type, scopes, scope, breaking } = setting;
  return { types: [...types, ...listed(type)], scopes: [...scopes, ...listed(scope)], breaking };
}

function listed<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function errorsOf(setting: CategorySetting, index: number): readonly Remark[] {
  const { type, title, exclusive } = setting;
  const at = ['categories', index];
  if (type === 'changelog' && title === undefined) {
    const problem = 'A category of the changelog has no `title`.';
    return [{ path: at, problem, remedy: 'Name it, or give it another `type`.' }];
  }
  if (!exclusive || (type !== 'pre-include' && type !== 'pre-exclude')) return [];
  const problem = `\`exclusive\` means nothing for the type \`${type}\`.`;
  const remedy = 'Only `changelog` and `version-resolver` know it.';
  return [{ path: [...at, 'exclusive'], problem, remedy }];
}

function noticesOf(setting: CategorySetting, index: number): readonly Remark[] {
  const at = (key: string) => ['categories', index, key];
  const { type } = setting;
  const idle: readonly (readonly [string, boolean])[] = [
    ['title', setting.title !== undefined],
    ['collapse-after', setting['collapse-after'] !== -1],
    ['semver-increment', type !== 'version-resolver' && setting['semver-increment'] !== 'patch'],
  ];
  const passedOver = type === 'changelog' ? [] : idle.filter(([, isSet]) => isSet);
  return [
    ...passedOver.map(([key]) => ({
      path: at(key),
      problem: `It is passed over for the type \`${type}\`.`,
      remedy: 'Take it away.',
    })),
    ...(['label', 'labels'] as const)
      .filter((key) => setting[key] !== undefined && setting[key].length > 0)
      .map((key) => older(at(key), `\`when.${key}\``)),
  ];
}

function older(path: readonly (string | number)[], place: string): Remark {
  const problem = 'Release Drafter calls this key deprecated; it is read as before.';
  return { path, problem, remedy: `Its place is ${place}.` };
}

function twoCatchAlls(categories: readonly Category[]): readonly Remark[] {
  const all = categories.flatMap(({ type, when }, index) =>
    type === 'changelog' && when.length === 0 ? [index] : [],
  );
  return all.slice(1).map((index) => ({
    path: ['categories', index],
    problem: 'A second category takes all changes that no other takes.',
    remedy: 'Give it a `when`, or take it away.',
  }));
}

interface Older {
  readonly category: Category;
  readonly notice: Remark;
}

/** In the order in which Release Drafter appends them: of two fallbacks, the first decides. */
function olderKeys(settings: DrafterSettings): readonly Older[] {
  const { 'version-resolver': resolver } = settings;
  const resolve = (increment: Increment, labels: readonly string[]): Category => ({
    type: 'version-resolver',
    increment,
    exclusive: false,
    when: labels.length === 0 ? [] : [{ labels, labelsMode: 'any', paths: [], pathsMode: 'any' }],
  });
  const fallback =
    resolver.default === 'patch'
      ? []
      : [
          {
            category: resolve(resolver.default, []),
            notice: older(
              ['version-resolver', 'default'],
              'a category of the type `version-resolver` without `when`',
            ),
          },
        ];
  const byLabel = (['major', 'minor', 'patch'] as const)
    .filter((increment) => resolver[increment].labels.length > 0)
    .map((increment) => ({
      category: resolve(increment, resolver[increment].labels),
      notice: older(
        ['version-resolver', increment],
        'a category of the type `version-resolver` with `semver-increment`',
      ),
    }));
  return [
    ...olderFilter(settings, 'exclude'),
    ...olderFilter(settings, 'include'),
    ...fallback,
    ...byLabel,
  ];
}

function olderFilter(settings: DrafterSettings, which: 'include' | 'exclude'): readonly Older[] {
  const [labels, paths] = [settings[`${which}-labels`], settings[`${which}-paths`]];
  if (labels.length === 0 && paths.length === 0) return [];
  const type = `pre-${which}` as const;
  const key = labels.length > 0 ? `${which}-labels` : `${which}-paths`;
  return [
    {
      category: { type, when: [{ labels, labelsMode: 'any', paths, pathsMode: 'any' }] },
      notice: older([key], `a category of the type \`${type}\``),
    },
  ];
}

/** An older key and a category that says the same cannot stand side by side. */
function conflict({ category, notice }: Older, written: readonly Category[]): readonly Remark[] {
  const { type, when } = category;
  const isFallback = type === 'version-resolver' && when.length === 0;
  if (type === 'version-resolver' && !isFallback) return [];
  const other = written.some((one) => one.type === type && (!isFallback || one.when.length === 0));
  if (!other) return [];
  const problem = `There is a category of the type \`${type}\` that says this already.`;
  return [{ path: notice.path, problem, remedy: 'Keep one of the two.' }];
}
