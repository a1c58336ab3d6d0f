/** Reads the JSON report of jest, which vitest writes too. */
import { z } from 'zod';
import { casesOf, jsonOf, type Parser, type Told } from './parser.ts';

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export const jestReport: Parser = (report, root) => {
  const read = Report.safeParse(jsonOf(report));
  if (!read.success) return undefined;
  return casesOf(read.data.testResults.flatMap(casesOfFile), root);
};

type FileResult = z.infer<typeof Report>['testResults'][number];

function casesOfFile({ name, status, message, assertionResults }: FileResult): readonly Told[] {
  const cases = assertionResults.map((result): Told => ({
    file: name,
    path: [...result.ancestorTitles, result.title],
    state: stateOf(result.status),
    message: result.failureMessages?.join('\n'),
  }));
  const told = cases.some(({ state }) => state === 'failed');
  // A file fails without a failed test when it cannot be loaded, or a hook around its tests broke.
  if (status !== 'failed' || told) return cases;
  return [...cases, { file: name, path: [], state: 'failed', message, unloaded: true }];
}

function stateOf(status: string): Told['state'] {
  if (status === 'passed') return 'passed';
  return status === 'failed' ? 'failed' : 'skipped';
}
