/** Reviews and their comments as GitHub shows them. */
import type { GitHub, Repository } from '#local-github/state.ts';
import type { Review, ReviewComment, Thread } from '#local-github/state/reviews.ts';
import { accountShape } from './accounts.ts';
import { association, issuePage, rollup } from './issues.ts';
import { nodeId, repositoryApi } from './links.ts';
import type { PullRequest } from './pulls.ts';

export interface ReviewPlace {
  readonly repository: Repository;
  readonly issue: PullRequest;
}

export function reviewShape(github: GitHub, { repository, issue }: ReviewPlace, review: Review) {
  const html = `${issuePage(github, repository, issue)}#pullrequestreview-${review.id}`;
  const pull = `${repositoryApi(github, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountShape(github, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: association(repository, review.author),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commit,
  };
}

/** In webhooks the state is small and an empty text is null. */
export function reviewEventShape(github: GitHub, place: ReviewPlace, review: Review) {
  return {
    ...reviewShape(github, place, review),
    state: review.state.toLowerCase(),
    body: review.body === '' ? null : review.body,
    submitted_at: review.submittedAt,
    updated_at: review.updatedAt,
  };
}

export interface ThreadPlace extends ReviewPlace {
  readonly thread: Thread;
}

export function reviewCommentShape(
  github: GitHub,
  { repository, issue, thread }: ThreadPlace,
  comment: ReviewComment,
) {
  const api = repositoryApi(github, repository);
  const url = `${api}/pulls/comments/${comment.id}`;
  const html = `${issuePage(github, repository, issue)}#discussion_r${comment.id}`;
  const pull = `${api}/pulls/${issue.number}`;
  const { original, current, outdated, subject } = thread;
  return {
    url,
    pull_request_review_id: comment.review.id,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: original.hunk,
    path: thread.path,
    commit_id: current.commit,
    original_commit_id: original.commit,
    user: accountShape(github, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pull,
    author_association: association(repository, comment.author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    reactions: rollup(`${url}/reactions`, comment.reactions),
    start_line: outdated ? null : current.startLine,
    original_start_line: original.startLine,
    start_side: current.startSide,
    line: outdated ? null : current.line,
    original_line: original.line,
    side: current.side,
    ...(comment.replyTo === null ? {} : { in_reply_to_id: comment.replyTo }),
    original_position: original.position,
    position: outdated ? null : current.position,
    subject_type: subject,
  };
}
