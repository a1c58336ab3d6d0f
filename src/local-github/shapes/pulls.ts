/** Pull requests as GitHub shows them: in lists, in full, and in checks. */
import { diffFiles } from '#local-github/git/diff.ts';
import { countCommits, mergeBase } from '#local-github/git/refs.ts';
import type { GitHub, Issue, Pull, PullSide, Repository } from '#local-github/state.ts';
import { accountShape } from './accounts.ts';
import { association, issueShape } from './issues.ts';
import { nodeId, repositoryApi } from './links.ts';
import { mergeability } from './mergeability.ts';
import { milestoneShape } from './releases.ts';
import { repositoryShape } from './repositories.ts';
import { teamShape } from './teams.ts';

/** An issue that is known to be a pull request. */
export type PullRequest = Issue & { readonly pull: Pull };

export function isPull(issue: Issue): issue is PullRequest {
  return issue.pull !== null;
}

function sideShape(github: GitHub, repository: Repository, side: PullSide) {
  const from = side.repository ?? repository;
  const owner = side.fork ?? from.owner;
  return {
    label: `${owner.login}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: accountShape(github, owner),
    repo: side.fork ? null : repositoryShape(github, from),
  };
}

/** The form in lists. */
export function pullShape(github: GitHub, repository: Repository, issue: PullRequest) {
  const { pull } = issue;
  const api = repositoryApi(github, repository);
  const asIssue = issueShape(github, repository, issue);
  const links = pullLinks(api, issue);
  const { html_url } = asIssue;
  return {
    ...links,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url,
    diff_url: `${html_url}.diff`,
    patch_url: `${html_url}.patch`,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: issue.lockReason ?? null,
    title: issue.title,
    body: issue.body,
    user: asIssue.user,
    labels: asIssue.labels,
    milestone: issue.milestone ? milestoneShape(github, repository, issue.milestone) : null,
    assignee: asIssue.assignee,
    assignees: asIssue.assignees,
    requested_reviewers: pull.discussion.reviewers.map((each) => accountShape(github, each)),
    requested_teams: pull.discussion.teams.map((each) => teamShape(github, repository.owner, each)),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    draft: pull.draft,
    head: sideShape(github, repository, pull.head),
    base: sideShape(github, repository, pull.base),
    author_association: association(repository, issue.author),
    auto_merge: null,
    _links: {
      self: { href: links.url },
      html: { href: html_url },
      issue: { href: links.issue_url },
      comments: { href: links.comments_url },
      review_comments: { href: links.review_comments_url },
      review_comment: { href: links.review_comment_url },
      commits: { href: links.commits_url },
      statuses: { href: links.statuses_url },
    },
  };
}

function pullLinks(api: string, { number, pull }: PullRequest) {
  const url = `${api}/pulls/${number}`;
  return {
    url,
    issue_url: `${api}/issues/${number}`,
    comments_url: `${api}/issues/${number}/comments`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    statuses_url: `${api}/statuses/${pull.head.sha}`,
  };
}

/** With the figures that only one pull request's own answer and its webhooks have. */
export async function wholePullShape(github: GitHub, repository: Repository, issue: PullRequest) {
  const { folder } = repository;
  const { pull } = issue;
  const { head, base } = pull;
  const start = (await mergeBase(folder, base.sha, head.sha)) ?? base.sha;
  const [files, commits, state] = await Promise.all([
    diffFiles(folder, start, head.sha),
    countCommits(folder, head.sha, base.sha),
    mergeability(repository, issue),
  ]);
  return {
    ...pullShape(github, repository, issue),
    merged: pull.merged,
    ...state,
    merged_by: pull.mergedBy && accountShape(github, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: countComments(pull),
    maintainer_can_modify: pull.maintainerCanModify,
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** Those that everybody sees. */
function countComments({ discussion }: Pull): number {
  const all = discussion.threads.flatMap(({ comments }) => comments);
  return all.filter(({ review }) => review.submittedAt !== null).length;
}

/** The form inside check runs and suites. */
export function pullMinimalShape(github: GitHub, repository: Repository, issue: PullRequest) {
  const api = repositoryApi(github, repository);
  const repo = { id: repository.id, url: api, name: repository.name };
  return {
    url: `${api}/pulls/${issue.number}`,
    id: issue.pull.id,
    number: issue.number,
    head: { ref: issue.pull.head.ref, sha: issue.pull.head.sha, repo },
    base: { ref: issue.pull.base.ref, sha: issue.pull.base.sha, repo },
  };
}
