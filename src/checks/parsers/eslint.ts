/** What ESLint prints with `--format json`; the sources that it copies into its report are left there. */
import { z } from 'zod';
import { jsonOf } from './parser.ts';

const Line = z.int().nullable().default(null);
const Message = z
  .object({
    ruleId: z.string().nullable().default(null),
    severity: z.int().catch(2),
    message: z.string(),
    line: Line,
    endLine: Line,
    fatal: z.boolean().optional(),
    fix: z.object({}).optional(),
  })
  .transform(({ fix, ...rest }) => ({ ...rest, isFixable: fix !== undefined }));

const Report = z.array(z.object({ filePath: z.string(), messages: z.array(Message) }));

export type EslintMessage = Readonly<z.infer<typeof Message>>;
export type EslintReport = Readonly<z.infer<typeof Report>>;

/** Undefined where the text is no such report. */
export function readEslint(text: string): EslintReport | undefined {
  const read = Report.safeParse(jsonOf(text));
  return read.success ? read.data : undefined;
}

/** The file that ESLint was at when a rule or a parser failed, as it wrote it. */
export function culpritOf(output: string): string | undefined {
  return /Occurred while linting (.+?)(?::\d+)?$/m.exec(output)?.[1];
}
