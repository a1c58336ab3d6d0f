/** The rules by which the notes of a line are written: settings that were read, made ready for use. */
import { inc, validRange } from 'semver';
import { autolabelsOf, type Autolabel } from './autolabel.ts';
import { readCategories, type Category, type Remark } from './categories.ts';
import type { DrafterSettings, RunSetting } from './drafter-schema.ts';
import { patternOf, type Replacer } from './replacer.ts';

type Plain = Omit<
  DrafterSettings,
  'categories' | 'replacers' | 'autolabeler' | 'commitish' | 'latest' | 'prerelease'
>;

/** Everything that decides what the notes of a line say. */
export interface Rules extends Readonly<Plain> {
  readonly categories: readonly Category[];
  readonly replacers: readonly Replacer[];
  readonly autolabeler: readonly Autolabel[];
  readonly commitish: string;
  readonly latest: boolean;
  readonly prerelease: boolean;
  /** Branches that are drafted; all when absent. Version 6 knew them. */
  readonly branches?: readonly string[] | undefined;
}

export interface Asked {
  /** The ref of the event, `refs/heads/main`, which is released where the settings name no other. */
  readonly ref: string;
  /** What is set for this run and goes before the settings. */
  readonly run?: RunSetting | undefined;
}

export interface MadeRules {
  readonly rules: Rules;
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
}

export function rulesOf(settings: DrafterSettings, { ref, run = {} }: Asked): MadeRules {
  const set = Object.entries(run).filter(([, value]) => value !== undefined && value !== '');
  const both: DrafterSettings = { ...settings, ...Object.fromEntries(set) };
  const mode = modeOf(both, run);
  const categories = readCategories(settings);
  const replacers = replacersOf(settings);
  const { autolabels, notices: broken } = autolabelsOf(settings.autolabeler);
  const commitish = both.commitish === undefined || both.commitish === '' ? ref : both.commitish;
  return {
    rules: {
      ...both,
      ...mode.values,
      commitish,
      categories: categories.categories,
      replacers: replacers.replacers,
      autolabeler: autolabels,
    },
    errors: [...categories.errors, ...versionErrors(both)],
    notices: [...mode.notices, ...replacers.notices, ...broken, ...categories.notices],
  };
}

/** A prerelease is never the latest; an identifier makes it one, unless this run has said that it is none. */
function modeOf(
  settings: DrafterSettings,
  run: RunSetting,
): { readonly values: Pick<Rules, 'latest' | 'prerelease'>; readonly notices: readonly Remark[] } {
  const { latest = true, 'prerelease-identifier': identifier = '' } = settings;
  const isSettled = run.prerelease !== undefined && (run['prerelease-identifier'] ?? '') === '';
  const isMade = settings.prerelease !== true && identifier !== '' && !isSettled;
  const prerelease = settings.prerelease === true || isMade;
  const clash = settings.latest === true && settings.prerelease === true;
  const notices = [
    ...remark(clash, 'latest', 'A prerelease is not marked as the latest release.'),
    ...remark(isMade, 'prerelease-identifier', 'It makes the release a prerelease.'),
  ];
  return { values: { latest: latest && !clash, prerelease }, notices };
}

function remark(holds: boolean, key: string, problem: string): readonly Remark[] {
  const remedy = 'Set `prerelease` as it is meant.';
  return holds ? [{ path: [key], problem, remedy }] : [];
}

function replacersOf({ replacers }: DrafterSettings): {
  readonly replacers: readonly Replacer[];
  readonly notices: readonly Remark[];
} {
  const read = replacers.map(({ search, replace }) => ({ search: patternOf(search), replace }));
  return {
    replacers: read.flatMap(({ search, replace }) =>
      search === undefined ? [] : [{ search, replace }],
    ),
    notices: read.flatMap(({ search }, index) =>
      search === undefined
        ? [
            {
              path: ['replacers', index, 'search'],
              problem: 'The regular expression cannot be read.',
              remedy: 'The replacer is passed over; mend the expression.',
            },
          ]
        : [],
    ),
  };
}

function versionErrors(settings: DrafterSettings): readonly Remark[] {
  const { 'filter-by-range': range = '', 'prerelease-identifier': identifier = '' } = settings;
  return [
    ...(range !== '' && validRange(range) === null
      ? [
          {
            path: ['filter-by-range'],
            problem: `\`${range}\` is no range of versions.`,
            remedy: 'Write one like `>=2.0.0 <3.0.0` or `1.x`.',
          },
        ]
      : []),
    ...(identifier !== '' && inc('1.0.0', 'prerelease', true, identifier) === null
      ? [
          {
            path: ['prerelease-identifier'],
            problem: `\`${identifier}\` cannot stand in a version.`,
            remedy: 'Use letters, digits, hyphens and points, as in `beta`.',
          },
        ]
      : []),
  ];
}
