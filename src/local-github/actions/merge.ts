/** Merging a pull request, as a merge commit or squashed. */
import { demand, tokenAllows } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { mergeTree } from '#local-github/git/diff.ts';
import { writeCommit } from '#local-github/git/objects.ts';
import { history, moveRef, readRef } from '#local-github/git/refs.ts';
import { notAccessible, Refusal } from '#local-github/refusal.ts';
import { noreplyAddress, webFlow } from '#local-github/shapes/commits.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account } from '#local-github/state.ts';
import { closeFixed } from './closing.ts';
import { close } from './issues.ts';
import { pushed } from './pushes.ts';
import { note, tell } from './tell.ts';

export interface Merge {
  readonly method: 'merge' | 'squash' | 'rebase';
  /** The head that the caller saw; 409 when it has moved on. */
  readonly sha?: string;
  readonly title?: string;
  readonly message?: string;
}

/** Answers with the new commit on the base branch. Throws 405 when it cannot be merged, 409 when the head moved. */
export async function mergePull(scope: Scope, issue: PullRequest, merge: Merge): Promise<string> {
  const need = { permission: 'pull_requests', level: 'write', role: 'write' } as const;
  const sender = demand(scope, need);
  const { caller, repository } = scope;
  if (caller.kind === 'installation' && !tokenAllows(caller.token, 'contents', 'write'))
    throw notAccessible();
  const { pull } = issue;
  checkState(issue, merge);
  const branch = `refs/heads/${pull.base.ref}`;
  const before = (await readRef(repository.folder, branch)) ?? pull.base.sha;
  const tree = await mergeTree(repository.folder, before, pull.head.sha);
  if (tree === null) throw new Refusal(405, 'Pull Request is not mergeable');
  const after = await mergeCommit(scope, issue, { ...merge, tree, before, sender });
  if (!(await moveRef(repository.folder, branch, { before, after })))
    throw new Refusal(409, 'Base branch was modified. Review and try the merge again.');
  const brought = await history(repository.folder, pull.head.sha, { not: before, limit: 250 });
  issue.pull.mergedOnto = before;
  await settle(scope, issue, { sender, after });
  await pushed(scope, sender, [{ ref: branch, before, after }]);
  const messages = brought.map(({ message }) => message);
  await closeFixed(scope, { pull: issue, sender, messages });
  return after;
}

function checkState({ state, pull }: PullRequest, { method, sha }: Merge): void {
  if (state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (method === 'rebase')
    throw new Refusal(405, 'Rebase merges are not allowed on this repository.');
  if (sha !== undefined && sha !== pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
}

interface Prepared extends Merge {
  readonly tree: string;
  readonly before: string;
  readonly sender: Account;
}

async function mergeCommit(scope: Scope, issue: PullRequest, merge: Prepared): Promise<string> {
  const { github, repository } = scope;
  const { before, sender, tree } = merge;
  const date = github.now();
  const squash = merge.method === 'squash';
  const author = { name: sender.name ?? sender.login, email: noreplyAddress(sender), date };
  const sha = await writeCommit(repository.folder, {
    tree,
    parents: squash ? [before] : [before, issue.pull.head.sha],
    author,
    committer: { ...webFlow, date },
    message: squash ? squashMessage(issue, merge) : mergeMessage(scope, issue, merge),
  });
  repository.signedCommits.add(sha);
  return sha;
}

function mergeMessage({ repository }: Scope, issue: PullRequest, merge: Merge): string {
  const from = `${repository.owner.login}/${issue.pull.head.ref}`;
  const title = merge.title ?? `Merge pull request #${issue.number} from ${from}`;
  return `${title}\n\n${merge.message ?? issue.title}`;
}

function squashMessage(issue: PullRequest, merge: Merge): string {
  const title = merge.title ?? `${issue.title} (#${issue.number})`;
  return merge.message ? `${title}\n\n${merge.message}` : title;
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
