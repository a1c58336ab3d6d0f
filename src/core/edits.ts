/** Edits: what a model writes in plain text to change files, applied all or not at all. */
import { textBlob, type FileChange, type FileMode } from './change.ts';
import { isElision } from './elision.ts';
import { errors } from './errors.ts';
import { ambiguous, notFound } from './edit-problems.ts';
import { locate, type Place } from './locate.ts';
import { mergeKept } from './merge-kept.ts';
import { pathProblem } from './repository-path.ts';
import { splitText, type TextFile } from './text-file.ts';
import { readBlocks, type Block } from './edit-blocks.ts';

/** What one block asks for; see edit-blocks.ts for how it is written. */
export type Edit = Block;

/** A whole existing file may be written anew up to this many lines; above, what was forgotten would be lost unseen. */
const wholeFileLines = 150;

/**
 * The edits in a model's answer, in order; none when it holds no block. Prose and fences around them are skipped.
 * Throws unusable `answer-unusable` that names every malformed block and how to mend it.
 */
export function parseEdits(text: string): Edit[] {
  const { blocks, problems } = readBlocks(text);
  if (problems.length > 0) throw errors.answerUnusable(problems.join('\n\n'));
  return [...blocks];
}

/**
 * What the files become, or why nothing may be applied: one entry per failed edit, written for the model.
 * `read` answers the text of a file, null for one that is not text, undefined where there is none;
 * `mode` its mode. Files that end as they were are left out.
 */
export function applyEdits(
  edits: readonly Edit[],
  read: (path: string) => string | null | undefined,
  mode: (path: string) => FileMode = () => '100644',
): { readonly files: FileChange[] } | { readonly problems: string[] } {
  const now = new Map<string, string | null | undefined>();
  const problems: string[] = [];
  for (const edit of edits) {
    const wrong = pathProblem(edit.path);
    if (wrong === undefined && !now.has(edit.path)) now.set(edit.path, read(edit.path));
    const done = wrong === undefined ? applyOne(edit, now.get(edit.path)) : { problem: wrong };
    if ('problem' in done) problems.push(`Block ${edit.block} (${edit.path}): ${done.problem}`);
    else now.set(edit.path, done.text);
  }
  problems.push(...pathClashes([...now].filter(([, text]) => text !== undefined)));
  if (problems.length > 0) return { problems };
  const files = [...now].flatMap(([path, text]): FileChange[] => {
    const before = read(path);
    // Files that are not text were never changed: any edit of one is a problem.
    if (text === before || text === null) return [];
    const kept = before === undefined ? '100644' : mode(path);
    return [{ path, mode: kept, content: text === undefined ? null : textBlob(text) }];
  });
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The text after the edit (undefined: no such file), or what is wrong. */
type Outcome = { readonly text: string | undefined } | { readonly problem: string };

function applyOne(edit: Edit, before: string | null | undefined): Outcome {
  if (before === null) return { problem: 'This file is not text; it cannot be edited.' };
  switch (edit.kind) {
    case 'delete':
      if (before === undefined) return { problem: 'There is no such file to delete.' };
      return { text: undefined };
    case 'write':
      return write(edit, before);
    case 'replace':
      if (edit.search === edit.replace) return { text: before };
      return edit.search.trim() === '' ? create(edit, before) : replace(edit, before);
  }
}

function create(edit: Edit & { kind: 'replace' }, before: string | undefined): Outcome {
  if (before !== undefined && before.trim() !== '')
    return {
      problem:
        'The SEARCH part is empty, which creates a file, but this file exists. Put the lines that you want to replace, or one line beside which you want to insert, in SEARCH.',
    };
  return write({ ...edit, kind: 'write', content: edit.replace }, before);
}

function write(edit: Edit & { kind: 'write' }, before: string | undefined): Outcome {
  const file = before === undefined ? undefined : splitText(before);
  if (file !== undefined && file.lines.length > wholeFileLines)
    return {
      problem: `This file exists and has more than ${wholeFileLines} lines: change it by SEARCH and REPLACE blocks.`,
    };
  const elided = elision(edit.path, edit.content, before ?? '');
  if (elided !== undefined) return { problem: elided };
  if (file === undefined || before === '') return { text: edit.content };
  const body = edit.content.replaceAll('\n', file.end);
  const ended = file.finalEnd ? body : body.replace(/\r?\n$/, '');
  return { text: file.mark + ended };
}

function replace(edit: Edit & { kind: 'replace' }, before: string | undefined): Outcome {
  if (before === undefined)
    return {
      problem: 'There is no such file. Correct the path, or leave SEARCH empty to create it.',
    };
  const elided = elision(edit.path, edit.replace, before);
  if (elided !== undefined) return { problem: elided };
  const file = splitText(before);
  const [search, written] = [linesOf(edit.search), linesOf(edit.replace)];
  const lines = file.lines.map(({ text }) => text);
  const found = locate(lines, search);
  if (found === undefined) return { problem: notFound(lines, search, edit.path) };
  const [place, ...others] = found.places;
  if (place === undefined || others.length > 0)
    return { problem: ambiguous(lines, search, found.places) };
  return splice(file, place, { search, written });
}

/** Puts the written lines in the place of the searched ones; every other byte stays as it is. */
function splice(
  file: TextFile,
  place: Place,
  edit: { search: readonly string[]; written: readonly string[] },
): Outcome {
  const span = file.lines.slice(place.at, place.at + edit.search.length);
  const lines = mergeKept(edit, span, place.indent);
  if (lines === undefined)
    return {
      problem:
        'SEARCH was found with another indentation than the file has, and that of REPLACE cannot be derived from it. Copy the lines from the file with their exact white space.',
    };
  const [before, after] = [
    file.lines.slice(0, place.at),
    file.lines.slice(place.at + edit.search.length),
  ];
  const end = span.find((line) => line.end !== '')?.end ?? file.end;
  const last = span.at(-1)?.end ?? '';
  const ended = lines.map((line, index) => ({
    text: line.text,
    end: index === lines.length - 1 ? last : line.end || end,
  }));
  const all = [...before, ...ended, ...after];
  return { text: file.mark + all.map(({ text, end: e }) => text + e).join('') };
}

/** Lines of a text in which each line ends with `\n`. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** A line that stands for code left out is refused, unless the file itself has that very line. */
function elision(path: string, written: string, before: string): string | undefined {
  const real = new Set(before.split(/\r?\n/).map((line) => line.trim()));
  const line = linesOf(written).find((text) => isElision(text, path) && !real.has(text.trim()));
  return line === undefined
    ? undefined
    : `\`${line.trim()}\` stands for code that you left out. Write every line that shall stand in the file, or edit smaller parts.`;
}

/** Two names that one file system takes for the same, or a file where another path needs a folder. */
function pathClashes(files: readonly (readonly [string, unknown])[]): string[] {
  const paths = files.map(([path]) => path);
  return paths.flatMap((path) => {
    const inside = paths.find((other) => other.startsWith(`${path}/`));
    const twin = paths.find((other) => other > path && fold(other) === fold(path));
    if (inside !== undefined) return [`${path} cannot be a file and a folder (of ${inside}).`];
    return twin === undefined
      ? []
      : [`${path} and ${twin} differ only in case: keep to one spelling.`];
  });
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
