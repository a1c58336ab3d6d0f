/** Reads the lines that our own reporter (`inside/node-test-reporter.ts`) writes for Node's test runner. */
import { z } from 'zod';
import { casesOf, jsonOf, type Parser, type Told } from './parser.ts';

const Line = z.object({
  file: z.string(),
  path: z.array(z.string()).min(1),
  kind: z.string(),
  passed: z.boolean(),
  skipped: z.boolean(),
  phase: z.string().optional(),
  message: z.string().optional(),
  said: z.string().optional(),
});

export const nodeTestReport: Parser = (report, root) => {
  const lines = report.split('\n').filter((line) => line !== '');
  const read = z.array(Line).safeParse(lines.map(jsonOf));
  return read.success ? casesOf(read.data.flatMap(toldBy), root) : undefined;
};

function toldBy(line: z.infer<typeof Line>): readonly Told[] {
  const { file, path, passed } = line;
  if (isFile(line)) {
    // Passing, it only says that a file without a single test ended well, which proves nothing.
    const message = thrownIn(line.said ?? '') ?? line.message;
    return passed ? [] : [{ file, path: [], state: 'failed', message, unloaded: true }];
  }
  // A suite is no test; what failed in it is told by its tests, unless its own body broke.
  if (line.kind === 'suite' && (passed || line.phase === 'subtestsFailed')) return [];
  const state = line.skipped ? 'skipped' : passed ? 'passed' : 'failed';
  return [{ file, path, state, message: line.message }];
}

/** Where the error begins in what Node says before it leaves; the lines above quote its own source. */
function thrownIn(said: string): string | undefined {
  const start = said.search(/^\w*Error\b/m);
  return start < 0 ? undefined : said.slice(start).replace(/\n\nNode\.js v[\s\S]*$/, '');
}

/** Node reports a file as a test named by its path when it holds no test, or ended badly as a whole. */
function isFile({ file, path }: z.infer<typeof Line>): boolean {
  return path.length === 1 && path[0] !== undefined && file.endsWith(path[0]) && file !== '';
}
