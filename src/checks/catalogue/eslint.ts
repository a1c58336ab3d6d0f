/** ESLint as the repository has set it up: its own version where its packages are there, its own rules as the base has them. */
import type { Said } from '#core/finding.ts';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import {
  eslintConfiguration,
  lintGroups,
  usesEslint,
  type LintGroup,
} from '#checks/eslint-settings.ts';
import { culpritOf, readEslint, type EslintMessage } from '#checks/parsers/eslint.ts';
import { inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported, type Reported } from '#checks/report.ts';
import { reportFile } from '#checks/runners/runner.ts';
import { readManifest } from '#checks/scripts.ts';

/** Files over which a rule fails that are named and left out before the rest is halved. */
const mostCulprits = 3;

export const eslint: Check = {
  name: 'eslint',
  about: 'What the repository’s own rules for ESLint say.',
  needs: ['eslint'],
  scope: 'file',
  trusted: false,
  wants: /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|astro)$/,
  configuration: eslintConfiguration,
  isFitting: ({ paths }) => Promise.resolve(usesEslint(paths)),
  look,
  async fix(side) {
    for (const group of await groupsOf(side)) {
      // What tells it how to look stays as the base has it.
      const paths = group.paths.filter((path) => !eslintConfiguration.test(path));
      if (paths.length > 0) await call(side, { ...group, paths }, ['--fix']);
    }
  },
};

async function look(side: Side): Promise<Looked> {
  const said: Said[] = [];
  const unread = [];
  for (const group of await groupsOf(side)) {
    const looked = await lookApart(group.paths, (paths) =>
      attempt(side, { ...group, paths }, mostCulprits),
    );
    if ('state' in looked) return looked;
    said.push(...looked.said);
    unread.push(...(looked.unread ?? []));
  }
  return { said, unread };
}

async function groupsOf(side: Side): Promise<readonly LintGroup[]> {
  const groups = lintGroups(side.files.paths, pathsOf(side));
  const packages = [...((await readManifest(side.files))?.packages ?? [])];
  const readsTypes = packages.some((name) => /typescript-eslint|eslint-config-next/.test(name));
  // With rules of the old kind a file that is named is always linted, also by a parser that does not know its language.
  const isKnown = (path: string) => /\.(?:[cm]?js|jsx)$/.test(path) || readsTypes;
  return groups
    .map((each) => (each.isOld ? { ...each, paths: each.paths.filter(isKnown) } : each))
    .filter(({ paths }) => paths.length > 0);
}

async function attempt(side: Side, group: LintGroup, left: number): Promise<Attempt> {
  const ran = await call(side, group, ['--format', 'json', '--output-file', reportFile]);
  const report = readEslint(ran.report ?? '');
  // Exit code 2 is its own failure: then what was written is not the whole.
  if (report !== undefined && ran.trouble === undefined && (ran.exitCode ?? 2) < 2) {
    return {
      said: report.flatMap(({ filePath, messages }) =>
        messages.flatMap((message) => saidOf(inTree(filePath, ran.root), message)),
      ),
    };
  }
  const culprit = culpritOf(ran.tail);
  if (culprit === undefined || !group.paths.includes(culprit)) return failedAs(side, ran);
  return withoutCulprit(side, group, { culprit, left });
}

async function withoutCulprit(
  side: Side,
  group: LintGroup,
  { culprit, left }: { culprit: string; left: number },
): Promise<Attempt> {
  const reason = 'a rule or the parser fails over it';
  const paths = group.paths.filter((path) => path !== culprit);
  if (left === 0 || paths.length === 0) return { state: 'crashed', reason };
  const rest = await attempt(side, { ...group, paths }, left - 1);
  if ('state' in rest) return rest;
  return { ...rest, unread: [...(rest.unread ?? []), { path: culprit, reason }] };
}

function failedAs({ packagesProblem }: Side, ran: Reported): Attempt {
  const failed = withoutResult('ESLint', ran);
  if (ran.exitCode !== 2) return failed;
  // Rules are made of packages.
  if (packagesProblem === null) return { ...failed, everyones: true };
  const reason = `ESLint cannot read its rules without the repository's packages: ${packagesProblem}`;
  return { state: 'skipped', reason };
}

/** Enters a folder and starts the ESLint that is nearest there, else ours: OURS FOLDER ARGUMENT... */
const nearest = `
root=$PWD; ours=$1; cd -- "$2" || exit 2; shift 2
for folder in "$PWD" "$root"; do
  program="$folder/node_modules/eslint/bin/eslint.js"
  if [ -f "$program" ]; then exec node "$program" "$@"; fi
done
exec node "$ours" "$@"`;

async function call(
  side: Side,
  { folder, isOld, paths }: LintGroup,
  flags: readonly string[],
): Promise<Reported> {
  const ours = pinned(side, 'eslint').at(-1) ?? '';
  const below = folder === '.' ? 0 : folder.length + 1;
  return runReported(await side.workspace(), {
    argv: [
      ...['sh', '-c', nearest, 'sh', ours, folder],
      ...[...flags, '--no-error-on-unmatched-pattern', '--'],
      // A name that begins with `!` or `-` is a name all the same.
      ...paths.map((path) => `./${path.slice(below)}`),
    ],
    file: reportFile,
    timeout: timeFor(paths),
    environment: isOld ? { ESLINT_USE_FLAT_CONFIG: 'false' } : {},
  });
}

function saidOf(path: string, message: EslintMessage): readonly Said[] {
  const { ruleId, severity, fatal, line, endLine } = message;
  const isFatal = fatal === true;
  // Its rules leave the file out, which is the repository's choice.
  if (ruleId === null && !isFatal && message.message.startsWith('File ignored')) return [];
  return [
    {
      rule: ruleId ?? (isFatal ? 'parse-error' : 'eslint'),
      level: severity === 2 ? 'error' : 'warning',
      message: message.message,
      path,
      line,
      endLine,
      fixable: message.isFixable,
    },
  ];
}
