/** Whether a pull request can be merged, and what is still in the way. */
import { mergeTree } from '#local-github/git/diff.ts';
import { isAncestor, readRef } from '#local-github/git/refs.ts';
import type { Issue, Pull, Repository } from '#local-github/state.ts';
import type { Status } from '#local-github/state/checks.ts';

type PullRequest = Issue & { readonly pull: Pull };

/** The newest status of each context on a commit. */
export function statusesOn({ statuses }: Repository, sha: string): readonly Status[] {
  const own = statuses.filter((each) => each.sha === sha);
  return [...new Map(own.map((status) => [status.context, status])).values()];
}

/** What statuses come to: one failure is a failure, and none at all is pending. */
export function combined(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  const states = new Set(statuses.map(({ state }) => state));
  if (states.has('failure') || states.has('error')) return 'failure';
  return states.size === 0 || states.has('pending') ? 'pending' : 'success';
}

type Verdict = 'expected' | 'pending' | 'failing' | 'success';

/** What is said of a commit by name: check runs and statuses alike, the newest of each. */
function verdicts(repository: Repository, sha: string): ReadonlyMap<string, Verdict> {
  const runs = repository.checkRuns
    .filter(({ headSha }) => headSha === sha)
    .map(({ name, status, conclusion }): [string, Verdict] => {
      if (status !== 'completed') return [name, 'pending'];
      const good = ['success', 'neutral', 'skipped'].includes(conclusion ?? '');
      return [name, good ? 'success' : 'failing'];
    });
  const said = {
    error: 'failing',
    failure: 'failing',
    pending: 'pending',
    success: 'success',
  } as const;
  const statuses = statusesOn(repository, sha).map(({ context, state }): [string, Verdict] => [
    context,
    said[state],
  ]);
  return new Map([...runs, ...statuses]);
}

/** Why the base branch's protection does not let it be merged, in GitHub's words; undefined when it does. */
export function blockedBy(repository: Repository, { pull }: PullRequest): string | undefined {
  const protection = repository.protections.get(pull.base.ref);
  if (!protection) return undefined;
  const known = verdicts(repository, pull.head.sha);
  const open = protection.checks
    .map((name) => ({ name, verdict: known.get(name) ?? 'expected' }))
    .filter(({ verdict }) => verdict !== 'success');
  const [first] = open;
  if (first && open.length === 1)
    return `Required status check "${first.name}" is ${first.verdict}.`;
  if (first)
    return `${open.length} of ${protection.checks.length} required status checks are expected.`;
  const few = approvals(repository, pull) < protection.approvals;
  const reviews = protection.approvals === 1 ? 'review is' : 'reviews are';
  return few
    ? `At least ${protection.approvals} approving ${reviews} required by reviewers with write access.`
    : undefined;
}

function approvals({ collaborators }: Repository, { discussion }: Pull): number {
  const told = discussion.reviews.filter(({ state }) =>
    ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state),
  );
  const newest = [...new Map(told.map((review) => [review.author.login, review])).values()];
  const counts = (login: string): boolean =>
    ['write', 'maintain', 'admin'].includes(collaborators.get(login) ?? '');
  return newest.filter(({ state, author }) => state === 'APPROVED' && counts(author.login)).length;
}

/** Whether the base has commits that the head has not, where its protection asks for all of them. */
export async function isBehind(
  { folder, protections }: Repository,
  { base, head }: Pull,
): Promise<boolean> {
  if (protections.get(base.ref)?.strict !== true) return false;
  return !(await isAncestor(folder, `refs/heads/${base.ref}`, head.sha));
}

/** Whether somebody asked often enough since either side moved: GitHub computes it only then, and not at once. */
function isKnown({ merging }: Repository, { base, head, mergeQuestion }: Pull): boolean {
  if (merging.unknownFor === 0) return true;
  return (
    mergeQuestion?.sides === sidesOf(base.sha, head.sha) && mergeQuestion.times > merging.unknownFor
  );
}

export function sidesOf(base: string, head: string): string {
  return `${base}...${head}`;
}

export interface Mergeability {
  readonly mergeable: boolean | null;
  readonly rebaseable: boolean | null;
  readonly mergeable_state: string;
}

const unknown: Mergeability = { mergeable: null, rebaseable: null, mergeable_state: 'unknown' };

export async function mergeability(
  repository: Repository,
  issue: PullRequest,
): Promise<Mergeability> {
  const { pull, state } = issue;
  const base = `refs/heads/${pull.base.ref}`;
  if (state === 'closed' || !isKnown(repository, pull)) return unknown;
  if ((await readRef(repository.folder, base)) === undefined) return unknown;
  const merged = await mergeTree(repository.folder, base, pull.head.sha);
  if (merged === null) return { mergeable: false, rebaseable: false, mergeable_state: 'dirty' };
  return { mergeable: true, rebaseable: true, mergeable_state: await stateOf(repository, issue) };
}

async function stateOf(repository: Repository, issue: PullRequest): Promise<string> {
  const { pull } = issue;
  if (pull.draft) return 'draft';
  if (blockedBy(repository, issue) !== undefined) return 'blocked';
  if (await isBehind(repository, pull)) return 'behind';
  const said = [...verdicts(repository, pull.head.sha).values()];
  return said.every((verdict) => verdict === 'success') ? 'clean' : 'unstable';
}
