/** Ruff: errors and traps in Python, by the repository's own rules or a set of ours; its security rules always, and without inline switches. */
import type { Said } from '#core/finding.ts';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { readRuff } from '#checks/parsers/ruff.ts';
import { asArguments, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { configures } from '#checks/python-settings.ts';
import { runReported } from '#checks/report.ts';
import { reportFile } from '#checks/runners/runner.ts';
import type { Files } from '#checks/scripts.ts';

/** Where nothing is configured: what is wrong whatever the style. Names by hand, because new versions add rules to families. */
const ours = [
  ...['E722', 'E9', 'F50', 'F52', 'F541', 'F6', 'F7', 'F82', 'F401', 'F811', 'F841', 'PLE'],
  ...['B002', 'B003', 'B004', 'B005', 'B006', 'B012', 'B014', 'B015', 'B016', 'B020', 'B021'],
  ...['B022', 'B023', 'B025', 'B029', 'B030', 'B031', 'B032', 'B033', 'B035', 'B039'],
  ...['RUF006', 'ASYNC210', 'ASYNC220', 'ASYNC221', 'ASYNC222', 'ASYNC251'],
];
/** A bare `raise` in a function that handlers call is no mistake. */
const notOurs = ['PLE0704'];

/** Bandit's rules that name a flaw rather than a thing to think of: neither asserts, nor imports, nor names like `password`. */
const security = [
  ...['S102', 'S103', 'S113', 'S201', 'S202', 'S301', 'S302', 'S306', 'S307', 'S321', 'S323'],
  ...['S304', 'S305', 'S312', 'S324', 'S5', 'S601', 'S602', 'S604', 'S605', 'S608', 'S609'],
  ...['S610', 'S611', 'S612', 'S701', 'S702', 'S704'],
];
/** Tests do on purpose what programs must not. */
const tests = ['**/tests/**', '**/test/**', '**/test_*.py', '**/*_test.py', '**/conftest.py'];

/** Also of files that need the newest Python: without a project to read, ruff takes them for mistakes. */
const newest = ['--isolated', '--target-version', 'py314'];

const passes = {
  theirs: ['--force-exclude'],
  ours: [
    ...newest,
    ...['--select', ours.join(','), '--ignore', notOurs.join(',')],
    ...['--per-file-ignores', '__init__.py:F401'],
  ],
  security: [
    ...newest,
    ...['--ignore-noqa', '--select', security.join(',')],
    ...tests.flatMap((path) => ['--per-file-ignores', `${path}:S`]),
  ],
};

export const ruff: Check = {
  name: 'ruff',
  about: 'Errors, traps and insecure calls in Python, by ruff.',
  needs: ['ruff'],
  scope: 'file',
  trusted: true,
  wants: /\.(?:pyi?|ipynb)$/,
  configuration: /(?:^|\/)(?:\.?ruff|pyproject)\.toml$/,
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => path.endsWith('.py'))),
  look,
  async fix(side) {
    const pass = await passFor(side.files);
    const flags = ['--fix', '--no-unsafe-fixes', '--exit-zero', '--quiet', ...passes[pass]];
    await call(side, pathsOf(side), flags);
  },
};

async function look(side: Side): Promise<Looked> {
  const lint = await passFor(side.files);
  return lookApart(pathsOf(side), async (paths) => {
    const [first, second] = [
      await attempt(side, paths, lint),
      await attempt(side, paths, 'security'),
    ];
    if ('state' in first) return first;
    if ('state' in second) return second;
    return {
      said: [
        ...new Map([...first.said, ...second.said].map((each) => [keyOf(each), each])).values(),
      ],
      unread: first.unread ?? [],
    };
  });
}

/**
 * Both passes tell of broken syntax, the repository may have chosen security rules itself, and a line of 4,900 minus signs
 * is 4,899 times the same.
 */
function keyOf({ rule, path, line, message }: Said): string {
  return JSON.stringify([rule, path, line, message]);
}

async function passFor(files: Files): Promise<'theirs' | 'ours'> {
  const isTheirs = await configures(files, { files: /(?:^|\/)\.?ruff\.toml$/, table: 'tool.ruff' });
  return isTheirs ? 'theirs' : 'ours';
}

async function attempt(
  side: Side,
  paths: readonly string[],
  pass: keyof typeof passes,
): Promise<Attempt> {
  const flags = ['--output-format', 'json', '--output-file', reportFile, ...passes[pass]];
  const ran = await call(side, paths, flags);
  const read = readRuff(ran.report ?? '', ran.root, levelOf);
  if (read !== undefined && ran.trouble === undefined && (ran.exitCode ?? 2) < 2) return read;
  const failed = withoutResult('Ruff', ran);
  // Exit code 2 is a configuration that it does not understand; a file that kills it leaves a signal.
  return ran.exitCode === 2 ? { ...failed, everyones: true } : failed;
}

async function call(side: Side, paths: readonly string[], flags: readonly string[]) {
  return runReported(await side.workspace(), {
    argv: [...pinned(side, 'ruff'), 'check', '--no-cache', ...flags, ...asArguments(paths)],
    file: reportFile,
    isAlone: true,
    timeout: timeFor(paths),
  });
}

/** What fails when it runs, and calls that are wrong wherever they stand. */
const grave =
  /^(?:invalid-syntax|E9|F50|F52|F6|F7|F82|PLE|B002|B003|B020|S306|S307|S501|S506|S605|S602|S701)/;

function levelOf(rule: string, message: string): Said['level'] {
  if (message.includes('seems safe')) return 'note';
  return grave.test(rule) ? 'error' : 'warning';
}
