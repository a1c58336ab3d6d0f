/** hadolint: flaws in Dockerfiles, with a configuration of ours. */
import { z } from 'zod';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';

const dockerfile =
  /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.(?:dockerfile|containerfile)$/i;

export const hadolint: Check = {
  name: 'hadolint',
  about: 'Flaws in Dockerfiles, by hadolint.',
  needs: ['hadolint'],
  scope: 'file',
  trusted: true,
  wants: { test: (path) => dockerfile.test(path) && !/\.dockerignore$/i.test(path) },
  isFitting: ({ paths }) => Promise.resolve(paths.some((path) => dockerfile.test(path))),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
};

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'hadolint'), '--config', '/opt/tools/src/inside/hadolint.yaml'],
      ...['--format', 'json', '--no-fail', ...asArguments(paths)],
    ],
    file: '/dev/stdout',
    isAlone: true,
    timeout: timeFor(paths),
  });
  const looked = readHadolint(ran.report ?? '', ran.root);
  const isWhole = ran.trouble === undefined && ran.exitCode === 0;
  return looked === undefined || !isWhole ? withoutResult('hadolint', ran) : looked;
}

const Report = z.array(
  z.object({
    code: z.string(),
    file: z.string(),
    level: z.enum(['error', 'warning', 'info', 'style', 'ignore']),
    line: z.int(),
    message: z.string(),
  }),
);

const levelOf = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  style: 'note',
  ignore: 'note',
} as const;

/** hadolint's JSON; undefined where the text is no such report. What it could not parse is unread. */
export function readHadolint(text: string, root: string): Looked | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const dark = read.data.filter(({ code }) => code === 'DL1000');
  return {
    said: read.data
      .filter(({ code }) => code !== 'DL1000')
      .map(({ code, file, level, line, message }) => ({
        rule: code,
        level: levelOf[level],
        message,
        path: inTree(file, root),
        line,
        help: code.startsWith('DL')
          ? `https://github.com/hadolint/hadolint/wiki/${code}`
          : `https://www.shellcheck.net/wiki/${code}`,
      })),
    unread: dark.map(({ file, line, message }) => ({
      path: inTree(file, root),
      reason: `hadolint cannot read line ${String(line)}: ${message}`,
    })),
  };
}
