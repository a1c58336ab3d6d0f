/** actionlint: workflows that GitHub would refuse, or that do not what they say. */
import { z } from 'zod';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';
import { isWorkflow } from '#checks/workflow-files.ts';

export const actionlint: Check = {
  name: 'actionlint',
  about: 'Mistakes in workflows, by actionlint.',
  needs: ['actionlint'],
  scope: 'file',
  trusted: true,
  wants: { test: isWorkflow },
  isFitting: ({ paths }) => Promise.resolve(paths.some(isWorkflow)),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'actionlint'), '-config-file', '/dev/null', '-no-color'],
      // Scripts are looked at by checks of their own; a program of that name is not looked for.
      ...['-shellcheck=', '-pyflakes=', '-format', '{{json .}}', ...asArguments(paths)],
    ],
    file: '/dev/stdout',
    isAlone: true,
    timeout: timeFor(paths),
  });
  const looked = readActionlint(ran.report ?? '', ran.root);
  const isWhole = ran.trouble === undefined && (ran.exitCode === 0 || ran.exitCode === 1);
  return looked === undefined || !isWhole ? withoutResult('actionlint', ran) : looked;
}

const Report = z.array(
  z.object({ message: z.string(), filepath: z.string(), line: z.int(), kind: z.string() }),
);

/** Labels of runners change every month, and who runs their own has more of them. */
const noisy = new Set(['runner-label']);

/** actionlint's JSON; undefined where the text is no such report. What is no YAML is unread. */
export function readActionlint(text: string, root: string): Looked | undefined {
  const read = Report.safeParse(jsonOf(text) ?? undefined);
  if (!read.success) return undefined;
  const isDark = (message: string) => message.startsWith('could not parse as YAML');
  const told = read.data.filter(({ kind }) => !noisy.has(kind));
  return {
    said: told
      .filter(({ message }) => !isDark(message))
      .map(({ message, filepath, line, kind }) => ({
        rule: kind,
        level: kind === 'expression' && message.includes('untrusted') ? 'error' : 'warning',
        message,
        path: inTree(filepath, root),
        line,
      })),
    unread: told
      .filter(({ message }) => isDark(message))
      .map(({ message, filepath }) => ({ path: inTree(filepath, root), reason: message })),
  };
}
