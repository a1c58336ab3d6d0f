/** Our program: files looked at by a program of ours in the sandbox, which tells what it saw of each as JSON. */
import { z } from 'zod';
import { levels } from '#core/finding.ts';
import { lookApart, type Attempt } from './apart.ts';
import type { Looked, Side } from './check.ts';
import { jsonOf } from './parsers/parser.ts';
import { pathsOf, pinned, timeFor, withoutResult } from './pinned.ts';
import { runReported } from './report.ts';

/** What `inside/each-file.ts` prints. */
const Answer = z.object({
  files: z.array(
    z.union([
      z.object({ path: z.string(), problem: z.string() }),
      z.object({
        path: z.string(),
        seen: z.array(
          z.object({
            rule: z.string(),
            level: z.enum(levels),
            message: z.string(),
            line: z.int(),
            endLine: z.int(),
            help: z.string().optional(),
          }),
        ),
      }),
    ]),
  ),
});

/** What the tool, whose name it has in `ports/tools.ts`, says of the targets. */
export function lookWithOurs(side: Side, tool: string): Promise<Looked> {
  return lookApart(pathsOf(side), (paths) => attempt(side, tool, paths));
}

async function attempt(side: Side, tool: string, paths: readonly string[]): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [...pinned(side, tool), ...paths],
    file: '/dev/stdout',
    isAlone: true,
    timeout: timeFor(paths),
  });
  const read = Answer.safeParse(jsonOf(ran.report ?? ''));
  if (ran.trouble !== undefined || ran.exitCode !== 0 || !read.success) {
    return withoutResult(tool, ran);
  }
  const { files } = read.data;
  const known = new Set(files.map(({ path }) => path));
  return {
    said: files.flatMap((file) =>
      'seen' in file
        ? file.seen.map(({ help = null, ...each }) => ({ ...each, help, path: file.path }))
        : [],
    ),
    unread: [
      ...files.flatMap((file) =>
        'problem' in file ? [{ path: file.path, reason: file.problem }] : [],
      ),
      ...paths
        .filter((path) => !known.has(path))
        .map((path) => ({ path, reason: 'nothing was said of it' })),
    ],
  };
}
