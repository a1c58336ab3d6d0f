/** Merging a pull request: as a merge commit, squashed, or commit by commit. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { diffFiles, mergeTree } from '#local-github/git/diff.ts';
import { rebase } from '#local-github/git/merge.ts';
import { writeCommit } from '#local-github/git/objects.ts';
import type { Commit } from '#local-github/git/objects.ts';
import { history, moveRef, readRef } from '#local-github/git/refs.ts';
import { workflowFolder } from '#local-github/git/workflows.ts';
import { Refusal } from '#local-github/refusal.ts';
import { webFlow } from '#local-github/shapes/commits.ts';
import { blockedBy, isBehind } from '#local-github/shapes/mergeability.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account } from '#local-github/state.ts';
import type { MergeMethod } from '#local-github/state/merging.ts';
import { closeFixed } from './closing.ts';
import { deleteHead, ownHead } from './heads.ts';
import { close } from './issues.ts';
import { mergeWords, signatureOf, squashWords } from './merge-words.ts';
import type { Words } from './merge-words.ts';
import { pushed } from './pushes.ts';
import { contentsWrite, mayWriteWorkflows, workflowRefusal } from './refs.ts';
import { note, tell } from './tell.ts';

export interface Merge extends Words {
  readonly method: MergeMethod;
  /** The head that the caller saw; 409 when it has moved on. */
  readonly sha?: string;
}

/** Answers with the new commit on the base branch. Throws 405 when it cannot be merged, 409 when the head moved. */
export async function mergePull(scope: Scope, issue: PullRequest, merge: Merge): Promise<string> {
  const sender = demand(scope, contentsWrite);
  const { repository } = scope;
  const { folder } = repository;
  const { pull } = issue;
  checkState(issue, merge);
  await checkRules(scope, issue, merge);
  const branch = `refs/heads/${pull.base.ref}`;
  const before = (await readRef(folder, branch)) ?? pull.base.sha;
  const tree = await mergeTree(folder, before, pull.head.sha);
  if (tree === null) throw new Refusal(405, 'Pull Request is not mergeable');
  await checkWorkflows(scope, before, tree);
  const brought = (await history(folder, pull.head.sha, { not: before, limit: 250 })).toReversed();
  const after = await mergeCommit(scope, issue, { ...merge, tree, before, sender, brought });
  if (!(await moveRef(folder, branch, { before, after })))
    throw new Refusal(405, 'Base branch was modified. Review and try the merge again.');
  issue.pull.mergedOnto = before;
  await settle(scope, issue, { sender, after });
  await pushed(scope, sender, [{ ref: branch, before, after }]);
  const messages = brought.map(({ message }) => message);
  await closeFixed(scope, { pull: issue, sender, messages });
  if (repository.merging.deleteBranch && (await ownHead(scope, issue)) !== undefined)
    await removeHead(scope, issue, sender);
  return after;
}

/** Removes the head branch of a pull request that is merged or closed, and tells what follows. */
export async function removeHead(scope: Scope, issue: PullRequest, sender: Account): Promise<void> {
  const move = await deleteHead(scope, issue);
  note(scope, issue, { event: 'head_ref_deleted', actor: sender, subject: issue.pull.head.ref });
  await pushed(scope, sender, [move]);
}

const plural = {
  merge: 'Merge commits',
  squash: 'Squash merges',
  rebase: 'Rebase merges',
} as const;

function checkState({ state, pull }: PullRequest, { sha }: Merge): void {
  if (state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (sha !== undefined && sha !== pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
}

/** What the repository's settings and its protected branch ask for; people who administer it may do without the latter. */
async function checkRules(scope: Scope, issue: PullRequest, { method }: Merge): Promise<void> {
  const { caller, repository } = scope;
  if (!repository.merging.methods.includes(method))
    throw new Refusal(405, `${plural[method]} are not allowed on this repository.`);
  const isAdmin =
    caller.kind === 'user' && repository.collaborators.get(caller.account.login) === 'admin';
  if (isAdmin) return;
  const blocked = blockedBy(repository, issue);
  if (blocked !== undefined) throw new Refusal(405, blocked);
  if (await isBehind(repository, issue.pull))
    throw new Refusal(405, 'Head branch is out of date. Review and try the merge again.');
}

async function checkWorkflows(scope: Scope, before: string, tree: string): Promise<void> {
  if (mayWriteWorkflows(scope)) return;
  const files = await diffFiles(scope.repository.folder, before, tree);
  const touched = files.find(({ path }) => path.startsWith(`${workflowFolder}/`));
  if (touched) throw workflowRefusal(touched.path);
}

interface Prepared extends Merge {
  readonly tree: string;
  readonly before: string;
  readonly sender: Account;
  /** The oldest first. */
  readonly brought: readonly Commit[];
}

async function mergeCommit(scope: Scope, issue: PullRequest, merge: Prepared): Promise<string> {
  const { github, repository } = scope;
  const { before, sender, tree, brought, method } = merge;
  const { folder } = repository;
  const date = github.now();
  if (method === 'rebase') {
    const committer = signatureOf(sender, date);
    const tip = await rebase(folder, brought, { onto: before, committer });
    if (tip === undefined) throw new Refusal(405, "This branch can't be rebased");
    return tip;
  }
  const squash = method === 'squash';
  // Whoever opened the pull request has written what is squashed.
  const author = signatureOf(squash ? issue.author : sender, date);
  const merged = { repository, issue, brought };
  const sha = await writeCommit(folder, {
    tree,
    parents: squash ? [before] : [before, issue.pull.head.sha],
    author,
    committer: { ...webFlow, date },
    message: squash ? squashWords(merged, author, merge) : mergeWords(merged, merge),
  });
  repository.signedCommits.add(sha);
  return sha;
}

async function settle(
  scope: Scope,
  issue: PullRequest,
  { sender, after }: { readonly sender: Account; readonly after: string },
): Promise<void> {
  const { pull } = issue;
  close(scope, issue, sender);
  pull.merged = true;
  pull.mergedAt = issue.closedAt;
  pull.mergedBy = sender;
  pull.mergeCommitSha = after;
  note(scope, issue, { event: 'merged', actor: sender, subject: after });
  note(scope, issue, { event: 'closed', actor: sender, subject: null });
  await tell(scope, issue, { action: 'closed', sender });
}
