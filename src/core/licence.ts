/** Licence: an SPDX expression, and how much it asks of whoever ships what is under it. */

/** From the least that is asked to the most; `unknown` could be anything. */
const weights = ['permissive', 'weak', 'unknown', 'strong'] as const;
export type Weight = (typeof weights)[number];

export interface LicenceTerms {
  /** Licences that may come in: where it is given, no other may. */
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/** Shares what is built with it only under its own terms, also over a network. */
const strong =
  /^(?:A?GPL|SSPL|OSL|EUPL|CPAL|RPL|QPL|Sleepycat|BUSL|CC-BY-(?:NC|SA|ND)|Elastic|PolyForm|Commons-Clause)(?:$|-)/i;
/** Shares changes of itself. */
const weak = /^(?:LGPL|MPL|EPL|CDDL|CPL|APSL|MS-RL|CECILL-[BC]|LPL|IPL)(?:$|-)/i;
const permissive =
  /^(?:MIT|ISC|0BSD|BSD|Apache|Unlicense|CC0|CC-BY-[0-9]|Zlib|Python|PSF|BSL-1|WTFPL|Artistic-2|BlueOak|X11|NCSA|PostgreSQL|curl|libpng|OpenSSL|Unicode|ICU|OFL|AFL|MS-PL|HPND|Ruby|JSON|TCL|W3C|Beerware|MIT-0|Vim|NTP|FTL|IJG|ODC-By|OGC|UPL|ECL|EFL|CNRI|ZPL|PHP|Info-ZIP|bzip2|Libpng|Fair|FSFAP|Naumen|Xnet|CC-PDDC|PDDL)/i;

type Expression =
  | { readonly licence: string }
  | { readonly join: 'AND' | 'OR'; readonly parts: readonly Expression[] };

/** Characters of an expression, and depth of its brackets. */
const longest = 1_000;
const deepest = 20;

/** Undefined where the text is no SPDX expression: `SEE LICENSE IN file`, `UNLICENSED`, a sentence. */
export function readLicence(text: string): Expression | undefined {
  if (text.length > longest) return undefined;
  const words = text.replace(/[()]/g, ' $& ').trim().split(/\s+/);
  const read = readOr(words, 0);
  return words.length === 0 ? read?.expression : undefined;
}

interface Read {
  readonly expression: Expression;
}

/** `AND` binds closer than `OR`, as SPDX has it; the words that were read are taken from the list. */
function readOr(words: string[], depth: number): Read | undefined {
  return readJoined(words, 'OR', () => readJoined(words, 'AND', () => readOne(words, depth)));
}

function readJoined(
  words: string[],
  join: 'AND' | 'OR',
  next: () => Read | undefined,
): Read | undefined {
  const parts: Expression[] = [];
  do {
    const part = next();
    if (part === undefined) return undefined;
    parts.push(part.expression);
  } while (words[0]?.toUpperCase() === join && words.shift() !== undefined);
  const [only] = parts;
  return { expression: parts.length === 1 && only ? only : { join, parts } };
}

function readOne(words: string[], depth: number): Read | undefined {
  const word = words.shift() ?? '';
  if (word === '(') {
    const inner = depth < deepest ? readOr(words, depth + 1) : undefined;
    return words.shift() === ')' ? inner : undefined;
  }
  if (!/^[A-Za-z0-9][\w.:+-]*$/.test(word) || /^(?:AND|OR|WITH)$/i.test(word)) return undefined;
  if (words[0]?.toUpperCase() !== 'WITH') return { expression: { licence: word } };
  const [, exception] = words.splice(0, 2);
  return exception === undefined
    ? undefined
    : { expression: { licence: `${word} WITH ${exception}` } };
}

/** The best choice that `OR` leaves, the worst of what `AND` puts together. An exception takes the most out of a licence. */
export function weightOf(text: string): Weight {
  const expression = readLicence(text);
  if (expression === undefined || /^UNLICEN[CS]ED$/i.test(text)) return 'unknown';
  return weigh(expression);
}

function weigh(expression: Expression): Weight {
  if ('licence' in expression) return weightOfName(expression.licence);
  const ranks = expression.parts.map((part) => weights.indexOf(weigh(part)));
  const rank = expression.join === 'OR' ? Math.min(...ranks) : Math.max(...ranks);
  return weights[rank] ?? 'unknown';
}

function weightOfName(licence: string): Weight {
  if (strong.test(licence)) return licence.includes(' WITH ') ? 'weak' : 'strong';
  if (weak.test(licence)) return 'weak';
  return permissive.test(licence) ? 'permissive' : 'unknown';
}

/** Whether the terms let it in; undefined where they say nothing of it. */
export function isAllowed(text: string, { allow, deny = [] }: LicenceTerms): boolean | undefined {
  const expression = readLicence(text);
  if (expression === undefined) return allow === undefined ? undefined : false;
  const answer = (each: Expression): boolean | undefined => {
    if ('licence' in each) return oneAllowed(each.licence, { allow, deny });
    const answers = each.parts.map(answer);
    const [decisive, other] = each.join === 'OR' ? [true, false] : [false, true];
    if (answers.includes(decisive)) return decisive;
    return answers.every((one) => one === other) ? other : undefined;
  };
  return answer(expression);
}

function oneAllowed(licence: string, { allow, deny = [] }: LicenceTerms): boolean | undefined {
  const names = (list: readonly string[]) => list.some((each) => covers(each, licence));
  if (names(deny)) return false;
  return allow === undefined ? undefined : names(allow);
}

/** `GPL-3.0` names `GPL-3.0-only` and `GPL-3.0-or-later` too, as it did before SPDX told them apart. */
function covers(named: string, licence: string): boolean {
  const plain = licence.replace(/(?:-only|-or-later|\+)$/i, '').toLowerCase();
  return named.toLowerCase() === licence.toLowerCase() || named.toLowerCase() === plain;
}
