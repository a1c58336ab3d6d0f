/** What follows when branches move, by git or by the API: events, check suites, and pull requests that take the new head. */
import type { Scope } from '#local-github/caller.ts';
import { isAncestor, readRef } from '#local-github/git/refs.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import { pushPayload } from '#local-github/shapes/pushes.ts';
import type { Account } from '#local-github/state.ts';
import { followLines } from './anchors.ts';
import { pointAtHead } from './heads.ts';
import { close } from './issues.ts';
import type { Move } from './move.ts';
import { openSuite } from './suites.ts';
import { note, tell } from './tell.ts';

const branchPrefix = 'refs/heads/';

/** To be called once after refs have moved, with all that moved together. */
export async function pushed(scope: Scope, sender: Account, moves: readonly Move[]): Promise<void> {
  const { github, repository } = scope;
  for (const move of moves) {
    if (!/^refs\/(heads|tags)\//.test(move.ref)) continue;
    repository.pushedAt = github.now();
    await announce(scope, sender, move);
    if (!move.ref.startsWith(branchPrefix)) continue;
    const branch = move.ref.slice(branchPrefix.length);
    if (move.after !== null) await openSuite(scope, sender, { sha: move.after, branch });
    await followPulls(scope, sender, move);
  }
  github.changes.emit('changed', fullName(repository));
}

async function announce(scope: Scope, sender: Account, move: Move): Promise<void> {
  const { github, repository } = scope;
  const event = move.before === null ? 'create' : 'delete';
  if (move.before === null || move.after === null) {
    const payload = {
      ref: move.ref.replace(/^refs\/(heads|tags)\//, ''),
      ref_type: move.ref.startsWith(branchPrefix) ? 'branch' : 'tag',
      pusher_type: 'user',
      ...(event === 'create'
        ? { master_branch: repository.defaultBranch, description: repository.description }
        : {}),
    };
    github.emit({ event, action: null, repository, sender, payload });
  }
  const payload = await pushPayload(scope, sender, move);
  github.emit({ event: 'push', action: null, repository, sender, payload });
}

/** Of this repository, and of those that its branches were proposed to as a fork. */
async function followPulls(scope: Scope, sender: Account, move: Move): Promise<void> {
  const branch = move.ref.slice(branchPrefix.length);
  for (const repository of scope.github.state.repositories) {
    const open = [...repository.issues.values()]
      .filter(isPull)
      .filter(({ state }) => state === 'open');
    for (const issue of open) {
      const { head, base } = issue.pull;
      const from = head.fork ? undefined : (head.repository ?? repository);
      const there = { ...scope, repository };
      if (from === scope.repository && head.ref === branch)
        await follow(there, issue, { sender, move });
      else if (repository === scope.repository && base.ref === branch && move.after === null)
        await closeByDeletion(there, issue, sender);
    }
  }
}

async function follow(
  scope: Scope,
  issue: PullRequest,
  { sender, move }: { readonly sender: Account; readonly move: Move },
): Promise<void> {
  if (move.after === null) return closeByDeletion(scope, issue, sender);
  const { head, base } = issue.pull;
  const before = head.sha;
  const { folder } = scope.repository;
  head.sha = move.after;
  await pointAtHead(scope, issue);
  const forced = !(await isAncestor(folder, before, move.after));
  base.sha = (await readRef(folder, branchPrefix + base.ref)) ?? base.sha;
  await followLines(scope, issue);
  const event = forced ? 'head_ref_force_pushed' : 'committed';
  note(scope, issue, { event, actor: sender, subject: move.after });
  const more = { before, after: move.after };
  await tell(scope, issue, { action: 'synchronize', sender, more });
}

async function closeByDeletion(scope: Scope, issue: PullRequest, sender: Account): Promise<void> {
  close(scope, issue, sender);
  note(scope, issue, { event: 'closed', actor: sender, subject: null });
  await tell(scope, issue, { action: 'closed', sender });
}
