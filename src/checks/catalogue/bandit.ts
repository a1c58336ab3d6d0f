/** Bandit: insecure Python, for repositories that configure it; elsewhere ruff's rules of the same family look at the same. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Side, Unread } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { configures, tableOf, type PythonTool } from '#checks/python-settings.ts';
import { runReported } from '#checks/report.ts';
import { reportFile } from '#checks/runners/runner.ts';
import type { Files } from '#checks/scripts.ts';

const tool: PythonTool = {
  files: /^(?:\.bandit|bandit\.ya?ml)$/,
  table: 'tool.bandit',
  section: { files: ['setup.cfg', 'tox.ini'], name: 'bandit' },
  hooks: ['bandit'],
};

export const bandit: Check = {
  name: 'bandit',
  about: 'Insecure calls in Python, by Bandit.',
  needs: ['bandit'],
  scope: 'file',
  trusted: true,
  wants: /\.py$/,
  configuration: /^(?:\.bandit|bandit\.ya?ml|pyproject\.toml|setup\.cfg|tox\.ini)$/,
  isFitting: (files) => configures(files, tool),
  async look(side) {
    const skipped = await skippedRules(side.files);
    return lookApart(pathsOf(side), (paths) => attempt(side, paths, skipped));
  },
};

/**
 * The one setting of theirs that is taken over. Bandit itself is told to read nothing: its settings name files that it
 * would write, and a baseline in which findings can be hidden.
 */
async function skippedRules(files: Files): Promise<ReadonlySet<string>> {
  const texts = await Promise.all([
    tableIn(files, 'pyproject.toml', 'tool.bandit'),
    tableIn(files, '.bandit', 'bandit'),
    tableIn(files, 'setup.cfg', 'bandit'),
  ]);
  const lists = texts.flatMap((text) => /^skips?\s*[=:]\s*(\[[^\]]*\]|.*)/m.exec(text)?.[1] ?? []);
  return new Set(lists.flatMap((list) => list.match(/\bB\d{3}\b/g) ?? []));
}

async function tableIn(files: Files, path: string, name: string): Promise<string> {
  return files.paths.includes(path) ? tableOf((await files.read(path)) ?? '', name) : '';
}

async function attempt(
  side: Side,
  paths: readonly string[],
  skipped: ReadonlySet<string>,
): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'bandit'), '--quiet', '--format', 'json', '--output', reportFile],
      ...['--ini', '/dev/null', '--ignore-nosec', ...asArguments(paths)],
    ],
    file: reportFile,
    isAlone: true,
    timeout: timeFor(paths),
  });
  const read = readBandit(ran.report ?? '', { paths, root: ran.root });
  if (read === undefined || ran.trouble !== undefined) return withoutResult('Bandit', ran);
  return { ...read, said: read.said.filter(({ rule }) => !skipped.has(rule)) };
}

const Report = z.object({
  errors: z.array(z.object({ filename: z.string(), reason: z.string() })),
  /** A count for each file that it looked at. */
  metrics: z.record(z.string(), z.unknown()),
  results: z.array(
    z.object({
      filename: z.string(),
      test_id: z.string(),
      issue_severity: z.enum(['HIGH', 'MEDIUM', 'LOW', 'UNDEFINED']),
      issue_text: z.string(),
      line_number: z.int(),
      line_range: z.array(z.int()),
      more_info: z.string(),
    }),
  ),
});

const levelOf = { HIGH: 'error', MEDIUM: 'warning', LOW: 'note', UNDEFINED: 'note' } as const;

/** Bandit's JSON; undefined where the text is no such report. Files of `paths` that it does not speak of are unread. */
export function readBandit(
  text: string,
  { paths, root }: { readonly paths: readonly string[]; readonly root: string },
): { readonly said: readonly Said[]; readonly unread: readonly Unread[] } | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const { errors, metrics, results } = read.data;
  const seen = new Set(Object.keys(metrics).map((path) => inTree(path, root)));
  const failed = errors.map(({ filename, reason }) => ({ path: inTree(filename, root), reason }));
  const silent = paths.filter(
    (path) => !seen.has(path) && !failed.some((each) => each.path === path),
  );
  return {
    said: results.map((each) => ({
      rule: each.test_id,
      level: levelOf[each.issue_severity],
      message: each.issue_text,
      path: inTree(each.filename, root),
      line: each.line_number,
      endLine: Math.max(...each.line_range),
      help: each.more_info,
    })),
    unread: [...failed, ...silent.map((path) => ({ path, reason: 'Bandit left it out' }))],
  };
}
