/** Mypy: types in Python, where the repository configures it. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import type { Check, Looked, Side, Unread } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, withoutResult } from '#checks/pinned.ts';
import { hasEnvironment, interpreter, unjudged } from '#checks/python-environment.ts';
import { configures, tableOf } from '#checks/python-settings.ts';
import { runReported, type Reported } from '#checks/report.ts';

const configurations = [
  ['mypy.ini', 'mypy'],
  ['.mypy.ini', 'mypy'],
  ['pyproject.toml', 'tool.mypy'],
  ['setup.cfg', 'mypy'],
] as const;

export const mypy: Check = {
  name: 'mypy',
  about: 'Errors of types in Python, by mypy as the repository configures it.',
  needs: ['mypy'],
  scope: 'project',
  // Its configuration names plugins, which are code.
  trusted: false,
  wants: /\.pyi?$/,
  configuration: /^(?:\.?mypy\.ini|pyproject\.toml|setup\.cfg)$/,
  isFitting: (files) =>
    configures(files, {
      files: /^\.?mypy\.ini$/,
      table: 'tool.mypy',
      section: { files: ['setup.cfg'], name: 'mypy' },
      hooks: ['mypy'],
    }),
  look,
};

/** Calls without the files that end it; it stops at the first that it cannot parse. */
const patience = 3;

async function look(side: Side): Promise<Looked> {
  const hasPackages = await hasEnvironment(side);
  const isTold = await namesItsFiles(side);
  let paths = isTold ? [] : programs(pathsOf(side));
  const broken: Said[] = [];
  const unread: Unread[] = [];
  for (let calls = 1; isTold || paths.length > 0; calls += 1) {
    const ran = await call(side, paths, hasPackages);
    const read = readMypy(ran.report ?? '', ran);
    if (isWhole(ran)) {
      const { said, missing } = hasPackages ? { ...read, missing: 0 } : withoutPackages(read.said);
      return { said: [...broken, ...said], unread: [...unread, ...unjudged(side, missing)] };
    }
    const culprits = paths.filter((path) => read.culprits.includes(path));
    if (culprits.length === 0 || calls === patience) return stopped(ran, read);
    broken.push(...read.said);
    unread.push(...culprits.map((path) => ({ path, reason: 'mypy cannot read it' })));
    paths = paths.filter((path) => !culprits.includes(path));
  }
  return { said: broken, unread };
}

/** Beyond exit code 1 it came to no end: what it said until then is not all. */
function isWhole({ trouble, exitCode }: Reported): boolean {
  return trouble === undefined && (exitCode === 0 || exitCode === 1);
}

/** What it says is not the whole where it stopped; broken syntax is a finding all the same. */
function stopped(ran: Reported, { said, culprits }: MypyFound): Looked {
  const syntax = said.filter(({ rule }) => rule === 'syntax');
  if (ran.trouble !== undefined || syntax.length === 0) {
    return withoutResult('Mypy', { ...ran, tail: said[0]?.message ?? ran.tail });
  }
  const reason = 'mypy stops at a file that it cannot read: nothing else was looked at';
  return { said: syntax, unread: culprits.map((path) => ({ path, reason })) };
}

async function namesItsFiles({ files }: Side): Promise<boolean> {
  for (const [path, table] of configurations) {
    const text = files.paths.includes(path) ? await files.read(path) : undefined;
    if (/^(?:files|packages|modules)\s*=/m.test(tableOf(text ?? '', table))) return true;
  }
  return false;
}

/** Where nothing says what to look at: not what is about the program rather than in it. */
function programs(paths: readonly string[]): readonly string[] {
  const beside =
    /(?:^|\/)(?:tests?|testing|docs?|examples?|benchmarks?|build)\/|(?:^|\/)(?:setup|conftest)\.py$/;
  return paths.filter((path) => !beside.test(path));
}

async function call(side: Side, paths: readonly string[], hasPackages: boolean): Promise<Reported> {
  const packages = hasPackages ? ['--python-executable', interpreter] : ['--no-site-packages'];
  // Names of modules follow from their folders, so that two files of one name are two modules.
  const named = ['--namespace-packages', '--explicit-package-bases'];
  return runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'mypy'), '--output', 'json', '--no-error-summary'],
      ...['--no-incremental', '--cache-dir', '/dev/null', ...packages],
      ...(paths.length === 0 ? [] : [...named, ...asArguments(paths)]),
    ],
    file: '/dev/stdout',
    environment: {
      MYPYPATH: side.files.paths.some((path) => path.startsWith('src/')) ? 'src' : '',
    },
  });
}

const Line = z.object({
  file: z.string(),
  line: z.int(),
  end_line: z.int().nullish(),
  message: z.string(),
  code: z.string().nullable(),
  severity: z.string(),
});

export interface MypyFound {
  readonly said: readonly Said[];
  /** Files at which it stopped. */
  readonly culprits: readonly string[];
}

/** Mypy's lines of JSON; a line that is none is what a plugin prints. */
export function readMypy(text: string, { root, tail }: Pick<Reported, 'root' | 'tail'>): MypyFound {
  const lines = text.split('\n').flatMap((line) => Line.safeParse(jsonOf(line)).data ?? []);
  const said = lines
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, end_line, message, code }): Said => ({
      rule: code ?? 'error',
      level: 'error',
      message,
      path: inTree(file, root),
      line,
      endLine: end_line ?? null,
    }));
  const dying = [...`${text}\n${tail}`.matchAll(/^(.+?):\d+: error: INTERNAL ERROR/gm)];
  const syntax = said.filter(({ rule }) => rule === 'syntax').map(({ path }) => path);
  const died = dying.map(([, path = '']) => inTree(path, root));
  return { said, culprits: [...new Set([...syntax, ...died])] };
}

/** What follows from a package that is not there: not the import alone. */
function withoutPackages(said: readonly Said[]): { said: readonly Said[]; missing: number } {
  const isImport = ({ rule }: Said) => /^import(?:-|$)/.test(rule);
  const missing = said.filter(isImport).length;
  if (missing === 0) return { said, missing };
  const follows = /^(?:no-any-|unused-ignore|untyped-decorator)/;
  return {
    said: said.filter(
      (each) =>
        !isImport(each) &&
        !follows.test(each.rule) &&
        !/\bAny"?\)|untyped decorator/.test(each.message),
    ),
    missing,
  };
}
