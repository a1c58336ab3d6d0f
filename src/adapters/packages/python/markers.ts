/** Environment markers of Python's requirements: whether a package is needed on this interpreter. */
import { LockfileRefused } from '#adapters/packages/phases.ts';
import type { Interpreter } from './interpreter.ts';

/** The kinds of words, each tried where the last one ended. */
const kinds = {
  open: /\s*(\()/uy,
  close: /\s*(\))/uy,
  operator: /\s*(<=|>=|===|==|!=|~=|<|>|not\s+in\b|in\b)/uy,
  word: /\s*(and|or)\b/uy,
  name: /\s*([a-z_.]+)/uy,
  text: /\s*(?:'([^']*)'|"([^"]*)")/uy,
} as const;

interface Token {
  readonly kind: string;
  readonly text: string;
}

function tokensOf(marker: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = marker.trim();
  let at = 0;
  while (at < text.length) {
    const before = at;
    for (const [kind, pattern] of Object.entries(kinds)) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (!found) continue;
      tokens.push({ kind, text: (found[1] ?? found[2] ?? '').replace(/^not\s+/u, 'not ') });
      at = pattern.lastIndex;
      break;
    }
    if (at === before)
      throw new LockfileRefused(`A marker is not understood: ${text.slice(0, 200)}`);
  }
  return tokens;
}

/** The numbers of a version; what follows them (`rc1`, `+local`) does not decide here. */
function numbersOf(version: string): readonly number[] {
  const numbers = /^\d+(?:\.\d+)*/u.exec(version.trim())?.[0].split('.').map(Number) ?? [];
  return numbers;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function startsWith(one: readonly number[], other: readonly number[]): boolean {
  return compare(one.slice(0, other.length), other) === 0;
}

const ofVersions: Readonly<
  Record<string, (a: readonly number[], b: readonly number[]) => boolean>
> = {
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
  '==': (a, b) => compare(a, b) === 0,
  '!=': (a, b) => compare(a, b) !== 0,
  '~=': (a, b) => compare(a, b) >= 0 && startsWith(a, b.slice(0, -1)),
};

const ofTexts: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  '==': (a, b) => a === b,
  '===': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  in: (a, b) => b.includes(a),
  'not in': (a, b) => !b.includes(a),
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function holds(left: string, operator: string, right: string): boolean {
  const [one, other] = [numbersOf(left), numbersOf(right)];
  const versions = one.length > 0 && other.length > 0;
  if (versions && /^[=!]=$/u.test(operator) && right.endsWith('.*')) {
    return startsWith(one, other) === (operator === '==');
  }
  const ask = versions ? ofVersions[operator] : undefined;
  if (ask) return ask(one, other);
  return ofTexts[operator]?.(left, right) ?? false;
}

/** The old names that tools still write. */
const aliases: Readonly<Record<string, string>> = {
  'os.name': 'os_name',
  'sys.platform': 'sys_platform',
  'platform.machine': 'platform_machine',
  'platform.version': 'platform_version',
  python_implementation: 'platform_python_implementation',
};

/** Extras are none here: who reads a lockfile follows them itself. Throws LockfileRefused. */
export function markerHolds(marker: string, interpreter: Interpreter): boolean {
  const tokens = tokensOf(marker);
  let at = 0;
  const refuse = (): never => {
    throw new LockfileRefused(`A marker is not understood: ${marker.slice(0, 200)}`);
  };
  const facts = new Map<string, string | null>(Object.entries(interpreter));
  const value = (): string => {
    const next = tokens[at];
    at += 1;
    if (next?.kind === 'text') return next.text;
    if (next?.kind !== 'name') return refuse();
    if (next.text === 'extra') return '';
    return facts.get(aliases[next.text] ?? next.text) ?? refuse();
  };
  const term = (depth: number): boolean => {
    if (depth > 50) refuse();
    if (tokens[at]?.kind === 'open') {
      at += 1;
      const inner = either(depth + 1);
      if (tokens[at]?.kind !== 'close') refuse();
      at += 1;
      return inner;
    }
    const left = value();
    const operator = tokens[at];
    at += 1;
    return operator?.kind === 'operator' ? holds(left, operator.text, value()) : refuse();
  };
  const joined = (word: string, part: (depth: number) => boolean, depth: number): boolean[] => {
    const parts = [part(depth)];
    for (let next = tokens[at]; next?.kind === 'word' && next.text === word; next = tokens[at]) {
      at += 1;
      parts.push(part(depth));
    }
    return parts;
  };
  const both = (depth: number): boolean => joined('and', term, depth).every(Boolean);
  const either = (depth: number): boolean => joined('or', both, depth).some(Boolean);
  const answer = either(0);
  return at === tokens.length ? answer : refuse();
}
