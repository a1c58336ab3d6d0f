/** ShellCheck: flaws in shell scripts; nothing that a script sources is followed. */
import { z } from 'zod';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';

const named = /\.(?:sh|bash|dash|ksh|bats)$/;
/** Scripts without an ending, where they usually lie; their first line tells what they are. */
const unnamed = /(?:^|\/)(?:bin|scripts?|hooks|\.husky|\.githooks|ci)\/[^./]+$/;
const shebang = /^#!.*\b(?:sh|bash|dash|ksh|bats)\b/;

export const shellcheck: Check = {
  name: 'shellcheck',
  about: 'Flaws in shell scripts, by ShellCheck.',
  needs: ['shellcheck'],
  scope: 'file',
  trusted: true,
  wants: new RegExp(`${named.source}|${unnamed.source}`),
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => named.test(path))),
  async look(side) {
    const scripts: string[] = [];
    for (const path of pathsOf(side)) {
      const isScript = named.test(path) || shebang.test((await side.files.read(path)) ?? '');
      if (isScript) scripts.push(path);
    }
    if (scripts.length === 0) return { said: [] };
    return lookApart(scripts, (paths) => attempt(side, paths));
  },
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'shellcheck'), '--norc', '--format', 'json1'],
      // That a sourced file is not followed is no flaw of the script.
      ...['--exclude', 'SC1090,SC1091', ...asArguments(paths)],
    ],
    file: '/dev/stdout',
    isAlone: true,
    timeout: timeFor(paths),
  });
  const looked = readShellcheck(ran.report ?? '', ran.root);
  // 2: a file could not be read; which one it is the halves will tell.
  const isWhole = ran.trouble === undefined && (ran.exitCode === 0 || ran.exitCode === 1);
  return looked === undefined || !isWhole ? withoutResult('ShellCheck', ran) : looked;
}

const Report = z.object({
  comments: z.array(
    z.object({
      file: z.string(),
      line: z.int(),
      endLine: z.int(),
      level: z.enum(['error', 'warning', 'info', 'style']),
      code: z.int(),
      message: z.string(),
    }),
  ),
});

const levelOf = { error: 'error', warning: 'warning', info: 'note', style: 'note' } as const;

/** ShellCheck's JSON; undefined where the text is no such report. */
export function readShellcheck(text: string, root: string): Looked | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  return {
    said: read.data.comments.map(({ file, line, endLine, level, code, message }) => ({
      rule: `SC${String(code)}`,
      level: levelOf[level],
      message,
      path: inTree(file, root),
      ...{ line, endLine },
      help: `https://www.shellcheck.net/wiki/SC${String(code)}`,
    })),
  };
}
