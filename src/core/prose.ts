/**
 * Prose: the lines of a Markdown text without what is code in it. Stricter than Markdown: what it takes for code is code to
 * every reader, and where readers might differ it says so.
 */

export interface Prose {
  /** Lines outside of fences, with one sign for each code span. */
  readonly lines: readonly string[];
  /** What may be read in two ways. */
  readonly problems: readonly string[];
}

/** Stands for code: no letter, no blank, and nothing that Markdown knows. */
const covered = '\u00a4';

/** Languages whose code is only coloured: others are drawn, or applied by a click. */
const shownOnly = ['', 'text', 'diff', 'sh', 'json'];

interface Reading {
  readonly lines: string[];
  readonly problems: string[];
  /** The fence that stands open, or nothing. */
  fence: string;
  isAfterBlank: boolean;
  inHtml: boolean;
}

export function proseOf(markdown: string): Prose {
  const found: Reading = { lines: [], problems: [], fence: '', isAfterBlank: true, inHtml: false };
  const all = markdown.split('\n');
  const tables = inTables(all);
  for (const [at, line] of all.entries()) {
    const opened = /^(`{3,})([^`]*)$/.exec(line);
    if (found.fence !== '') readCode(found, line);
    else if (opened !== null && found.isAfterBlank) open(found, opened);
    else readProse(found, line, tables.has(at));
    found.isAfterBlank = line.trim() === '';
  }
  return found;
}

function open(found: Reading, [, fence = '', language = '']: RegExpExecArray): void {
  found.fence = fence;
  if (!shownOnly.includes(language.trim())) found.problems.push('a fence that is drawn');
}

function readCode(found: Reading, line: string): void {
  if (closes(line, found.fence)) found.fence = '';
  else if (command.test(line)) found.problems.push('a command in code');
}

function readProse(found: Reading, line: string, isRow: boolean): void {
  found.inHtml = line.trim() !== '' && (found.inHtml || htmlBlock.test(line));
  const { text, problem } = withoutSpans(line, isRow);
  found.lines.push(text);
  if (problem !== undefined) found.problems.push(problem);
  if (found.inHtml && line.includes('`')) found.problems.push('code in HTML');
  if (/^[ \t>*+-]*(?:`{3}|~{3})/.test(line)) found.problems.push('a fence within other text');
}

/** Other bots read them wherever a line begins so, whether it is code or not. */
const command = /^[ \t]*(?:\/[A-Za-z][\w-]*(?![\w/-])|::[A-Za-z])/;

/** Up to the next blank line nothing is code there. */
const htmlBlock = /^[ \t>*+\d.-]*<\/?(?:(?:details|summary)\b|(?:sub|br)>\s*$)/i;

/** Numbers of the lines that may be rows: those of a paragraph in which a line of dashes and bars stands. */
function inTables(lines: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>();
  let paragraph: number[] = [];
  const end = () => {
    if (paragraph.some((at) => isRuler(lines[at] ?? ''))) for (const at of paragraph) found.add(at);
    paragraph = [];
  };
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') end();
    else paragraph.push(at);
  }
  end();
  return found;
}

function isRuler(line: string): boolean {
  return /^[ \t>*+|:-]+$/.test(line) && line.includes('|') && line.includes('-');
}

function closes(line: string, fence: string): boolean {
  const signs = line.trimEnd();
  return /^`+$/.test(signs) && signs.length >= fence.length;
}

/** A line by itself: a span that goes over its end is not taken for one. */
function withoutSpans(
  line: string,
  isRow: boolean,
): { readonly text: string; readonly problem?: string } {
  const parts = spansOf(line);
  if (parts === undefined) return { text: '', problem: 'a code span that does not end' };
  // Rows are cut at every bar, also in code.
  if (isRow && parts.some(({ text, code }) => code && /(?<!\\)\|/.test(text)))
    return { text: '', problem: 'a row that is cut in its code' };
  return { text: parts.map(({ text, code }) => (code ? covered : text)).join('') };
}

export interface Span {
  readonly text: string;
  readonly code: boolean;
}

/** The parts of a line; undefined where a run of backticks has no other half in it, so that lines around it matter. */
export function spansOf(line: string): readonly Span[] | undefined {
  const parts: Span[] = [];
  let text = '';
  for (let at = 0; at < line.length;) {
    const [run = ''] = /^`+/.exec(line.slice(at, at + 100)) ?? [];
    if (run === '') {
      const size = line[at] === '\\' ? 2 : 1;
      text += line.slice(at, at + size);
      at += size;
      continue;
    }
    const end = endOfSpan(line, at + run.length, run.length);
    if (end === undefined) return undefined;
    parts.push({ text, code: false }, { text: line.slice(at, end), code: true });
    text = '';
    at = end;
  }
  return [...parts, { text, code: false }];
}

/** Behind the next run of backticks that is exactly as long. */
function endOfSpan(line: string, from: number, length: number): number | undefined {
  for (const { 0: run, index } of line.slice(from).matchAll(/`+/g))
    if (run.length === length) return from + index + length;
  return undefined;
}
