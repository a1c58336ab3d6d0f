/** A real history asked about commit by commit: whether what is called new was there before, counted in another way than the App counts. */
import type { Finding } from '#core/finding.ts';
import { ask, git } from './checks-repository.ts';

export interface History {
  readonly commits: number;
  readonly added: number;
  /** New findings on lines whose text the parent had in that file, as often, with the same finding on it. */
  readonly old: readonly string[];
}

export async function lookAtHistory(
  folder: string,
  commits: number,
  data: string,
): Promise<History> {
  const listed = await git(folder, 'log', '--no-merges', '--format=%H %P', `-n${commits}`, 'HEAD');
  const pairs = listed
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const old: string[] = [];
  let added = 0;
  for (const [head = '', base] of pairs) {
    if (base === undefined) continue;
    const told = await ask({ folder, base, head, data });
    const found = told.checks.flatMap(({ findings }) => findings);
    added += found.length;
    old.push(...(await thereBefore(folder, { base, head }, found)));
    process.stderr.write(`${head.slice(0, 8)} ${told.verdict} ${String(found.length)} new\n`);
  }
  return { commits: pairs.length, added, old };
}

/**
 * A finding cannot be new where the file has no more lines of its text than its parent had, whatever they are called: then
 * the line, and with it what is wrong with it, was there.
 */
async function thereBefore(
  folder: string,
  { base, head }: { base: string; head: string },
  found: readonly Finding[],
): Promise<readonly string[]> {
  const names = await oldNames(folder, base, head);
  const old: string[] = [];
  for (const each of found) {
    if (each.line === null) continue;
    const now = await linesOf(folder, head, each.path);
    const before = await linesOf(folder, base, names.get(each.path) ?? each.path);
    const text = squeezed(now[each.line - 1] ?? '');
    const count = (lines: readonly string[]) =>
      lines.filter((line) => squeezed(line) === text).length;
    const isLocal = ['eslint-security', 'ast-grep', 'secrets', 'suppressions'].includes(each.check);
    if (isLocal && text !== '' && count(before) >= count(now))
      old.push(`${head.slice(0, 8)} ${each.path}:${String(each.line)} ${each.check} ${each.rule}`);
  }
  return old;
}

function squeezed(line: string): string {
  return line.replace(/\s+/g, '');
}

async function linesOf(folder: string, ref: string, path: string): Promise<readonly string[]> {
  // A file that is new has no lines before.
  const text = await git(folder, 'show', `${ref}:${path}`).catch(() => '');
  return text.split('\n');
}

/** As git itself sees renames. */
async function oldNames(
  folder: string,
  base: string,
  head: string,
): Promise<ReadonlyMap<string, string>> {
  const told = await git(
    folder,
    'diff',
    '-M',
    '--diff-filter=R',
    '--name-status',
    '-z',
    base,
    head,
  );
  const words = told.split('\0');
  const pairs: [string, string][] = [];
  for (let at = 0; at + 2 < words.length; at += 3) pairs.push([words[at + 2]!, words[at + 1]!]);
  return new Map(pairs);
}
