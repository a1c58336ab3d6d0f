/** Pull requests: opened, edited, and told apart from what cannot be one. */
import { demand, hasRole, tokenReaches } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { bring } from '#local-github/git/merge.ts';
import { countCommits, mergeBase, readRef } from '#local-github/git/refs.ts';
import { invalid, notFound } from '#local-github/refusal.ts';
import { sidesOf } from '#local-github/shapes/mergeability.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account, PullSide, Repository } from '#local-github/state.ts';
import { newDiscussion } from '#local-github/state/reviews.ts';
import { followLines } from './anchors.ts';
import { referToIssues } from './closing.ts';
import { pointAtHead } from './heads.ts';
import { checkText, editIssue, newIssue } from './issues.ts';
import type { IssueEdit } from './issues.ts';
import { requestOwners } from './reviewers.ts';
import { note, tell } from './tell.ts';

export interface NewPull {
  readonly title: string;
  readonly body?: string | null;
  /** `branch` or `owner:branch`, where the owner may be a fork's. */
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
}

const pullsWrite = { permission: 'pull_requests', level: 'write', role: 'write' } as const;

/** Throws 422 on unknown branches, nothing to merge, or a pull request of these branches that is open already. */
export async function createPull(scope: Scope, input: NewPull): Promise<PullRequest> {
  const head = await headSide(scope, input);
  // Whoever may push to a fork may propose its branches to whom they can read.
  const role = head.repository ? 'read' : 'write';
  const author = demand(scope, { ...pullsWrite, role });
  checkText('PullRequest', input);
  const { github, repository } = scope;
  const base = { ref: input.base, sha: await branchHead(repository, 'base', input.base) };
  if (head.repository) await bring(repository.folder, head.repository.folder, head.sha);
  await checkMergeable(scope, head, base);
  const { title, body = null, draft = false } = input;
  const pull = {
    id: github.state.nextId(),
    head,
    base,
    draft,
    merged: false,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    maintainerCanModify: head.repository !== undefined && input.maintainerCanModify !== false,
    discussion: newDiscussion(),
  };
  const issue = { ...newIssue(scope, author, { title, body, pull }), pull };
  repository.issues.set(issue.number, issue);
  await pointAtHead(scope, issue);
  referToIssues(scope, issue);
  await tell(scope, issue, { action: 'opened', sender: author });
  if (!draft) await requestOwners(scope, issue, author);
  return issue;
}

async function headSide(scope: Scope, input: NewPull): Promise<PullSide> {
  const { repository, github } = scope;
  const [owner, branch] = input.head.includes(':')
    ? input.head.split(':', 2)
    : [undefined, input.head];
  const own = owner === undefined || owner === repository.owner.login;
  const from = own
    ? repository
    : github.state.repositories.find(
        (each) => isForkOf(each, repository) && each.owner.login === owner,
      );
  if (!from || !branch) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  const sha = await branchHead(from, 'head', branch);
  if (from === repository) return { ref: branch, sha };
  checkCollaboration(scope, from, input);
  return { ref: branch, sha, repository: from };
}

function isForkOf({ parent }: Repository, repository: Repository): boolean {
  return parent !== null && (parent === repository || isForkOf(parent, repository));
}

/** Who cannot push to a fork cannot let others do it: https://github.com/PyGithub/PyGithub/issues/1921. */
function checkCollaboration({ caller }: Scope, fork: Repository, input: NewPull): void {
  const pushes =
    caller.kind === 'installation'
      ? tokenReaches(caller.token, fork)
      : caller.kind === 'user' && hasRole(fork, caller.account.login, 'write');
  if (pushes || input.maintainerCanModify === false) return;
  const message = "fork_collab Fork collab can't be granted by someone without permission";
  throw invalid({ resource: 'PullRequest', field: 'fork_collab', code: 'custom', message });
}

async function branchHead({ folder }: Repository, field: string, branch: string): Promise<string> {
  const sha = await readRef(folder, `refs/heads/${branch}`);
  if (sha === undefined) throw invalid({ resource: 'PullRequest', field, code: 'invalid' });
  return sha;
}

async function checkMergeable(
  { repository }: Scope,
  head: PullSide,
  base: PullSide,
): Promise<void> {
  const { folder } = repository;
  const { owner } = head.repository ?? repository;
  const refuse = (message: string) => invalid({ resource: 'PullRequest', code: 'custom', message });
  if ((await mergeBase(folder, base.sha, head.sha)) === undefined)
    throw refuse(`The ${head.ref} branch has no history in common with ${base.ref}`);
  if ((await countCommits(folder, head.sha, base.sha)) === 0)
    throw refuse(`No commits between ${base.ref} and ${head.ref}`);
  const twin = [...repository.issues.values()]
    .filter(isPull)
    .find(
      ({ state, pull }) =>
        state === 'open' &&
        pull.head.ref === head.ref &&
        pull.head.repository === head.repository &&
        pull.base.ref === base.ref,
    );
  if (twin) throw refuse(`A pull request already exists for ${owner.login}:${head.ref}.`);
}

/** Throws 404 when there is no pull request of this number. */
export function pullByNumber({ repository }: Scope, number: number): PullRequest {
  const issue = repository.issues.get(number);
  if (!issue || !isPull(issue)) throw notFound();
  return issue;
}

export interface PullEdit extends Pick<IssueEdit, 'title' | 'body' | 'state'> {
  readonly base?: string;
  readonly maintainerCanModify?: boolean;
}

export async function editPull(
  scope: Scope,
  issue: PullRequest,
  edit: PullEdit,
): Promise<PullRequest> {
  const own = scope.caller.kind === 'user' && scope.caller.account.id === issue.author.id;
  const sender = demand(scope, { ...pullsWrite, role: own ? 'read' : 'triage' });
  const { base, maintainerCanModify, ...rest } = edit;
  if (base !== undefined && base !== issue.pull.base.ref)
    await changeBase(scope, issue, { sender, base });
  if (maintainerCanModify !== undefined) issue.pull.maintainerCanModify = maintainerCanModify;
  await editIssue(scope, issue, rest);
  return issue;
}

async function changeBase(
  scope: Scope,
  issue: PullRequest,
  { sender, base }: { readonly sender: Account; readonly base: string },
): Promise<void> {
  const { pull } = issue;
  const from = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } };
  if (issue.state === 'closed') {
    const message = 'Cannot change the base branch of a closed pull request.';
    throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid', message });
  }
  pull.base.sha = await branchHead(scope.repository, 'base', base);
  pull.base.ref = base;
  await followLines(scope, issue);
  await tell(scope, issue, { action: 'edited', sender, more: { changes: { base: from } } });
}

/** Marks a draft as ready, or takes that back. GitHub has this in GraphQL and on the page only. */
export async function setDraft(scope: Scope, issue: PullRequest, draft: boolean): Promise<void> {
  const sender = demand(scope, pullsWrite);
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  const event = draft ? 'convert_to_draft' : 'ready_for_review';
  note(scope, issue, { event, actor: sender, subject: null });
  const action = draft ? 'converted_to_draft' : 'ready_for_review';
  await tell(scope, issue, { action, sender });
  if (!draft) await requestOwners(scope, issue, sender);
}

/** Somebody asks whether it can be merged: that is what makes GitHub compute it. */
export function askMergeability({ pull }: PullRequest): void {
  const sides = sidesOf(pull.base.sha, pull.head.sha);
  const times = pull.mergeQuestion?.sides === sides ? pull.mergeQuestion.times : 0;
  pull.mergeQuestion = { sides, times: times + 1 };
}
