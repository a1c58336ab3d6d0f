/** What a prompt shows of the repository: bounded, in a fixed order, without anything of this machine or run. */
import { quote } from '#agent/prompt.ts';
import { visible } from '#agent/visible.ts';
import { isTestFile } from '#checks/suite.ts';
import type { Suite } from '#checks/detect.ts';
import type { Files } from '#checks/scripts.ts';
import type { Issue } from '#core/event.ts';
import type { SuiteReport, TestCase } from '#core/evidence.ts';
import type { Plan } from './kept.ts';

const mostPaths = 400;
const mostOfFile = 24_000;
const mostOfAll = 72_000;

/** The issue as people see it, as quoted data. */
export function issueText({ title, body }: Pick<Issue, 'title' | 'body'>): string {
  const text = visible(`${title}\n\n${body}`).text.slice(0, 12_000);
  return quote('The issue', text);
}

/** How much of an issue people do not see, as a sentence for the report; nothing where they see it all. */
export function hiddenRemark({ title, body }: Pick<Issue, 'title' | 'body'>): readonly string[] {
  const { hidden } = visible(`${title}\n\n${body}`);
  if (hidden === 0) return [];
  return [
    `The issue holds hidden text (${String(hidden)} ${hidden === 1 ? 'place' : 'places'}): characters, comments or attributes that people do not see. The model was not shown it.`,
  ];
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

/** Lines of a long file that are shown around those that matter, and of one of which nobody said what matters. */
const margin = 30;
const beginning = 120;

/** Files with their paths, one after another, until the room is used up; of long ones the lines that matter. */
export async function fileContents(
  files: Files,
  paths: readonly string[],
  spans: Plan['spans'] = [],
): Promise<string> {
  const parts: string[] = [];
  let room = mostOfAll;
  for (const path of new Set(paths)) {
    const text = files.paths.includes(path) ? await files.read(path) : undefined;
    if (text === undefined) continue;
    const shown =
      text.length <= Math.min(room, mostOfFile)
        ? quote(`File \`${path}\``, text)
        : excerpts(path, text, spans);
    if (shown.length > room + 1_000) {
      parts.push(`\`${path}\` is too long to be shown here; read its parts with the tools.`);
      continue;
    }
    room -= shown.length;
    parts.push(shown);
  }
  return parts.length > 0 ? parts.join('\n\n') : '(none)';
}

/** The lines that matter of a file that is too long, each with some around it; its beginning when none are named. */
function excerpts(path: string, text: string, spans: Plan['spans']): string {
  const lines = text.split('\n');
  const named = spans.filter((span) => span.path === path && span.from <= lines.length);
  const wide = named
    .map(({ from, to }) => ({
      from: Math.max(1, from - margin),
      to: Math.min(lines.length, to + margin),
    }))
    .sort((a, b) => a.from - b.from);
  const merged = wide.reduce<{ from: number; to: number }[]>((all, span) => {
    const last = all.at(-1);
    if (last === undefined || span.from > last.to + 1) return [...all, span];
    return [...all.slice(0, -1), { from: last.from, to: Math.max(last.to, span.to) }];
  }, []);
  const shown = merged.length > 0 ? merged : [{ from: 1, to: Math.min(beginning, lines.length) }];
  const rest = `\`${path}\` has ${String(lines.length)} lines; read others with the tools.`;
  const quoted = shown.map(({ from, to }) =>
    quote(
      `Lines ${String(from)} to ${String(to)} of \`${path}\``,
      lines
        .slice(from - 1, to)
        .join('\n')
        .slice(0, mostOfFile),
    ),
  );
  return [...quoted, rest].join('\n\n');
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
  // The files are named with the most important first: a test of that one is the nearest.
  const wanted = new Map(
    [...paths.entries()]
      .reverse()
      .flatMap(([at, path]) => wordsOf(path).map((word) => [word, 1 + 1 / (1 + at)] as const)),
  );
  const likeness = (path: string) =>
    wordsOf(path).reduce((sum, word) => sum + (wanted.get(word) ?? 0), 0) +
    (telling.test(path) ? 0.5 : 0);
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

/** Names that tests have and their helpers have not. */
const telling = /[._-](?:test|spec)\.|(?:^|\/)test_/;
const mostTests = 20;

/** How the tests are run and where a new one must lie to be run too. */
export function howTestsRun(suite: Suite, files: Files): string {
  const tests = files.paths.filter((path) => isTestFile(suite, path));
  const named = tests.filter((path) => telling.test(path));
  const shown = (named.length > 0 ? named : tests).slice(0, mostTests);
  const more = tests.length - shown.length;
  const rest = more > 0 ? `, and ${String(more)} more files beside them` : '';
  const lines = [
    `The tests run with ${suite.runner}, by the command \`${suite.typed}\`.`,
    tests.length > 0 ? `Test files are: ${shown.join(', ')}${rest}.` : 'There is no test file yet.',
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
