/** What oxlint prints with `--format json`. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import { inTree } from '#checks/pinned.ts';
import { jsonOf } from './parser.ts';

const Text = z.string().nullable().default(null);
const Diagnostic = z.object({
  message: z.string(),
  ...{ code: Text, url: Text, help: Text, filename: Text },
  severity: z.string(),
  labels: z.array(z.object({ span: z.object({ line: z.int().optional() }) })).catch([]),
});

type Diagnostic = Readonly<z.infer<typeof Diagnostic>>;

const Report = z.object({ diagnostics: z.array(Diagnostic), number_of_files: z.int() });

export interface OxlintFound {
  readonly said: readonly Said[];
  /** How many files it looked at. */
  readonly files: number;
}

/** Undefined where there is no such report. Words may stand before it. */
export function readOxlint(text: string, root: string): OxlintFound | undefined {
  const read = Report.safeParse(jsonOf(text.slice(Math.max(0, text.indexOf('{')))));
  if (!read.success) return undefined;
  const said = read.data.diagnostics.flatMap((each) =>
    each.filename === null || each.filename === ''
      ? []
      : [saidOf(inTree(each.filename, root), each)],
  );
  return { said, files: read.data.number_of_files };
}

function saidOf(path: string, { code, severity, message, help, labels, url }: Diagnostic): Said {
  return {
    rule: ruleOf(code ?? ''),
    level: severity === 'error' ? 'error' : 'warning',
    message: help === null ? message : `${message} ${help}`,
    path,
    line: labels[0]?.span.line ?? null,
    help: url,
  };
}

/** `eslint(no-eval)` is `no-eval` of what ESLint itself has; errors of syntax have no code. */
function ruleOf(code: string): string {
  if (code === '') return 'parse-error';
  const [, plugin, name] = /^([\w@/-]+)\(([^)]+)\)$/.exec(code) ?? [];
  if (plugin === undefined || name === undefined) return code;
  return plugin === 'eslint' ? name : `${plugin}/${name}`;
}
