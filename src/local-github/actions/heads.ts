/** The head of a pull request: where its commits are kept, whether its branch is still there, and its removal. */
import type { Scope } from '#local-github/caller.ts';
import { bring } from '#local-github/git/merge.ts';
import { isAncestor, moveRef, readRef, countCommits } from '#local-github/git/refs.ts';
import { invalid, Refusal } from '#local-github/refusal.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Move } from './move.ts';

/** Keeps `refs/pull/N/head` where the pull request's head is, with what a fork has of it. */
export async function pointAtHead({ repository }: Scope, issue: PullRequest): Promise<void> {
  const { head } = issue.pull;
  const name = `refs/pull/${issue.number}/head`;
  if (head.repository) await bring(repository.folder, head.repository.folder, head.sha);
  const before = (await readRef(repository.folder, name)) ?? null;
  await moveRef(repository.folder, name, { before, after: head.sha });
}

/** Where the head's branch stands, in the fork or here; undefined when it is gone. */
export async function headBranch(
  { repository }: Scope,
  { pull }: PullRequest,
): Promise<string | undefined> {
  const { fork, repository: from = repository, ref } = pull.head;
  return fork ? undefined : readRef(from.folder, `refs/heads/${ref}`);
}

/** The head's branch where it is one of this repository and not its default one. */
export async function ownHead(scope: Scope, issue: PullRequest): Promise<string | undefined> {
  const { head } = issue.pull;
  if (head.repository ?? head.fork) return undefined;
  if (head.ref === scope.repository.defaultBranch) return undefined;
  return headBranch(scope, issue);
}

/** Throws 422 when it is gone already, or not of this repository. */
export async function deleteHead(scope: Scope, issue: PullRequest): Promise<Move> {
  const before = await ownHead(scope, issue);
  if (before === undefined) throw new Refusal(422, 'Reference does not exist');
  const ref = `refs/heads/${issue.pull.head.ref}`;
  await moveRef(scope.repository.folder, ref, { before, after: null });
  return { ref, before, after: null };
}

/** Puts the head's branch back where it was. Throws 422 when there is one. */
export async function restoreHead(scope: Scope, issue: PullRequest): Promise<Move> {
  const { head } = issue.pull;
  const ref = `refs/heads/${head.ref}`;
  const foreign = head.repository ?? head.fork;
  if (foreign || !(await moveRef(scope.repository.folder, ref, { before: null, after: head.sha })))
    throw new Refusal(422, 'Reference already exists');
  return { ref, before: null, after: head.sha };
}

/**
 * Takes over where the branch has gone while the pull request was closed. Throws 422 in GitHub's words when it cannot
 * be opened again: https://github.com/isaacs/github/issues/361.
 */
export async function reopenHead(scope: Scope, issue: PullRequest): Promise<void> {
  const { repository } = scope;
  const { head, base, merged } = issue.pull;
  const refuse = (why: string) =>
    invalid({
      resource: 'PullRequest',
      field: 'state',
      code: 'custom',
      message: `state cannot be changed. ${why}`,
    });
  if (merged) throw invalid({ resource: 'PullRequest', field: 'state', code: 'invalid' });
  const sha = await headBranch(scope, issue);
  if (sha === undefined) throw refuse(`The ${head.ref} branch has been deleted.`);
  if (head.repository) await bring(repository.folder, head.repository.folder, sha);
  if (!(await isAncestor(repository.folder, head.sha, sha)))
    throw refuse(`The ${head.ref} branch was force-pushed or recreated.`);
  const now = await readRef(repository.folder, `refs/heads/${base.ref}`);
  if (now === undefined) throw refuse(`The ${base.ref} branch has been deleted.`);
  if ((await countCommits(repository.folder, sha, now)) === 0)
    throw refuse(`There are no new commits on the ${head.ref} branch.`);
  const twin = [...repository.issues.values()].filter(isPull).find((each) => isTwin(each, issue));
  if (twin) throw refuse(`There is already an open pull request from ${head.ref} to ${base.ref}.`);
  [head.sha, base.sha] = [sha, now];
  await pointAtHead(scope, issue);
}

function isTwin({ state, pull }: PullRequest, { pull: { head, base } }: PullRequest): boolean {
  const same = pull.head.ref === head.ref && pull.head.repository === head.repository;
  return state === 'open' && same && pull.base.ref === base.ref;
}
