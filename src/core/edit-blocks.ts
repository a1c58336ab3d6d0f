/**
 * Blocks: the plain-text form in which a model writes edits. Prompts describe it with these words:
 *
 *     src/lines.ts                    src/new.ts                src/old.ts
 *     <<<<<<< SEARCH                  <<<<<<< FILE              <<<<<<< DELETE
 *     lines as they are now           all lines of the file
 *     =======                         >>>>>>> FILE
 *     lines as they shall be
 *     >>>>>>> REPLACE
 *
 * The path stands alone on the line above. An empty SEARCH part creates a file; an empty REPLACE part removes lines.
 * FILE writes a whole file: a new one, or a short one anew. Where the lines themselves hold such markers, all markers
 * of the block are written with more signs than those.
 */

/** Texts have `\n` line ends; each line ends with one. `block` numbers them as they were written, from 1. */
export type Block =
  | {
      readonly kind: 'replace';
      readonly block: number;
      readonly path: string;
      /** Empty: the file is new. */
      readonly search: string;
      readonly replace: string;
    }
  | {
      readonly kind: 'write';
      readonly block: number;
      readonly path: string;
      readonly content: string;
    }
  | { readonly kind: 'delete'; readonly block: number; readonly path: string };

interface Opener {
  readonly signs: number;
  readonly word: 'SEARCH' | 'FILE' | 'DELETE';
  /** What follows the word: a path, or nothing. */
  readonly rest: string;
}

interface Body {
  readonly parts: readonly (readonly string[])[];
  /** Index of the first line after the block. */
  readonly next: number;
}

const closers = { SEARCH: 'REPLACE', FILE: 'FILE', DELETE: 'DELETE' } as const;

const moreSigns =
  'If the lines themselves hold such markers, write all markers of this block with nine signs (`<<<<<<<<< SEARCH`, `=========`, `>>>>>>>>> REPLACE`).';

export function readBlocks(text: string): {
  readonly blocks: readonly Block[];
  readonly problems: readonly string[];
} {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  const problems: string[] = [];
  let [block, since, path] = [0, 0, ''];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const opener = openerOf(line);
    if (opener === undefined) {
      if (closerOf(line) !== undefined) problems.push(strayCloser(block, line.trim()));
      continue;
    }
    block += 1;
    const named = opener.rest === '' ? pathAbove(lines.slice(since, at), path) : opener.rest;
    path = named === undefined ? path : tidy(named);
    const body = bodyOf(lines, at, opener);
    if (named === undefined) problems.push(nameless(block, opener.word));
    else if ('problem' in body) problems.push(`Block ${block} (${path}): ${body.problem}`);
    else blocks.push(blockOf(opener, { block, path }, body));
    since = 'problem' in body ? at + 1 : body.next;
    at = since - 1;
  }
  return { blocks, problems };
}

function nameless(block: number, word: string): string {
  return `Block ${block}: write the file's path alone on the line above \`<<<<<<< ${word}\`.`;
}

function strayCloser(block: number, marker: string): string {
  return `After block ${block}: \`${marker}\` closes a block that was never opened. Each block begins with \`<<<<<<< SEARCH\`, its path on the line above.`;
}

function openerOf(line: string): Opener | undefined {
  const [, signs = '', word, rest = ''] =
    /^ {0,3}(<{5,20}) ?(SEARCH|FILE|DELETE)\b:?(.*)$/.exec(line) ?? [];
  if (word !== 'SEARCH' && word !== 'FILE' && word !== 'DELETE') return undefined;
  return { signs: signs.length, word, rest: rest.trim().replaceAll('`', '') };
}

function closerOf(line: string): { readonly signs: number; readonly word: string } | undefined {
  const [, signs, word] = /^ {0,3}(>{5,20}) ?(REPLACE|FILE|DELETE)\s*$/.exec(line) ?? [];
  return signs === undefined || word === undefined ? undefined : { signs: signs.length, word };
}

