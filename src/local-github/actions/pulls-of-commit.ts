/** Which pull requests a commit came with. */
import type { Scope } from '#local-github/caller.ts';
import { descendants } from '#local-github/git/refs.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';

/** Merged ones that brought the commit into the default branch, else open ones that hold it. */
export async function pullsOfCommit(scope: Scope, sha: string): Promise<readonly PullRequest[]> {
  const { repository } = scope;
  const after = await descendants(repository.folder, sha);
  const found = [...repository.issues.values()]
    .filter(isPull)
    .filter((each) => isIndexed(scope, each) && brings(each, after));
  const merged = found.filter(({ pull }) => pull.merged);
  return merged.length > 0 ? merged : found.filter(({ state }) => state === 'open');
}

/** GitHub's index of merged pull requests is late, by as much as the repository says. */
function isIndexed({ github, repository }: Scope, { pull: { mergedAt } }: PullRequest): boolean {
  if (mergedAt === null) return true;
  return Date.parse(github.now()) - Date.parse(mergedAt) >= repository.pullIndexLag;
}

/** Whether its commits, or those that its merge made of them, hold one that the base had not. */
function brings({ pull }: PullRequest, after: ReadonlySet<string>): boolean {
  const { head, base, mergeCommitSha, merged } = pull;
  if (after.has(head.sha) && !after.has(base.sha)) return true;
  return merged && after.has(mergeCommitSha ?? '') && !after.has(pull.mergedOnto ?? base.sha);
}
