/** Pull requests as GitHub shows them: in lists, in full, and in checks. */
import { diffFiles, mergeTree } from '#local-github/git/diff.ts';
import { countCommits, mergeBase } from '#local-github/git/refs.ts';
import type { GitHub, Issue, Pull, PullSide, Repository } from '#local-github/state.ts';
import { accountShape } from './accounts.ts';
import { association, issueShape } from './issues.ts';
import { nodeId, repositoryApi } from './links.ts';
import { milestoneShape } from './releases.ts';
import { repositoryShape } from './repositories.ts';

/** An issue that is known to be a pull request. */
export type PullRequest = Issue & { readonly pull: Pull };

export function isPull(issue: Issue): issue is PullRequest {
  return issue.pull !== null;
}

function sideShape(github: GitHub, repository: Repository, side: PullSide) {
  const owner = side.fork ?? repository.owner;
  return {
    label: `${owner.login}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: accountShape(github, owner),
    repo: side.fork ? null : repositoryShape(github, repository),
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
    active_lock_reason: null,
    title: issue.title,
    body: issue.body,
    user: asIssue.user,
    labels: asIssue.labels,
    milestone: issue.milestone ? milestoneShape(github, repository, issue.milestone) : null,
    assignee: asIssue.assignee,
    assignees: asIssue.assignees,
    requested_reviewers: [],
    requested_teams: [],
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
  const open = issue.state === 'open';
  const start = (await mergeBase(folder, base.sha, head.sha)) ?? base.sha;
  const [files, commits, merged] = await Promise.all([
    diffFiles(folder, start, head.sha),
    countCommits(folder, head.sha, base.sha),
    open ? mergeTree(folder, `refs/heads/${base.ref}`, head.sha) : null,
  ]);
  const mergeable = open ? merged !== null : null;
  return {
    ...pullShape(github, repository, issue),
    merged: pull.merged,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeState(mergeable, pull.draft),
    merged_by: pull.mergedBy && accountShape(github, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

function mergeState(mergeable: boolean | null, draft: boolean): string {
  if (mergeable === null) return 'unknown';
  if (!mergeable) return 'dirty';
  return draft ? 'draft' : 'clean';
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
