/** Runs the repository's own linter; its findings are compared with those before, never counted alone. */
import { z } from 'zod';
import type { Settings } from '#core/settings.ts';
import type { Workspace } from '#ports/sandbox.ts';
import { normalise } from './message.ts';
import { configuresEslint } from './eslint-settings.ts';
import { readEslint } from './parsers/eslint.ts';
import { jsonOf } from './parsers/parser.ts';
import { runReported, shell, type Reported } from './report.ts';
import { reportFile } from './runners/runner.ts';
import { readManifest, unfold, type Files } from './scripts.ts';

/** How the linter is run. Plain data, so that a step can keep it. */
export const Linter = z.object({
  kind: z.enum(['eslint', 'ruff', 'script']),
  typed: z.string(),
  /** Words of ESLint or ruff; for a script its text. */
  words: z.array(z.string()),
});
export type Linter = Readonly<z.infer<typeof Linter>>;

export interface LintReport {
  readonly state: 'clean' | 'findings' | 'crashed' | 'timed-out';
  /** Each finding as file, rule and message, without its line, which moves; null where the linter cannot tell. */
  readonly findings: readonly string[] | null;
  readonly reason: string | null;
}

/** The linter that the settings name, that the script `lint` calls, or whose configuration lies at the root. */
export async function detectLinter(files: Files, settings: Settings): Promise<Linter | null> {
  const manifest = await readManifest(files);
  const scripts = manifest?.scripts ?? new Map<string, string>();
  const typed = settings.commands.lint ?? (scripts.has('lint') ? 'npm run lint' : undefined);
  if (typed !== undefined) return ofScript(typed, scripts);
  if (configuresEslint(files.paths) && manifest?.packages.has('eslint') === true) {
    return { kind: 'eslint', typed: 'npx eslint .', words: ['.'] };
  }
  return (await configuresRuff(files)) ? ruff : null;
}

async function configuresRuff(files: Files): Promise<boolean> {
  const { paths } = files;
  if (paths.some((path) => /^\.?ruff\.toml$/.test(path))) return true;
  const text = paths.includes('pyproject.toml') ? await files.read('pyproject.toml') : undefined;
  return text?.includes('[tool.ruff') === true;
}

const ruff: Linter = { kind: 'ruff', typed: 'ruff check', words: [] };

function ofScript(typed: string, scripts: ReadonlyMap<string, string>): Linter {
  const commands = unfold(typed, scripts);
  const [only] = commands;
  if (commands.length === 1 && only?.words[0] === 'eslint') {
    const words = only.words.slice(1).filter((word, at, all) => {
      const formats = /^(?:-f|--format|-o|--output-file)$/;
      return (
        !formats.test(word) &&
        !formats.test(all[at - 1] ?? '') &&
        !/^--(?:fix|cache|format=|max-warnings=0$)/.test(word)
      );
    });
    return { kind: 'eslint', typed, words };
  }
  const [, name] = /^npm (?:run )?([\w:.-]+)$/.exec(typed) ?? [];
  return { kind: 'script', typed, words: [scripts.get(name ?? '') ?? typed] };
}

export async function runLinter(workspace: Workspace, linter: Linter): Promise<LintReport> {
  const ran = await runReported(workspace, { argv: argvOf(linter), file: reportFile });
  if (ran.trouble) return { ...ran.trouble, findings: null };
  return linter.kind === 'script' ? scriptReport(ran) : toolReport(ran);
}

/** A script tells only whether it is content. */
function scriptReport({ exitCode, tail }: Reported): LintReport {
  if (exitCode === 0) return { state: 'clean', findings: [], reason: null };
  return { state: 'findings', findings: null, reason: tail };
}

function toolReport({ report, root, exitCode, tail }: Reported): LintReport {
  const findings = findingsOf(report ?? '', root);
  // Exit code 2 is ESLint's and ruff's own failure: then what was written is not the whole.
  if (findings === undefined || exitCode === null || exitCode > 1) {
    return { state: 'crashed', findings: null, reason: tail };
  }
  return { state: findings.length > 0 ? 'findings' : 'clean', findings, reason: null };
}

function argvOf({ kind, words }: Linter): readonly string[] {
  if (kind === 'script') return shell(words.join(' '));
  if (kind === 'ruff') {
    return [
      'ruff',
      'check',
      '--no-cache',
      '--output-format',
      'json',
      '--output-file',
      reportFile,
      '.',
    ];
  }
  return ['node_modules/.bin/eslint', ...words, '--format', 'json', '--output-file', reportFile];
}

const RuffReport = z.array(
  z.object({ filename: z.string(), code: z.string().nullable(), message: z.string() }),
);

function findingsOf(report: string, root: string): readonly string[] | undefined {
  const eslint = readEslint(report);
  const line = (...parts: readonly (string | null)[]) =>
    normalise(parts.map((part) => part ?? 'syntax').join(': '), root);
  if (eslint !== undefined) {
    return eslint.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, message }) => line(filePath, ruleId, message)),
    );
  }
  const read = RuffReport.safeParse(jsonOf(report));
  return read.success
    ? read.data.map(({ filename, code, message }) => line(filename, code, message))
    : undefined;
}