/** From the opener to its closer; a closer or divider of another length counts only where none fits. */
function bodyOf(lines: readonly string[], at: number, opener: Opener): Body | { problem: string } {
  const word = closers[opener.word];
  const reach = lines.findIndex(
    (line, index) => index > at && openerOf(line)?.signs === opener.signs,
  );
  const end = reach < 0 ? lines.length : reach;
  const closing = (fits: (signs: number) => boolean) =>
    lines.findIndex((line, index) => {
      const closer = index > at && index < end ? closerOf(line) : undefined;
      return closer?.word === word && fits(closer.signs);
    });
  const exact = closing((signs) => signs === opener.signs);
  const close = exact < 0 ? closing(() => true) : exact;
  // Nothing stands in a DELETE block: its closer may be missing.
  if (opener.word === 'DELETE') return { parts: [], next: (close < 0 ? at : close) + 1 };
  if (close < 0)
    return {
      problem: `The block is not closed: no \`${'>'.repeat(opener.signs)} ${word}\` before ${reach < 0 ? 'the end of the answer' : 'the next block'}. ${moreSigns}`,
    };
  const inner = lines.slice(at + 1, close);
  const parts = opener.word === 'FILE' ? [inner] : divided(inner, opener.signs);
  return Array.isArray(parts) ? { parts, next: close + 1 } : parts;
}

function divided(inner: readonly string[], signs: number): string[][] | { problem: string } {
  const rulers = inner.flatMap((line, index) => (/^={5,20}\s*$/.test(line) ? [index] : []));
  const exact = rulers.filter((index) => inner[index]?.trimEnd().length === signs);
  const [divider, ...others] = exact.length > 0 ? exact : rulers;
  if (divider === undefined)
    return { problem: 'A line `=======` must stand between the SEARCH and the REPLACE part.' };
  if (others.length > 0)
    return { problem: `Several \`=======\` lines: which one divides it? ${moreSigns}` };
  return [inner.slice(0, divider), inner.slice(divider + 1)];
}

function blockOf(opener: Opener, named: { block: number; path: string }, body: Body): Block {
  const [first = '', second = ''] = body.parts.map((part) => joined(unfenced(part, named.path)));
  switch (opener.word) {
    case 'SEARCH':
      return { kind: 'replace', ...named, search: first, replace: second };
    case 'FILE':
      return { kind: 'write', ...named, content: first };
    case 'DELETE':
      return { kind: 'delete', ...named };
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

const fence = /^\s*(?:`{3,}|~{3,})(.*)$/;

/** Drops a Markdown fence that was put around the lines of a part, inside the markers. */
function unfenced(lines: readonly string[], path: string): readonly string[] {
  const wrapped =
    lines.length > 1 &&
    fence.test(lines[0] ?? '') &&
    fence.exec(lines.at(-1) ?? '')?.[1]?.trim() === '';
  return wrapped && !/\.(?:md|mdx|markdown)$/i.test(path) ? lines.slice(1, -1) : lines;
}

/** The path that the lines since the last block give; without one, the block is another of the same file. */
function pathAbove(lines: readonly string[], earlier: string): string | undefined {
  for (const line of lines.toReversed()) {
    const info = fence.exec(line)?.[1];
    if (line.trim() === '' || (info !== undefined && !info.includes('/'))) continue;
    const named = info === undefined ? pathIn(line) : info.trim().split(/\s+/).at(-1);
    if (named !== undefined) return named;
    break;
  }
  return earlier === '' ? undefined : earlier;
}

/** A line that is a path in any of the dresses that models give it, or prose that names exactly one. */
function pathIn(line: string): string | undefined {
  const bare = line
    .trim()
    .replace(/^(?:[-*+]|\d+[.)]|#{1,6}|\/\/|<!--)\s+/, '')
    .replace(/\s*-->$/, '')
    .replace(/^\*\*(.*)\*\*:?$/, '$1');
  const labelled = /^(?:file ?(?:name)?|path)\s*:\s*(.+)$/i.exec(bare)?.[1];
  const quoted = /^(["'`]+)([^"'`]+)\1:?$/.exec(labelled ?? bare)?.[2];
  return quoted ?? labelled ?? pathInWords(bare);
}

function pathInWords(words: string): string | undefined {
  if (/^(?:\S*[./]\S*|\S*[^\s:])$/.test(words)) return words.replace(/:$/, '');
  const named = new Set(
    words.match(/(?<=`)[^`\s]*[./][^`\s]*(?=`)|[\w@.-]+\/[\w@./-]*\.\w+/g) ?? [],
  );
  return named.size === 1 ? [...named][0] : undefined;
}

function tidy(path: string): string {
  return path.trim().replace(/^(?:\.\/)+/, '');
}
