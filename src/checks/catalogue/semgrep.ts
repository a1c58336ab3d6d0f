/** Semgrep: insecure code in many languages, by rules of ours and those that the operator adds; nothing of the repository is asked. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Side, Unread } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';
import { reportFile } from '#checks/runners/runner.ts';

/** Languages for which rules of ours exist: of their files none may be left out in silence. */
const ours =
  /\.(?:py|[cm]?jsx?|[cm]?tsx?|go|java|ya?ml)$|(?:^|\/)(?:[^/]+\.)?Dockerfile(?:\.[^/]+)?$/;
/** And those for which an operator may have some. */
const theirs =
  /\.(?:pyi|rb|php|cs|kt|kts|scala|rs|swift|c|h|cc|cpp|hpp|sh|bash|tf|html|vue|json|sol|lua|ex|exs|dart|clj)$/;

export const semgrep: Check = {
  name: 'semgrep',
  about:
    'Insecure code in Python, JavaScript, TypeScript, Go, Java, YAML and Dockerfiles, by Semgrep with rules of ours and the operator.',
  // The rules are a tool of their own, whose version is their content: other rules are another look.
  needs: ['semgrep', 'semgrep-rules'],
  scope: 'file',
  trusted: true,
  wants: { test: (path) => ours.test(path) || theirs.test(path) },
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => ours.test(path))),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const rules = pinned(side, 'semgrep-rules').flatMap((folder) => ['--config', folder]);
  const ran = await runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'semgrep'), 'scan', ...rules, '--quiet'],
      ...['--json', '--json-output', reportFile, '--no-rewrite-rule-ids'],
      ...['--metrics', 'off', '--disable-version-check', '--no-autofix'],
      // Neither a line, nor a file of the repository, nor the tool's own list says what is left out.
      ...['--disable-nosem', '--no-git-ignore', '--x-ignore-semgrepignore-files'],
      ...['--timeout', '5', '--timeout-threshold', '2', '--max-target-bytes', '600000'],
      ...['--jobs', '2', '--max-memory', '900', ...asArguments(paths)],
    ],
    file: reportFile,
    isAlone: true,
    timeout: timeFor(paths) + 30_000,
    environment: {
      SEMGREP_SEND_METRICS: 'off',
      SEMGREP_SETTINGS_FILE: '/tmp/semgrep-settings.yml',
    },
  });
  const read = readSemgrep(ran.report ?? '', { paths, root: ran.root });
  if (read === undefined || ran.trouble !== undefined) return withoutResult('Semgrep', ran);
  if (typeof read === 'string') return { state: 'crashed', reason: read, everyones: true };
  return read;
}

const Report = z.object({
  results: z.array(
    z.object({
      check_id: z.string(),
      path: z.string(),
      start: z.object({ line: z.int() }),
      end: z.object({ line: z.int() }),
      extra: z.object({
        message: z.string(),
        severity: z.string(),
        metadata: z.record(z.string(), z.unknown()),
      }),
    }),
  ),
  errors: z.array(
    z.object({
      type: z.union([z.string(), z.array(z.unknown())]),
      path: z.string().optional(),
      rule_id: z.string().optional(),
      message: z.string().optional(),
      short_msg: z.string().optional(),
      long_msg: z.string().optional(),
    }),
  ),
  paths: z.object({ scanned: z.array(z.string()) }),
});
type Report = Readonly<z.infer<typeof Report>>;

/**
 * Semgrep's JSON. Undefined where the text is no such report, a text for people where it stopped for another reason than
 * a file. What it says of the lines and of their fingerprint is `requires login`, and is not looked at.
 */
export function readSemgrep(
  text: string,
  { paths, root }: { readonly paths: readonly string[]; readonly root: string },
): { readonly said: readonly Said[]; readonly unread: readonly Unread[] } | string | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const { results, errors, paths: seen } = read.data;
  const general = errors.find(({ path }) => path === undefined);
  if (general !== undefined) return `Semgrep stopped: ${whatOf(general)}`;
  const scanned = new Set(seen.scanned.map((path) => inTree(path, root)));
  const silent = paths.filter((path) => ours.test(path) && !scanned.has(path));
  const stumbled = new Map(
    errors.map((error) => [inTree(error.path ?? '', root), reasonOf(error)] as const),
  );
  return {
    said: results.map((result) => saidOf(result, root)),
    unread: [
      ...[...stumbled].map(([path, reason]) => ({ path, reason })),
      ...silent
        .filter((path) => !stumbled.has(path))
        .map((path) => ({ path, reason: 'Semgrep left it out' })),
    ],
  };
}

const levels = new Map<string, Said['level']>([
  ['CRITICAL', 'error'],
  ['HIGH', 'error'],
  ['ERROR', 'error'],
  ['MEDIUM', 'warning'],
  ['WARNING', 'warning'],
]);

function saidOf(
  { check_id, path, start, end, extra }: Report['results'][number],
  root: string,
): Said {
  const cwe = [extra.metadata.cwe].flat().find((each) => typeof each === 'string');
  const number = /^CWE-(\d+)/.exec(cwe ?? '')?.[1];
  return {
    rule: check_id,
    level: levels.get(extra.severity) ?? 'note',
    message: number === undefined ? extra.message : `${extra.message} (CWE-${number})`,
    path: inTree(path, root),
    line: start.line,
    endLine: end.line,
    help: number === undefined ? null : `https://cwe.mitre.org/data/definitions/${number}.html`,
  };
}

function whatOf({ message, long_msg, short_msg, rule_id }: Report['errors'][number]): string {
  return (message ?? long_msg ?? short_msg ?? rule_id ?? 'it did not say why').slice(0, 500);
}

/** By the kind of the error: its message quotes the file. */
function reasonOf({ type, rule_id }: Report['errors'][number]): string {
  const kind = String([type].flat()[0]);
  if (kind === 'Timeout')
    return `Semgrep took too long over it, with ${rule_id ?? 'one of its rules'}`;
  if (/Parsing|Syntax|Lexical/.test(kind)) return 'Semgrep could not parse all of it';
  return `Semgrep stumbled over it (${kind.slice(0, 60)})`;
}
