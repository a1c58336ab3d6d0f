/** Reads what people type into a search for issues: words and `name:value` qualifiers. */

export interface Qualifier {
  readonly name: string;
  readonly value: string;
  /** `-label:bug` */
  readonly not: boolean;
}

export interface Query {
  /** Small letters; each must be found. */
  readonly words: readonly string[];
  readonly qualifiers: readonly Qualifier[];
}

/** Everything else that looks like a qualifier is a word, as GitHub takes it. */
const known = new Set([
  ...['repo', 'org', 'user', 'is', 'type', 'state', 'in', 'author', 'assignee', 'mentions'],
  ...['label', 'no', 'milestone', 'head', 'base', 'sha', 'draft', 'sort'],
  ...['created', 'updated', 'closed', 'merged', 'comments'],
]);

export function parseQuery(text: string): Query {
  const parts = text.match(/-?[\w-]+:"[^"]*"|"[^"]*"|\S+/g) ?? [];
  const words: string[] = [];
  const qualifiers: Qualifier[] = [];
  for (const part of parts) {
    const [, minus, name = '', value = ''] = /^(-?)([\w-]+):(.+)$/s.exec(part) ?? [];
    if (known.has(name.toLowerCase()))
      qualifiers.push({ name: name.toLowerCase(), value: unquoted(value), not: minus === '-' });
    else words.push(unquoted(part).toLowerCase());
  }
  return { words, qualifiers };
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/s, '$1');
}

/** What a comparison such as `>=2026-01-01`, `<5`, `*..3` or `2026-01-31` says of a value; days are whole. */
export function inRange(value: string, wanted: string): boolean {
  const [, low, high] = /^(.+)\.\.(.+)$/.exec(wanted) ?? [];
  if (low !== undefined && high !== undefined)
    return isPast(value, '>=', low) && isPast(value, '<=', high);
  const [, sign = '', bound = ''] = /^(>=|<=|>|<)?(.*)$/s.exec(wanted) ?? [];
  return isPast(value, sign, bound);
}

/** `*` is no bound. */
function isPast(value: string, sign: string, bound: string): boolean {
  if (bound === '*') return true;
  const order = Math.sign(compare(value, bound));
  const allowed: Readonly<Record<string, readonly number[]>> = {
    '': [0],
    '>': [1],
    '<': [-1],
    '>=': [0, 1],
    '<=': [0, -1],
  };
  return allowed[sign]?.includes(order) ?? false;
}

function compare(value: string, bound: string): number {
  if (/^\d+$/.test(bound)) return Math.sign(Number(value) - Number(bound));
  const day = /^\d{4}-\d\d-\d\d$/.test(bound);
  const own = day ? value.slice(0, 10) : String(Date.parse(value));
  const other = day ? bound : String(Date.parse(bound));
  return day ? own.localeCompare(other) : Math.sign(Number(own) - Number(other));
}
