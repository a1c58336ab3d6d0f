/** Pyright: types in Python, where the repository configures it. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { inTree, pinned, withoutResult } from '#checks/pinned.ts';
import { hasEnvironment, interpreter, unjudged } from '#checks/python-environment.ts';
import { configures } from '#checks/python-settings.ts';
import { runReported } from '#checks/report.ts';

export const pyright: Check = {
  name: 'pyright',
  about: 'Errors of types in Python, by Pyright as the repository configures it.',
  needs: ['pyright'],
  scope: 'project',
  // It asks the interpreter of the environment where packages lie.
  trusted: false,
  wants: /\.pyi?$/,
  configuration: /^(?:pyrightconfig\.json|pyproject\.toml)$/,
  isFitting: (files) =>
    configures(files, {
      files: /^pyrightconfig\.json$/,
      table: 'tool.pyright',
      hooks: ['pyright'],
    }),
  look,
};

async function look(side: Side): Promise<Looked> {
  const hasPackages = await hasEnvironment(side);
  const python = hasPackages ? ['--pythonpath', interpreter] : [];
  const ran = await runReported(await side.workspace(), {
    argv: [...pinned(side, 'pyright'), '--outputjson', ...python],
    file: '/dev/stdout',
  });
  const read = readPyright(ran.report ?? '', ran.root);
  // With a configuration that it cannot read it goes on with its own, and says so beside the report.
  const isLost = /could not be (?:parsed|read)/.test(ran.tail);
  if (read === undefined || ran.trouble !== undefined || isLost) {
    return withoutResult('Pyright', ran);
  }
  if (read.files === 0) return { state: 'skipped', reason: 'Its configuration includes no file.' };
  const { said, missing } = hasPackages
    ? { said: read.said, missing: 0 }
    : withoutPackages(read.said);
  return { said, unread: unjudged(side, missing) };
}

const Report = z.object({
  generalDiagnostics: z.array(
    z.object({
      file: z.string(),
      severity: z.enum(['error', 'warning', 'information']),
      message: z.string(),
      /** Lines are counted from 0. */
      range: z
        .object({ start: z.object({ line: z.int() }), end: z.object({ line: z.int() }) })
        .optional(),
      rule: z.string().optional(),
    }),
  ),
  summary: z.object({ filesAnalyzed: z.int() }),
});

const levels = { error: 'error', warning: 'warning', information: 'note' } as const;

/** Pyright's JSON; undefined where the text is no such report. */
export function readPyright(
  text: string,
  root: string,
): { readonly said: readonly Said[]; readonly files: number } | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const { generalDiagnostics, summary } = read.data;
  const said = generalDiagnostics.map(({ file, severity, message, range, rule }): Said => ({
    rule: rule ?? 'syntax',
    level: levels[severity],
    message,
    path: inTree(file, root),
    line: range === undefined ? null : range.start.line + 1,
    endLine: range === undefined ? null : range.end.line + 1,
    ...(rule !== undefined && {
      help: `https://github.com/microsoft/pyright/blob/main/docs/configuration.md#${rule}`,
    }),
  }));
  return { said, files: summary.filesAnalyzed };
}

/** What follows from a package that is not there: not the import alone. */
function withoutPackages(said: readonly Said[]): { said: readonly Said[]; missing: number } {
  const missing = said.filter(({ rule }) => rule === 'reportMissingImports').length;
  if (missing === 0) return { said, missing };
  const follows = /^report(?:Missing|Unknown|Untyped|UnnecessaryTypeIgnore)/;
  return { said: said.filter(({ rule }) => !follows.test(rule)), missing };
}
