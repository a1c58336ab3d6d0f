/** One file written or removed by one commit on a branch. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { readCommit, writeBlob, writeTree } from '#local-github/git/objects.ts';
import type { Commit } from '#local-github/git/objects.ts';
import { moveRef, readRef } from '#local-github/git/refs.ts';
import { ask } from '#local-github/git/run.ts';
import { workflowFolder } from '#local-github/git/workflows.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { createCommit } from './objects.ts';
import type { CommitInput } from './objects.ts';
import { pushed } from './pushes.ts';
import { contentsWrite, mayWriteWorkflows, workflowRefusal } from './refs.ts';

export interface FileInput extends Pick<CommitInput, 'message' | 'author' | 'committer'> {
  readonly path: string;
  /** Null removes the file. */
  readonly content: Buffer | null;
  readonly branch: string;
  /** Of the text that is replaced or removed. */
  readonly sha?: string;
}

/** Throws 404 without the branch, 422 without the SHA of what is there, 409 when it is another or the branch moved. */
export async function commitFile(
  scope: Scope,
  input: FileInput,
): Promise<{ readonly commit: Commit; readonly isNew: boolean }> {
  const sender = demand(scope, contentsWrite);
  const { folder } = scope.repository;
  const { path, branch, content } = input;
  checkPath(scope, path);
  const ref = `refs/heads/${branch}`;
  const before = await readRef(folder, ref);
  if (before === undefined) throw notFound(`Branch ${branch} not found`);
  const isNew = await checkSha(folder, before, input);
  const { tree: base } = await readCommit(folder, before);
  const sha = content === null ? null : await writeBlob(folder, content);
  const tree = await writeTree(folder, base, [{ path, mode: '100644', sha }]);
  const commit = await createCommit(scope, { ...input, tree, parents: [before], signed: false });
  if (!(await moveRef(folder, ref, { before, after: commit.sha }))) {
    const now = (await readRef(folder, ref)) ?? 'gone';
    throw new Refusal(409, `${branch} is at ${now} but expected ${before}`);
  }
  await pushed(scope, sender, [{ ref, before, after: commit.sha }]);
  return { commit, isNew };
}

function checkPath(scope: Scope, path: string): void {
  const malformed = path.split('/').some((part) => ['', '.', '..', '.git'].includes(part));
  if (malformed) throw new Refusal(422, 'path contains a malformed path component');
  if (path.startsWith(`${workflowFolder}/`) && !mayWriteWorkflows(scope))
    throw workflowRefusal(path);
}

/** Whether the file is new. */
async function checkSha(
  folder: string,
  commit: string,
  { path, sha, content }: FileInput,
): Promise<boolean> {
  const there = await ask(folder, ['rev-parse', '--verify', '--quiet', `${commit}:${path}`]);
  if (there === undefined) {
    if (content === null) throw notFound();
    return true;
  }
  if (sha === undefined) throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== there) throw new Refusal(409, `${path} does not match ${sha}`);
  return false;
}
