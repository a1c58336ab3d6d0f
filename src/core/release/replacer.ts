/** Search and replace as configurations write it: a regular expression between slashes or plain text, groups, and changes of case. */

export interface Replacer {
  readonly search: RegExp;
  readonly replace: string;
}

/**
 * `/pattern/flags` as a regular expression, anything else as the text itself wherever it stands. Undefined when it is no
 * expression. It runs on JavaScript's own engine, so that it finds what it finds there, and may take for ever:
 * who runs configurations of others stops it after a while.
 */
export function patternOf(text: string): RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/([AJUXgimsux]*)$/.exec(text) ?? [];
  if (source === undefined) return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'g');
  // `A`, `J`, `U`, `X` and `x` mean something in other languages only.
  const known = [...new Set(flags)].filter((flag) => 'gimsu'.includes(flag)).join('');
  try {
    return new RegExp(source, known);
  } catch {
    return undefined;
  }
}

export function replaceAll(text: string, { search, replace }: Replacer): string {
  const pieces = piecesOf(replace);
  return text.replace(search, (...found: readonly unknown[]) => {
    const at = found.findIndex((value) => typeof value === 'number');
    const groups = found.slice(0, at).map((group) => (typeof group === 'string' ? group : ''));
    return pieces.map((piece) => textOf(piece, groups)).join('');
  });
}

/** Text, or a group with what is to be done to its case. */
type Piece = string | { readonly group: number; readonly cases: readonly string[] };

function textOf(piece: Piece, groups: readonly string[]): string {
  if (typeof piece === 'string') return piece;
  return inCase(groupOf(piece.group, groups), piece.cases);
}

/** `$12` is group 1 and a 2 where there are not so many. */
function groupOf(number: number, groups: readonly string[]): string {
  if (number < groups.length) return groups[number] ?? '';
  const shorter = Math.trunc(number / 10);
  if (shorter === 0) return `$${String(number)}`;
  return groupOf(shorter, groups) + String(number % 10);
}

/** `\u` and `\l` change one letter each, `\U` and `\L` all that are left, `\E` none any more. */
function inCase(text: string, cases: readonly string[]): string {
  let [changed, at] = ['', 0];
  for (const one of cases) {
    const [letter, rest] = [text.slice(at, at + 1), text.slice(at)];
    if (one === 'E') break;
    if (one === 'U') return changed + each(rest, (unit) => unit.toUpperCase());
    if (one === 'L') return changed + each(rest, (unit) => unit.toLowerCase());
    changed += one === 'u' ? letter.toUpperCase() : letter.toLowerCase();
    at += 1;
  }
  return changed + text.slice(at);
}

/** Unit by unit, so that no letter depends on its neighbours. */
function each(text: string, change: (unit: string) => string): string {
  return text.split('').map(change).join('');
}

const written: Readonly<Record<string, string>> = {
  '\\\\': '\\',
  '\\n': '\n',
  '\\t': '\t',
  $$: '$',
};

/** Of a lone backslash and what follows it, nothing is special: `\d` is `\d`, and so is the `$1` of `\$1` no group. */
function piecesOf(replace: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let cases: string[] = [];
  for (const [token] of replace.matchAll(/\\[^]|\$[1-9]\d|\$[^]|[^\\$]+|[^]/g)) {
    const group = /^\$(?:[&0]|([1-9]\d?))$/.exec(token);
    if (/^\\[uUlLE]$/.test(token)) cases.push(token.slice(1));
    else if (group) {
      pieces.push({ group: Number(group[1] ?? 0), cases });
      cases = [];
    } else pieces.push(written[token] ?? token);
  }
  return pieces;
}
