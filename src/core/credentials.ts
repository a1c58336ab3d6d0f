/** Credentials: keys, tokens and passwords in a text that is to be published, each with its place and how sure it is. */
import { redact } from './redact.ts';
import { secretShapes, type SecretShape } from './secret-shapes.ts';

/** One place that looks like a secret. */
export interface FoundSecret {
  /** Of the table of shapes, or `named-secret` for a guess. */
  readonly shape: Pick<SecretShape, 'name' | 'about' | 'doubtful'>;
  /** The secret itself: for arithmetic only, never to be shown. */
  readonly value: string;
  /** Where the secret begins and ends in the text, in characters. */
  readonly start: number;
  readonly end: number;
}

/** A text that was written in base64 or hexadecimal to look like nothing. */
const packed = /[A-Za-z0-9+/_-]{40,}={0,2}|(?:[0-9a-fA-F]{2}){20,}/g;

/** Whether anything in the text has the form of a credential, also where it is packed; it blocks, so guesses are left out. */
export function holdsCredential(text: string): boolean {
  return isCredential(text) || packedParts(text).some(({ inner }) => inner.some(isCredential));
}

function isCredential(text: string): boolean {
  return matches(text).next().done !== true || redact(text) !== text;
}

function packedParts(text: string) {
  return [...text.matchAll(packed)].map(({ 0: whole, index }) => ({
    start: index,
    end: index + whole.length,
    inner: [
      Buffer.from(whole, 'base64').toString('latin1'),
      ...(/^[0-9a-fA-F]+$/.test(whole) ? [Buffer.from(whole, 'hex').toString('latin1')] : []),
    ],
  }));
}

function* matches(text: string): Generator<FoundSecret> {
  const lower = text.toLowerCase();
  for (const shape of secretShapes) {
    if (!shape.words.some((word) => lower.includes(word))) continue;
    for (const match of text.matchAll(shape.pattern)) {
      const value = match.groups?.value ?? match[0];
      if (shape.holds?.(value) === false) continue;
      const start = match.index + match[0].lastIndexOf(value);
      yield { shape, value, start, end: start + value.length };
    }
  }
}

/** `password = "..."`: a name that says what it is, and a text that nobody would make up. */
const named =
  /(?:pass(?:word|wd|phrase)|secret|token|api_?key|private_?key|credential)\w{0,40}["']?\s{0,20}(?::|=|:=|=>)\s{0,20}["'](?<value>[^"'\s]{16,500})["']/gi;

const guess = { name: 'named-secret', about: 'a secret, by its name', doubtful: true } as const;

function* guesses(text: string): Generator<FoundSecret> {
  for (const match of text.matchAll(named)) {
    const value = match.groups?.value ?? '';
    if (entropy(value) < 3.5) continue;
    const start = match.index + match[0].lastIndexOf(value);
    yield { shape: guess, value, start, end: start + value.length };
  }
}

/** Whether a text that is called a secret is as random as one: a guess, which is told and does not block. */
export function mayHoldSecret(text: string): boolean {
  return guesses(text).next().done !== true;
}

/**
 * Every secret in the text, in the order of their places; what two shapes fit is said once. What somebody made up to
 * show how a secret looks is none, and neither is a guess that reads like a name or a template.
 */
export function findSecrets(text: string): readonly FoundSecret[] {
  const inside = packedParts(text).flatMap(({ start, end, inner }) =>
    inner.flatMap((part) => [...matches(part)]).map((found) => ({ ...found, start, end })),
  );
  const all = [...matches(text), ...inside, ...[...guesses(text)].filter(isRandom)];
  const kept: FoundSecret[] = [];
  for (const found of all) {
    const overlaps = kept.some(({ start, end }) => start < found.end && found.start < end);
    if (!overlaps && !isMadeUp(found)) kept.push(found);
  }
  return kept.sort((one, other) => one.start - other.start);
}

const placeholder =
  /example|sample|placeholder|change_?me|dummy|fake|redacted|your[_-]|insert[_-]|xxxx|\*{3}|\.{3}|\$\{|<[a-z]|(.)\1{5}|012345|123456|abcdef|not[_-]?a?[_-]?(?:real|secret)|foobar|deadbeef/i;

/** In keys that are text the words of examples count; bits alone tell nothing of short passwords. */
function isMadeUp({ shape, value }: FoundSecret): boolean {
  if (shape.name.endsWith('private-key')) return isStub(value);
  if (shape.name === 'signed-token') return !isSigned(value);
  if (shape.name === 'password-in-address' && /^\W|^[a-z]+(?:[-_][a-z]+)*$/.test(value))
    return true;
  // Words with separators between them: `glpat-token_for_another_place`.
  if (/^[A-Za-z]+(?:[_-][A-Za-z]+){3,}$/.test(value)) return true;
  return placeholder.test(value) || (value.length >= 16 && entropy(value) < 2.8);
}

/** A frame without a key in it: the next thing is not a line of base64, after the headers that old keys have. */
function isStub(value: string): boolean {
  const body = value.slice(0, 1_000).replace(/\\[nr]|["'`,+\s]|[A-Z][A-Za-z-]+: .*$/gm, '');
  return (
    !/-----[A-Za-z0-9/=]{40}/.test(body) || /(.)\1{9}/.test(body.replace(/-----.*?-----/g, ''))
  );
}

/** A header that names how it was signed; not the one of the sample that everybody copies. */
function isSigned(value: string): boolean {
  const [header = '', body = ''] = value.split('.');
  const plain = (part: string) => Buffer.from(part, 'base64url').toString('latin1');
  return plain(header).includes('"alg"') && !/John Doe|1234567890/.test(plain(body));
}

/** Digits and letters mixed as chance does it: no words with separators, no paths, no code. */
function isRandom({ value }: FoundSecret): boolean {
  if (/[\s(){}<>[\],;]|^\/|:\/\//.test(value)) return false;
  const words = value.split(/[^A-Za-z0-9]+/).filter((part) => /^[A-Za-z]?[a-z]+$/.test(part));
  const spelled = words.filter((word) => word.length > 2).join('').length;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && spelled < value.length / 2;
}

/** Bits for each character, by how often each stands in the text. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
