/** Merges of branches without a pull request, and of the base into a pull request's head. */
import { demand, hasRole, tokenReaches } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { mergeTree } from '#local-github/git/diff.ts';
import { bring } from '#local-github/git/merge.ts';
import { readCommit, resolveCommit, writeCommit } from '#local-github/git/objects.ts';
import type { Commit } from '#local-github/git/objects.ts';
import { isAncestor, moveRef, readRef } from '#local-github/git/refs.ts';
import { notAccessible, notFound, Refusal } from '#local-github/refusal.ts';
import { webFlow } from '#local-github/shapes/commits.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account, Repository } from '#local-github/state.ts';
import { signatureOf } from './merge-words.ts';
import { pushed } from './pushes.ts';
import { contentsWrite } from './refs.ts';

export interface BranchMerge {
  readonly base: string;
  /** A branch or a commit. */
  readonly head: string;
  readonly message?: string;
}

/** The new commit; null when the base has it all already. Throws 404 on unknown sides, 409 on a conflict. */
export async function mergeBranch(scope: Scope, merge: BranchMerge): Promise<Commit | null> {
  const sender = demand(scope, contentsWrite);
  const { folder } = scope.repository;
  const ref = `refs/heads/${merge.base}`;
  const before = await readRef(folder, ref);
  if (before === undefined) throw notFound('Base does not exist');
  const head = await resolveCommit(folder, merge.head);
  if (head === undefined) throw notFound('Head does not exist');
  if (await isAncestor(folder, head, before)) return null;
  const message = merge.message ?? `Merge ${merge.head} into ${merge.base}`;
  const joined = { parents: [before, head] as const, message, sender };
  const after = await join(scope, scope.repository, joined);
  if (after === undefined) throw new Refusal(409, 'Merge conflict');
  await land(scope, sender, { ref, before, after });
  return readCommit(folder, after);
}

interface Joined {
  readonly parents: readonly [string, string];
  readonly message: string;
  readonly sender: Account;
}

async function join(
  { github }: Scope,
  { folder, signedCommits }: Repository,
  { parents, message, sender }: Joined,
): Promise<string | undefined> {
  const [first, second] = parents;
  const tree = await mergeTree(folder, first, second);
  if (tree === null) return undefined;
  const date = github.now();
  const author = signatureOf(sender, date);
  const committer = { ...webFlow, date };
  const sha = await writeCommit(folder, { tree, parents, author, committer, message });
  signedCommits.add(sha);
  return sha;
}

interface Landing {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

async function land(scope: Scope, sender: Account, move: Landing): Promise<void> {
  if (!(await moveRef(scope.repository.folder, move.ref, move)))
    throw new Refusal(409, 'Reference cannot be updated');
  await pushed(scope, sender, [move]);
}

/** Merges the base into the head. Throws 422 when there is nothing to merge, it conflicts, or the head moved. */
export async function updateHead(
  scope: Scope,
  issue: PullRequest,
  expected: string | undefined,
): Promise<void> {
  const { repository } = scope;
  const { head, base } = issue.pull;
  const sender = demand(scope, { ...contentsWrite, permission: 'pull_requests' });
  const target = head.repository ?? repository;
  if (head.repository) mayPushTo(scope, issue);
  if (expected !== undefined && expected !== head.sha)
    throw new Refusal(422, 'expected head sha didn’t match current head ref.');
  const ref = `refs/heads/${head.ref}`;
  const now = await readRef(repository.folder, `refs/heads/${base.ref}`);
  if (now === undefined || (await readRef(target.folder, ref)) === undefined) throw notFound();
  if (await isAncestor(repository.folder, now, head.sha))
    throw new Refusal(422, 'There are no new commits on the base branch.');
  if (head.repository) await bring(target.folder, repository.folder, now);
  const message = `Merge branch '${base.ref}' into ${head.ref}`;
  const after = await join(scope, target, { parents: [head.sha, now], message, sender });
  if (after === undefined) throw new Refusal(422, 'merge conflict between base and head');
  await land({ ...scope, repository: target }, sender, { ref, before: head.sha, after });
}

/** "Allow edits by maintainers" speaks of people; an App reaches a fork only where it is installed on it. */
function mayPushTo({ caller, repository }: Scope, { pull, author }: PullRequest): void {
  const fork = pull.head.repository;
  if (!fork) return;
  if (caller.kind === 'installation') {
    if (!tokenReaches(caller.token, fork)) throw notAccessible();
  } else if (caller.kind === 'user') {
    const own = caller.account.id === author.id || hasRole(fork, caller.account.login, 'write');
    const maintains =
      pull.maintainerCanModify && hasRole(repository, caller.account.login, 'write');
    if (!own && !maintains) throw new Refusal(403, 'Must have push access to the head repository.');
  }
}
