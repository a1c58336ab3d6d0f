/** Merges made by git itself: what conflicts, commits laid on top of another one, and commits brought from a fork. */
import { mergeTree } from './diff.ts';
import { readCommit, writeCommit } from './objects.ts';
import type { Commit, Signature } from './objects.ts';
import { git } from './run.ts';
import { lasting } from './lasting.ts';

/** Paths that two commits changed so that git cannot put them together; empty when it can. */
export async function conflicts(
  folder: string,
  base: string,
  head: string,
): Promise<readonly string[]> {
  const argv = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head];
  const { code, text } = await lasting(folder, argv, { answers: [1], names: [base, head] });
  return code === 0 ? [] : text.split('\0').slice(1).filter(Boolean);
}

/**
 * Lays commits one by one on another one, as a rebase does: authors and messages stay, the committer is new. Merge
 * commits are left out. Undefined where one of them conflicts.
 */
export async function rebase(
  folder: string,
  commits: readonly Commit[],
  { onto, committer }: { readonly onto: string; readonly committer: Signature },
): Promise<string | undefined> {
  let tip = onto;
  for (const commit of commits) {
    const [parent, second] = commit.parents;
    if (parent === undefined || second !== undefined) continue;
    const { tree } = await readCommit(folder, tip);
    // Made to stand beside the commit, on its own parent: merging the two is then what picking the commit does.
    const beside = await writeCommit(folder, { ...commit, tree, parents: [parent] });
    const picked = await mergeTree(folder, beside, commit.sha);
    if (picked === null) return undefined;
    const { author, message } = commit;
    tip = await writeCommit(folder, { tree: picked, parents: [tip], author, committer, message });
  }
  return tip;
}

/** Fetches a commit with all that it stands on from another repository on this disk. */
export async function bring(folder: string, from: string, sha: string): Promise<void> {
  await git(folder, ['fetch', '--quiet', '--no-write-fetch-head', from, sha]);
}
