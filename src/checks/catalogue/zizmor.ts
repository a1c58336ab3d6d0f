/** zizmor: how workflows and actions can be abused, offline and without what a repository sets. */
import { z } from 'zod';
import { lookApart, type Attempt } from '#checks/apart.ts';
import type { Check, Looked, Side } from '#checks/check.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { asArguments, inTree, pathsOf, pinned, timeFor, withoutResult } from '#checks/pinned.ts';
import { runReported } from '#checks/report.ts';
import { isWorkflowOrAction } from '#checks/workflow-files.ts';

export const zizmor: Check = {
  name: 'zizmor',
  about: 'How workflows and actions can be abused, by zizmor.',
  needs: ['zizmor'],
  scope: 'file',
  trusted: true,
  wants: { test: isWorkflowOrAction },
  isFitting: ({ paths }) => Promise.resolve(paths.some(isWorkflowOrAction)),
  look: (side) => lookApart(pathsOf(side), (paths) => attempt(side, paths)),
};

/** 11 to 14 say how severe the worst finding is. */
const ended = new Set([0, 11, 12, 13, 14]);

async function attempt(side: Side, paths: readonly string[]): Promise<Attempt> {
  const ran = await runReported(await side.workspace(), {
    argv: [
      ...[...pinned(side, 'zizmor'), '--offline', '--no-config', '--no-ignores', '--no-progress'],
      // A file that it cannot read ends it, so that the halves tell which one it is; else it is passed over in silence.
      ...['--strict-collection', '--format', 'json-v1', ...asArguments(paths)],
    ],
    file: '/dev/stdout',
    isAlone: true,
    timeout: timeFor(paths),
  });
  const looked = readZizmor(ran.report ?? '', ran.root);
  const isWhole = ran.trouble === undefined && ended.has(ran.exitCode ?? -1);
  return looked === undefined || !isWhole ? withoutResult('zizmor', ran) : looked;
}

const Location = z.object({
  symbolic: z.object({
    key: z.object({ Local: z.object({ verbatim_path: z.string() }) }),
    kind: z.string(),
    annotation: z.string(),
  }),
  concrete: z.object({
    location: z.object({
      start_point: z.object({ row: z.int() }),
      end_point: z.object({ row: z.int() }),
    }),
  }),
});
const Report = z.array(
  z.object({
    ident: z.string(),
    desc: z.string(),
    url: z.string(),
    determinations: z.object({ severity: z.string() }),
    locations: z.array(Location),
  }),
);

const levels: Readonly<Record<string, 'error' | 'warning'>> = { High: 'error', Medium: 'warning' };

/** zizmor's JSON of version 1; undefined where the text is no such report. Its rows begin at 0. */
export function readZizmor(text: string, root: string): Looked | undefined {
  const read = Report.safeParse(jsonOf(text));
  if (!read.success) return undefined;
  return {
    said: read.data.flatMap(({ ident, desc, url, determinations, locations }) => {
      const place = locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
      if (place === undefined) return [];
      const { symbolic, concrete } = place;
      return [
        {
          rule: ident,
          level: levels[determinations.severity] ?? 'note',
          message: `${desc}: ${symbolic.annotation}`,
          path: inTree(symbolic.key.Local.verbatim_path, root),
          line: concrete.location.start_point.row + 1,
          endLine: concrete.location.end_point.row + 1,
          help: url,
        },
      ];
    }),
  };
}
