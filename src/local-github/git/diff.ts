/** Differences between two commits: files with their patches as GitHub lists them, whole diffs, and merges. */
import { lasting } from './lasting.ts';
import { git } from './run.ts';

export interface DiffFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Of the blob on the new side; on the old side when the file was removed. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** From the first hunk header on; null for binary files, mere renames and mode changes. */
  readonly patch: string | null;
}

const options = ['--no-ext-diff', '--no-textconv', '--full-index', '-M'];

const statuses: Readonly<Record<string, DiffFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** The files that differ between two commits or trees, in git's order. */
export async function diffFiles(
  folder: string,
  base: string,
  head: string,
): Promise<readonly DiffFile[]> {
  const argv = ['diff', '--raw', '--numstat', '--patch', '-z', ...options, base, head];
  const { text } = await lasting(folder, argv, { names: [base, head] });
  // One list after the other, then an empty field, then the patches.
  const end = text.indexOf('\0\0') + 1;
  const numbers = parseCounts(text.slice(0, end));
  const sections = text
    .slice(end)
    // Lines end by line feeds only: what else `^` takes for an end may stand within a file's line.
    .split(/(?<![^\n])\0?diff --git /)
    .slice(1);
  return parseRaw(text.slice(0, end)).map((file, index) => {
    // A change of type (file to link) is told as a removal and an addition: two sections.
    const section = sections.shift() ?? '';
    const patch = file.status === 'changed' ? section + (sections.shift() ?? '') : section;
    return { ...file, ...(numbers[index] ?? { additions: 0, deletions: 0 }), patch: hunks(patch) };
  });
}

type RawFile = Omit<DiffFile, 'additions' | 'deletions' | 'patch'>;

function parseRaw(text: string): RawFile[] {
  const record =
    /:\d+ \d+ (\w+) (\w+) ([A-Z])\d*\0([^\0]*)\0(?:(?<=[RC]\d+\0[^\0]*\0)([^\0]*)\0)?/g;
  return [...text.matchAll(record)].map(
    ([, before = '', after = '', letter = '', one = '', two]) => {
      const status = statuses[letter] ?? 'modified';
      const sha = status === 'removed' ? before : after;
      return { path: two ?? one, previousPath: two === undefined ? null : one, status, sha };
    },
  );
}

function parseCounts(text: string): { additions: number; deletions: number }[] {
  // A rename's counts end in an empty path, with the two paths in the next two fields.
  const counts = text.matchAll(/(?:^|\0)(\d+|-)\t(\d+|-)\t/g);
  return [...counts].map(([, added = '0', deleted = '0']) => ({
    additions: added === '-' ? 0 : Number(added),
    deletions: deleted === '-' ? 0 : Number(deleted),
  }));
}

function hunks(section: string): string | null {
  const start = section.search(/(?<![^\n])@@ /);
  return start < 0 ? null : section.slice(start).replace(/\n$/, '');
}

export async function diffText(folder: string, base: string, head: string): Promise<string> {
  return (await git(folder, ['diff', '--no-ext-diff', '--no-textconv', '-M', base, head])).text;
}

export async function patchText(folder: string, base: string, head: string): Promise<string> {
  return (await git(folder, ['format-patch', '--stdout', `${base}..${head}`])).text;
}

/** The tree of a merge, or null where the two conflict. */
export async function mergeTree(
  folder: string,
  base: string,
  head: string,
): Promise<string | null> {
  const argv = ['merge-tree', '--write-tree', '--no-messages', base, head];
  const { code, text } = await lasting(folder, argv, { answers: [1], names: [base, head] });
  return code === 0 ? text.trim() : null;
}
