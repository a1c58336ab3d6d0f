/** Black: files that are not formatted as the repository wants, where it uses Black. */
import type { Said } from '#core/finding.ts';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Side, Unread } from '#checks/check.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { configures } from '#checks/python-settings.ts';
import { runReported } from '#checks/report.ts';

export const black: Check = {
  name: 'black',
  about: 'Python files that Black would write otherwise.',
  needs: ['black'],
  scope: 'file',
  trusted: true,
  wants: /\.pyi?$/,
  configuration: /(?:^|\/)pyproject\.toml$/,
  isFitting: (files) => configures(files, { files: /^$/, table: 'tool.black', hooks: ['black'] }),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
  async fix(side) {
    await call(side, pathsOf(side), ['--quiet']);
  },
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  // It names each file and what came of it, so that none can be left out in silence.
  const ran = await call(side, paths, ['--check', '--verbose']);
  const { trouble, report = '', root, exitCode } = ran;
  const failed = withoutResult('Black', { trouble, tail: report });
  if (trouble !== undefined) return failed;
  const { said, unread, silent } = readBlack(report, { paths, root });
  if (silent.length === 0) return { said, unread };
  // A configuration that it does not want to read ends it before the first file; then no file is to blame.
  return silent.length === paths.length && exitCode !== null
    ? { ...failed, everyones: true }
    : failed;
}

interface BlackFound {
  readonly said: readonly Said[];
  readonly unread: readonly Unread[];
  /** Files of which nothing was said. */
  readonly silent: readonly string[];
}

/** What came of each of `paths`, from the lines of `black --check --verbose`. */
export function readBlack(
  text: string,
  { paths, root }: { readonly paths: readonly string[]; readonly root: string },
): BlackFound {
  const open = new Set(paths);
  const said: Said[] = [];
  const unread: Unread[] = [];
  for (const line of text.split('\n')) {
    const [path, told] = outcome(line, root);
    if (path === undefined || !open.delete(path) || told === undefined) continue;
    if (told === 'unformatted') said.push(unformatted(path));
    else if (told !== 'fine') unread.push({ path, reason: told });
  }
  return { said, unread, silent: [...open] };
}

const outcomes: readonly (readonly [RegExp, string])[] = [
  [/^would reformat (.+)$/, 'unformatted'],
  [/^(.+) already well formatted, good job\.$/, 'fine'],
  [/^(.+) wasn't modified on disk since last run\.$/, 'fine'],
  [/^(.+) ignored: .+$/, 'fine'],
  [/^error: cannot parse: (.+):\d+:\d+$/, 'its syntax is broken'],
  [/^error: cannot format (.+?): .+$/, 'Black cannot format it'],
];

function outcome(line: string, root: string): readonly [string?, string?] {
  for (const [pattern, told] of outcomes) {
    const path = pattern.exec(line)?.[1];
    if (path !== undefined) return [inTree(path, root), told];
  }
  return [];
}

function unformatted(path: string): Said {
  return {
    rule: 'unformatted',
    level: 'warning',
    message: 'The file is not formatted: Black would change it.',
    path,
    fixable: true,
  };
}

async function call(side: Side, paths: readonly string[], flags: readonly string[]) {
  return runReported(await side.workspace(), {
    argv: [...pinned(side, 'black'), ...flags, '--workers', '2', ...asArguments(paths)],
    file: '/dev/stderr',
    isAlone: true,
    // Two thousand nested brackets keep it busy for minutes.
    timeout: timeFor(paths),
  });
}
