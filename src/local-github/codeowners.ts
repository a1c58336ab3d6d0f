/** CODEOWNERS: who owns which path, as GitHub reads the file, and what it finds wrong with it. */

/** Where it is looked for, in this order; the first that is there counts. */
export const ownersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

export interface OwnersRule {
  readonly pattern: RegExp;
  /** `@login`, `@organisation/team` or an address. */
  readonly owners: readonly string[];
}

export interface OwnersError {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly kind: 'Invalid pattern' | 'Invalid owner' | 'Unknown owner';
  readonly source: string;
  readonly suggestion: string | null;
}

export interface Owners {
  readonly rules: readonly OwnersRule[];
  readonly errors: readonly OwnersError[];
}

const ownerForm = /^(@[\w-]+(\[bot\])?|@[\w-]+\/[\w.-]+|[^@\s]+@[^@\s]+\.[^@\s]+)$/;

/** `isKnown` says whether an owner exists and may write; lines with anything wrong count for nothing. */
export function readOwners(text: string, isKnown: (owner: string) => boolean): Owners {
  const rules: OwnersRule[] = [];
  const errors: OwnersError[] = [];
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const source = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    const [path = '', ...owners] = source.trim().split(/(?<!\\)\s+/);
    if (path === '') continue;
    const wrong = complain(source, { path, owners, isKnown });
    if (wrong) errors.push({ ...wrong, line: at + 1, source });
    else rules.push({ pattern: patternOf(path), owners });
  }
  return { rules, errors };
}

interface Line {
  readonly path: string;
  readonly owners: readonly string[];
  readonly isKnown: (owner: string) => boolean;
}

function complain(
  source: string,
  { path, owners, isKnown }: Line,
): Pick<OwnersError, 'kind' | 'column' | 'suggestion'> | undefined {
  const columnOf = (part: string) => source.indexOf(part, part === path ? 0 : path.length) + 1;
  if (path.includes('***')) {
    const suggestion = `Did you mean \`${path.replaceAll(/\*{3,}/g, '**')}\`?`;
    return { kind: 'Invalid pattern', column: columnOf(path), suggestion };
  }
  if (path.startsWith('!') || /(?<!\\)[[\]]/.test(path))
    return { kind: 'Invalid pattern', column: columnOf(path), suggestion: null };
  const malformed = owners.find((owner) => !ownerForm.test(owner));
  if (malformed !== undefined)
    return { kind: 'Invalid owner', column: columnOf(malformed), suggestion: null };
  const unknown = owners.find((owner) => !isKnown(owner));
  if (unknown === undefined) return undefined;
  const what = unknown.includes('/') ? 'the team ' : '';
  const suggestion = `make sure ${what}${unknown} exists and has write access to the repository`;
  return { kind: 'Unknown owner', column: columnOf(unknown), suggestion };
}

/** As in .gitignore, but without negation and character ranges: an owner of a folder owns all that is in it. */
function patternOf(path: string): RegExp {
  const anchored = path.replace(/\/$/, '').includes('/');
  const body = path
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split(/(\*\*\/|\/\*\*|\*|\?|\\.)/)
    .map((part) => wildcards[part] ?? literal(part.replace(/^\\(.)$/, '$1')))
    .join('');
  const start = anchored ? '^' : '^(?:.*/)?';
  // `docs/*` owns the files in the folder, not what lies deeper.
  if (path.endsWith('/*')) return new RegExp(`${start}${body}$`);
  return new RegExp(`${start}${body}${path.endsWith('/') ? '/' : '(?:/|$)'}`);
}

const wildcards: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '/**': '/.*',
  '*': '[^/]*',
  '?': '[^/]',
};

function literal(text: string): string {
  return text.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
}

/** The owners of a path: those of the last rule that matches it. */
export function ownersOf({ rules }: Owners, path: string): readonly string[] {
  return rules.findLast(({ pattern }) => pattern.test(path))?.owners ?? [];
}

/** In GitHub's words, with the place marked below the line. */
export function errorMessage({ kind, line, column, source, suggestion }: OwnersError): string {
  const why = suggestion === null ? '' : ` ${suggestion}`;
  return `${kind} on line ${line}:${why}\n\n  ${source}\n  ${' '.repeat(column - 1)}^`;
}
