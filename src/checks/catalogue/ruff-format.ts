/** Ruff's formatter: files that are not formatted as the repository wants, where it configures that. */
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Side } from '#checks/check.ts';
import { readRuff } from '#checks/parsers/ruff.ts';
import { asArguments, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { configures } from '#checks/python-settings.ts';
import { runReported } from '#checks/report.ts';

const wanted = [
  { files: /^$/, table: 'tool.ruff.format', hooks: ['ruff-format'] },
  // ruff.toml has the same table without the prefix.
  {
    files: /^$/,
    table: 'tool.ruff.format',
    section: { files: ['ruff.toml', '.ruff.toml'], name: 'format' },
  },
];

export const ruffFormat: Check = {
  name: 'ruff-format',
  about: 'Python files that `ruff format` would write otherwise.',
  needs: ['ruff'],
  scope: 'file',
  trusted: true,
  wants: /\.(?:pyi?|ipynb)$/,
  configuration: /(?:^|\/)(?:\.?ruff|pyproject)\.toml$/,
  async isFitting(files) {
    for (const tool of wanted) if (await configures(files, tool)) return true;
    return false;
  },
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
  async fix(side) {
    await call(side, pathsOf(side), ['--quiet']);
  },
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const ran = await call(side, paths, ['--check', '--output-format', 'json']);
  const read = readRuff(ran.report ?? '', ran.root, () => 'warning');
  if (read === undefined || ran.trouble !== undefined) {
    const failed = withoutResult('Ruff', ran);
    return ran.exitCode === 2 ? { ...failed, everyones: true } : failed;
  }
  const names = (rule: string) => [
    ...new Set(read.said.filter((each) => each.rule === rule).map(({ path }) => path)),
  ];
  return {
    said: names('unformatted').map((path) => ({
      rule: 'unformatted',
      level: 'warning',
      message: 'The file is not formatted: `ruff format` would change it.',
      path,
      fixable: true,
    })),
    unread: [
      ...read.unread,
      ...names('invalid-syntax').map((path) => ({ path, reason: 'its syntax is broken' })),
    ],
  };
}

async function call(side: Side, paths: readonly string[], flags: readonly string[]) {
  return runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'ruff'), 'format', '--no-cache', '--force-exclude'],
      ...[...flags, ...asArguments(paths)],
    ],
    file: '/dev/stdout',
    isAlone: true,
    timeout: timeFor(paths),
  });
}
