/** GraphQL: reviews, their threads and comments. */
import { commentsIn, seesReview } from '#local-github/actions/review-parts.ts';
import { hasRole, tokenAllows } from '#local-github/caller.ts';
import type { Caller } from '#local-github/caller.ts';
import { readCommit } from '#local-github/git/objects.ts';
import { connection } from '#local-github/graphql/paging.ts';
import { actor, scopeIn } from '#local-github/graphql/source.ts';
import type {
  Context,
  Fields,
  ReviewCommentSource,
  ReviewSource,
  ThreadSource,
} from '#local-github/graphql/source.ts';
import { association } from '#local-github/shapes/issues.ts';
import { nodeId } from '#local-github/shapes/links.ts';
import { reviewCommentShape, reviewShape } from '#local-github/shapes/reviews.ts';
import type { Repository } from '#local-github/state.ts';
import { textFields } from '#local-github/graphql/texts.ts';

const pullOf = ({ repository, issue }: Pick<ReviewSource, 'repository' | 'issue'>) => ({
  __typename: 'PullRequest',
  repository,
  issue,
});

async function commitAt(repository: Repository, sha: string) {
  return { __typename: 'Commit', repository, commit: await readCommit(repository.folder, sha) };
}

export const reviewFields: Fields<ReviewSource> = {
  ...textFields(({ review }) => ({ ...review, minimized: null })),
  id: ({ review }) => nodeId('PRR', review.id),
  state: ({ review }) => review.state,
  submittedAt: ({ review }) => review.submittedAt,
  publishedAt: ({ review }) => review.submittedAt,
  authorAssociation: ({ repository, review }) => association(repository, review.author),
  commit: ({ repository, review }) => commitAt(repository, review.commit),
  url: (source, _, { github }) => reviewShape(github, source, source.review).html_url,
  pullRequest: pullOf,
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  comments: ({ repository, issue, review }, args, context) =>
    connection(
      commentsIn(context, issue).filter(({ comment }) => comment.review === review),
      args,
      (placed) => ({ __typename: 'PullRequestReviewComment', repository, ...placed }),
    ),
};

/** Of an App `contents: write`, strange as it is. */
function mayResolve({ caller }: Context, { repository, issue }: ThreadSource): boolean {
  if (caller.kind === 'installation') return tokenAllows(caller.token, 'contents', 'write');
  if (caller.kind !== 'user') return false;
  return (
    caller.account.id === issue.author.id || hasRole(repository, caller.account.login, 'write')
  );
}

export const threadFields: Fields<ThreadSource> = {
  id: ({ thread }) => nodeId('PRRT', thread.id),
  path: ({ thread }) => thread.path,
  isResolved: ({ thread }) => thread.resolvedBy !== null,
  isCollapsed: ({ thread }) => thread.resolvedBy !== null,
  isOutdated: ({ thread }) => thread.outdated,
  // GitHub says "User" here, also of bots.
  resolvedBy: ({ thread }) =>
    thread.resolvedBy && { ...actor(thread.resolvedBy), __typename: 'User' },
  subjectType: ({ thread }) => thread.subject.toUpperCase(),
  diffSide: ({ thread }) => thread.current.side,
  startDiffSide: ({ thread }) => thread.current.startSide,
  line: ({ thread }) => (thread.outdated ? null : thread.current.line),
  startLine: ({ thread }) => (thread.outdated ? null : thread.current.startLine),
  originalLine: ({ thread }) => thread.original.line,
  originalStartLine: ({ thread }) => thread.original.startLine,
  pullRequest: pullOf,
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  viewerCanReply: (_, __, { caller }) => writes(caller),
  viewerCanResolve: (source, _, context) =>
    source.thread.resolvedBy === null && mayResolve(context, source),
  viewerCanUnresolve: (source, _, context) =>
    source.thread.resolvedBy !== null && mayResolve(context, source),
  comments: ({ repository, issue, thread }, args, context) =>
    connection(
      thread.comments.filter(({ review }) => seesReview(context, review)),
      args,
      (comment) => ({ __typename: 'PullRequestReviewComment', repository, issue, thread, comment }),
    ),
};

function writes(caller: Caller): boolean {
  if (caller.kind === 'installation') return tokenAllows(caller.token, 'pull_requests', 'write');
  return caller.kind === 'user';
}

const shapeOf = (source: ReviewCommentSource, { github }: Context) =>
  reviewCommentShape(github, source, source.comment);

export const reviewCommentFields: Fields<ReviewCommentSource> = {
  ...textFields(({ comment }) => comment),
  id: ({ comment }) => nodeId('PRRC', comment.id),
  authorAssociation: ({ repository, comment }) => association(repository, comment.author),
  path: ({ thread }) => thread.path,
  line: (source, _, context) => shapeOf(source, context).line,
  startLine: (source, _, context) => shapeOf(source, context).start_line,
  position: (source, _, context) => shapeOf(source, context).position,
  originalLine: ({ thread }) => thread.original.line,
  originalStartLine: ({ thread }) => thread.original.startLine,
  originalPosition: ({ thread }) => thread.original.position,
  diffHunk: ({ thread }) => thread.original.hunk,
  outdated: ({ thread }) => thread.outdated,
  subjectType: ({ thread }) => thread.subject.toUpperCase(),
  state: ({ comment }) => (comment.review.submittedAt === null ? 'PENDING' : 'SUBMITTED'),
  publishedAt: ({ comment }) => comment.review.submittedAt,
  draftedAt: ({ comment }) => comment.createdAt,
  url: (source, _, context) => shapeOf(source, context).html_url,
  commit: ({ repository, thread }) => commitAt(repository, thread.current.commit),
  originalCommit: ({ repository, thread }) => commitAt(repository, thread.original.commit),
  pullRequest: pullOf,
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  pullRequestReview: ({ repository, issue, comment }, _, context) =>
    seesReview(scopeIn(context, repository), comment.review)
      ? { __typename: 'PullRequestReview', repository, issue, review: comment.review }
      : null,
  replyTo: ({ repository, issue, thread, comment }) => {
    const first = thread.comments.find(({ id }) => id === comment.replyTo);
    const around = { __typename: 'PullRequestReviewComment', repository, issue, thread };
    return first ? { ...around, comment: first } : null;
  },
};
