/** What a prompt shows of the repository: bounded, in a fixed order, without anything of this machine or run. */
import { quote } from '#agent/prompt.ts';
import { visible } from '#agent/visible.ts';
import { isTestFile } from '#checks/suite.ts';
import type { Suite } from '#checks/detect.ts';
import type { Files } from '#checks/scripts.ts';
import type { Issue } from '#core/event.ts';
import type { SuiteReport, TestCase } from '#core/evidence.ts';

const mostPaths = 400;
const mostOfFile = 24_000;
const mostOfAll = 72_000;

/** The issue as people see it, as quoted data. */
export function issueText({ title, body }: Pick<Issue, 'title' | 'body'>): string {
  const text = visible(`${title}\n\n${body}`).text.slice(0, 12_000);
  return quote('The issue', text);
}

/** The repository's paths; of a large one the shallow ones, which say most. */
export function fileList({ paths }: Files): string {
  const depth = (path: string) => path.split('/').length;
  const shown = [...paths]
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .slice(0, mostPaths);
  const more = paths.length - shown.length;
  const note = more > 0 ? `\n(and ${String(more)} more in deeper folders)` : '';
  return `${quote('The paths of the repository', shown.sort().join('\n'))}${note}`;
}

/** Whole files with their paths, one after another, until the room is used up. */
export async function fileContents(files: Files, paths: readonly string[]): Promise<string> {
  const parts: string[] = [];
  let room = mostOfAll;
  for (const path of new Set(paths)) {
    const text = files.paths.includes(path) ? await files.read(path) : undefined;
    if (text === undefined) continue;
    if (text.length > Math.min(room, mostOfFile)) {
      parts.push(`\`${path}\` is too long to be shown here; read its parts with the tools.`);
      continue;
    }
    room -= text.length;
    parts.push(quote(`File \`${path}\``, text));
  }
  return parts.length > 0 ? parts.join('\n\n') : '(none)';
}

/** The existing test file that lies nearest to the files in question: how tests are written here. */
export function nearestTest(
  suite: Suite,
  files: Files,
  paths: readonly string[],
): string | undefined {
  const tests = files.paths.filter(
    (path) =>
      isTestFile(suite, path) && /\.\w+$/.test(path) && !/\.(?:json|snap|md|txt)$/.test(path),
  );
  const wanted = new Set(paths.flatMap(wordsOf));
  const likeness = (path: string) =>
    wordsOf(path).filter((word) => wanted.has(word)).length +
    (/[._-](?:test|spec)\.|test_/.test(path) ? 0.5 : 0);
  return [...tests].sort(
    (a, b) => likeness(b) - likeness(a) || a.length - b.length || (a < b ? -1 : 1),
  )[0];
}

function wordsOf(path: string): readonly string[] {
  return path
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && !/^(?:test|tests|spec|src)$/.test(word));
}

/** How the tests are run and where a new one must lie to be run too. */
export function howTestsRun(suite: Suite, files: Files): string {
  const tests = files.paths.filter((path) => isTestFile(suite, path)).slice(0, 20);
  const lines = [
    `The tests run with ${suite.runner}, by the command \`${suite.typed}\`.`,
    tests.length > 0 ? `Test files are: ${tests.join(', ')}.` : 'There is no test file yet.',
  ];
  return lines.join('\n');
}

/** What tests said that failed, for the model to read. */
export function failuresText(
  { cases, reason }: SuiteReport,
  only: (one: TestCase) => boolean = () => true,
): string {
  const failed = cases.filter((one) => one.state === 'failed' && only(one)).slice(0, 10);
  const told = failed.map(({ id, message }) => `${id}\n${message ?? ''}`.trimEnd());
  if (reason !== null) told.push(reason);
  return told.length > 0 ? quote('What the tests said', told.join('\n\n').slice(0, 8_000)) : '';
}
