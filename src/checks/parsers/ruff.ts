/** Ruff's JSON: what it found, which files it could not read, and which of it it can mend without changing what code does. */
import { z } from 'zod';
import type { Said } from '#core/finding.ts';
import type { Unread } from '#checks/check.ts';
import { inTree } from '#checks/pinned.ts';
import { jsonOf } from './parser.ts';

const Place = z.object({ row: z.int(), column: z.int() });

const Row = z.object({
  code: z.string().nullable(),
  message: z.string(),
  filename: z.string(),
  location: Place.nullable(),
  end_location: Place.nullable(),
  /** The cell of a notebook, in which rows are counted anew. */
  cell: z.int().nullish(),
  fix: z.object({ applicability: z.string() }).nullish(),
  url: z.string().nullish(),
});
type Row = Readonly<z.infer<typeof Row>>;

/** Not findings but files that could not be read, or over which it stumbled. */
const unreadable = /^(?:E902|io-error|panic|internal-error)$/;

export interface RuffFound {
  readonly said: readonly Said[];
  readonly unread: readonly Unread[];
}

/** Undefined where the text is no such report. */
export function readRuff(
  text: string,
  root: string,
  levelOf: (rule: string, message: string) => Said['level'],
): RuffFound | undefined {
  const read = z.array(Row).safeParse(jsonOf(text));
  if (!read.success) return undefined;
  const isRead = (row: Row) => !unreadable.test(ruleOf(row));
  return {
    said: read.data.filter(isRead).map((row) => ({
      rule: ruleOf(row),
      level: levelOf(ruleOf(row), row.message),
      path: inTree(row.filename, root),
      help: row.url ?? null,
      fixable: row.fix?.applicability === 'safe',
      ...placed(row),
    })),
    unread: read.data
      .filter((row) => !isRead(row))
      .map(({ filename, message }) => ({ path: inTree(filename, root), reason: message })),
  };
}

/** Older versions give errors of syntax no code. */
function ruleOf({ code }: Row): string {
  return code ?? 'invalid-syntax';
}

function placed({
  message,
  cell,
  location,
  end_location: end,
}: Row): Pick<Said, 'message' | 'line' | 'endLine'> {
  if (typeof cell === 'number') return { message: `Cell ${String(cell)}: ${message}` };
  if (location === null || end === null) return { message };
  // The end of what takes up whole lines lies before the first character of the next.
  const isWhole = end.row > location.row && end.column === 1;
  return { message, line: location.row, endLine: isWhole ? end.row - 1 : end.row };
}
