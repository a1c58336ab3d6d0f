/** Reads JSON Lines: one finding in a line, with plain keys or as reviewdog has them (rdjsonl). */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { levelOf, pathIn, reportOf, type FormatReader } from '#checks/format.ts';

const word = z.union([z.string(), z.number()]).transform(String).optional();
const Plain = z
  .object({
    path: z.string().optional(),
    file: z.string().optional(),
    filename: z.string().optional(),
    line: z.int().optional(),
    endLine: z.int().optional(),
    message: z.string(),
    rule: word,
    code: word,
    level: z.string().optional(),
    severity: z.string().optional(),
    help: z.string().optional(),
  })
  .transform(({ path, file, filename, rule, code, level, severity, ...rest }) => ({
    ...rest,
    path: path ?? file ?? filename,
    rule: rule ?? code,
    level: level ?? severity,
  }))
  .refine(({ path }) => path !== undefined);

const at = z.object({ line: z.int() });
const Reviewdog = z
  .object({
    message: z.string(),
    location: z.object({
      path: z.string(),
      range: z.object({ start: at, end: at.optional() }).optional(),
    }),
    severity: z.string().optional(),
    code: z.object({ value: z.string().optional(), url: z.string().optional() }).optional(),
  })
  .transform(({ message, location: { path, range }, severity, code }) => ({
    message,
    path,
    line: range?.start.line,
    endLine: range?.end?.line,
    rule: code?.value,
    level: severity,
    help: code?.url,
  }));

const Line = z.union([Reviewdog, Plain]);

export const jsonlReport: FormatReader = (text, { root }) => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map((line) => Line.safeParse(jsonOf(line)));
  const strange = read.filter(({ success }) => !success).length;
  if (lines.length > 0 && strange === lines.length) return undefined;
  const reason = `${String(strange)} of its ${String(lines.length)} lines are no findings`;
  return reportOf(
    read.flatMap(({ data }) => (data === undefined ? [] : [saidOf(data, root)])),
    strange > 0 ? [{ path: 'the report', reason }] : [],
  );
};

function saidOf(data: z.infer<typeof Line>, root: string): Said | undefined {
  const path = pathIn(data.path ?? '', root);
  if (path === undefined) return undefined;
  const { message, rule = 'none', level, line, endLine, help } = data;
  return {
    ...{ rule, message, path, level: levelOf(level) },
    ...{ line: line ?? null, endLine: endLine ?? null, help: help ?? null },
  };
}
