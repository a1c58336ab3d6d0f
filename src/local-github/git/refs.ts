/** Branches, tags and history of a bare repository. */
import { lasting } from './lasting.ts';
import { readLooseRef } from './loose.ts';
import { readCommits } from './objects.ts';
import type { Commit } from './objects.ts';
import { ask, git } from './run.ts';

export interface Ref {
  /** With `refs/` in front. */
  readonly name: string;
  readonly sha: string;
  readonly type: string;
}

/** Refs whose name starts with `prefix`, sorted by name. */
export async function listRefs(folder: string, prefix = 'refs/'): Promise<readonly Ref[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(objecttype)';
  const below = prefix.endsWith('/') ? [prefix] : [];
  const { text } = await git(folder, ['for-each-ref', format, ...below]);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', sha = '', type = ''] = line.split('\0');
      return { name, sha, type };
    })
    .filter(({ name }) => name.startsWith(prefix));
}

export async function readRef(folder: string, name: string): Promise<string | undefined> {
  const known = name.startsWith('refs/') ? await readLooseRef(folder, name) : undefined;
  if (known !== undefined) return known ?? undefined;
  return ask(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
}

/** False when the ref is not at `before` any more; null is "does not exist". */
export async function moveRef(
  folder: string,
  name: string,
  { before, after }: { readonly before: string | null; readonly after: string | null },
): Promise<boolean> {
  const zero = '0'.repeat(40);
  const argv =
    after === null
      ? ['update-ref', '-d', name, before ?? zero]
      : ['update-ref', name, after, before ?? zero];
  return (await git(folder, argv, { answers: [1, 128] })).code === 0;
}

export async function isAncestor(folder: string, older: string, newer: string): Promise<boolean> {
  const argv = ['merge-base', '--is-ancestor', older, newer];
  return (await lasting(folder, argv, { answers: [1], names: [older, newer] })).code === 0;
}

export async function mergeBase(
  folder: string,
  one: string,
  other: string,
): Promise<string | undefined> {
  const options = { answers: [1, 128], names: [one, other] };
  const { code, text } = await lasting(folder, ['merge-base', one, other], options);
  return code === 0 ? text.trim() : undefined;
}

export interface Range {
  /** Commits that this one reaches are left out. */
  readonly not?: string;
  readonly limit?: number;
  readonly path?: string;
  /** Of the committing. */
  readonly since?: string;
  readonly until?: string;
}

/** Git calls a path that leaves the repository an error; it is one where nothing was ever changed. */
function isOutside(path = ''): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}

/** Newest first. */
export async function listShas(folder: string, head: string, range: Range = {}): Promise<string[]> {
  if (isOutside(range.path)) return [];
  const argv = ['rev-list', '--topo-order'];
  if (range.limit !== undefined) argv.push(`--max-count=${range.limit}`);
  if (range.since !== undefined) argv.push(`--since=${range.since}`);
  if (range.until !== undefined) argv.push(`--until=${range.until}`);
  argv.push(head);
  if (range.not !== undefined) argv.push(`^${range.not}`);
  argv.push('--', ...(range.path === undefined ? [] : [range.path]));
  const names = range.not === undefined ? [head] : [head, range.not];
  const { text } = await lasting(folder, argv, { names });
  return text.split('\n').filter(Boolean);
}

/** Newest first. */
export async function history(folder: string, head: string, range: Range = {}): Promise<Commit[]> {
  return readCommits(folder, await listShas(folder, head, range));
}

export async function countCommits(folder: string, head: string, not: string): Promise<number> {
  const argv = ['rev-list', '--count', head, `^${not}`];
  return Number((await lasting(folder, argv, { names: [head, not] })).text);
}

/** The commit itself and every one that has it among its ancestors, from any ref. */
export async function descendants(folder: string, sha: string): Promise<ReadonlySet<string>> {
  const { text } = await git(folder, [
    'rev-list',
    '--all',
    '--topo-order',
    '--parents',
    '--reverse',
  ]);
  const found = new Set([sha]);
  for (const line of text.split('\n')) {
    const [commit = '', ...parents] = line.split(' ');
    if (parents.some((parent) => found.has(parent))) found.add(commit);
  }
  return found;
}
