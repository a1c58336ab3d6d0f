/**
 * Format: the report of any tool as what it says. Whoever wrote the report may want to deceive: it is read strictly, and
 * only what lies in the tree counts. To add one: a file in `formats/` with a function of this type, its line in `formats/all.ts`,
 * and its name in `core/declared-tool.ts`.
 */
import type { Level, Said } from '#core/finding.ts';
import type { Unread } from './check.ts';

export interface FormatContext {
  /** The repository's folder in the sandbox. */
  readonly root: string;
  /** For `regex`. */
  readonly pattern?: string | undefined;
}

/** `failed`: the tool says itself that it did not come to an end. Undefined: the text is no such report. */
export type ReadReport =
  | { readonly said: readonly Said[]; readonly unread: readonly Unread[] }
  | { readonly failed: string }
  | undefined;

export type FormatReader = (text: string, context: FormatContext) => ReadReport;

/** Findings of one report; a tool that has more to say has lost its way. */
const most = 20_000;

/** What was read, with a note of what could not be: findings of no file of the tree, and those beyond the limit. */
export function reportOf(
  all: readonly (Said | undefined)[],
  unread: readonly Unread[] = [],
): ReadReport {
  const said = all.filter((each) => each !== undefined);
  const lost = all.length - said.length;
  return {
    said: said.slice(0, most),
    unread: [
      ...unread,
      ...(lost > 0 ? [dark(`${String(lost)} of its findings name no file of the tree`)] : []),
      ...(said.length > most ? [dark(`only its first ${String(most)} findings were read`)] : []),
    ],
  };
}

function dark(reason: string): Unread {
  return { path: 'the report', reason };
}

/** The path of a finding as the tree has it; undefined where it leads out of the tree. */
export function pathIn(named: string, root: string): string | undefined {
  const plain = decoded(named.replace(/^file:(?:\/\/)?(?=\/)/, '')).replaceAll('\\', '/');
  const relative = plain.startsWith(`${root}/`) ? plain.slice(root.length + 1) : plain;
  const parts = relative.split('/').filter((part) => part !== '.' && part !== '');
  const isInside = !relative.startsWith('/') && !/^[a-z][a-z+.-]+:/i.test(relative);
  return isInside && parts.length > 0 && !parts.includes('..') ? parts.join('/') : undefined;
}

function decoded(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that is one: then it is a name and no address.
    return text;
  }
}

const errors = /^(?:error|err|e|fatal|critical|blocker|high|failure|danger)$/i;
const notes =
  /^(?:note|notice|info|information|informational|hint|style|low|minor|debug|refactor|convention|suggestion|ignore)$/i;

/** The level behind any of the words that tools have for it. */
export function levelOf(word: string | undefined): Level {
  if (word === undefined) return 'warning';
  if (errors.test(word)) return 'error';
  return notes.test(word) ? 'note' : 'warning';
}
