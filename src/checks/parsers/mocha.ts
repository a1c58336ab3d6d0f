/** Reads the JSON report of mocha. */
import { z } from 'zod';
import { casesOf, jsonOf, type Parser, type Told } from './parser.ts';

const Case = z.object({
  fullTitle: z.string(),
  file: z.string().nullish(),
  err: z.object({ message: z.string().optional(), stack: z.string().optional() }).default({}),
});
const Report = z.object({
  passes: z.array(Case),
  failures: z.array(Case),
  pending: z.array(Case),
});

export const mochaReport: Parser = (report, root) => {
  const read = Report.safeParse(jsonOf(report));
  if (!read.success) return undefined;
  const { passes, failures, pending } = read.data;
  return casesOf(
    [...told(passes, 'passed'), ...told(failures, 'failed'), ...told(pending, 'skipped')],
    root,
  );
};

function told(cases: readonly z.infer<typeof Case>[], state: Told['state']): readonly Told[] {
  return cases.map(({ fullTitle, file, err }) => ({
    file: file ?? '',
    path: [fullTitle],
    state,
    // The stack begins with the error's name, which the message lacks.
    message: err.stack ?? err.message,
  }));
}
