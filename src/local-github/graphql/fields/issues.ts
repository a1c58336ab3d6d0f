/** GraphQL: issues, pull requests, their comments and labels. */
import { closedBy } from '#local-github/actions/closing.ts';
import { seesReview } from '#local-github/actions/review-parts.ts';
import { diffFiles, mergeTree } from '#local-github/git/diff.ts';
import { readCommit } from '#local-github/git/objects.ts';
import { history, mergeBase } from '#local-github/git/refs.ts';
import { connection } from '#local-github/graphql/paging.ts';
import { actor, numberArg, optionalTextArg, textsArg } from '#local-github/graphql/source.ts';
import type {
  Args,
  Fields,
  IssueCommentSource,
  IssueSource,
  LabelSource,
  PullSource,
} from '#local-github/graphql/source.ts';
import { association, issuePage, labelShape } from '#local-github/shapes/issues.ts';
import { nodeId } from '#local-github/shapes/links.ts';
import { isPull, wholePullShape } from '#local-github/shapes/pulls.ts';
import { textFields } from '#local-github/graphql/texts.ts';

type Either = Pick<IssueSource, 'repository' | 'issue'>;

/** What issues and pull requests have in common. */
const sharedFields: Fields<Either> = {
  ...textFields(({ issue }: Either) => issue),
  number: ({ issue }) => issue.number,
  title: ({ issue }) => issue.title,
  closed: ({ issue }) => issue.state === 'closed',
  closedAt: ({ issue }) => issue.closedAt,
  locked: ({ issue }) => issue.locked,
  authorAssociation: ({ repository, issue }) => association(repository, issue.author),
  url: ({ repository, issue }, _, { github }) => issuePage(github, repository, issue),
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  labels: ({ repository, issue }, args) =>
    connection(issue.labels, args, (label) => ({ __typename: 'Label', repository, label })),
  assignees: ({ issue }, args) => connection(issue.assignees, args, actor),
  comments: ({ repository, issue }, args) =>
    connection(newestIfAsked(issue.comments, args), args, (comment) => ({
      __typename: 'IssueComment',
      repository,
      issue,
      comment,
    })),
};

/** GitHub sorts comments by their last change only; without `orderBy` they stand as they were made. */
function newestIfAsked<T extends { readonly updatedAt: string }>(
  all: readonly T[],
  { orderBy }: Args,
): readonly T[] {
  if (typeof orderBy !== 'object' || orderBy === null) return all;
  const rising = all.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt));
  return 'direction' in orderBy && orderBy.direction === 'DESC' ? rising.toReversed() : rising;
}

export const issueFields: Fields<IssueSource> = {
  ...sharedFields,
  id: ({ issue }) => nodeId('I', issue.id),
  state: ({ issue }) => issue.state.toUpperCase(),
  stateReason: ({ issue }) => issue.stateReason?.toUpperCase() ?? null,
  closedByPullRequestsReferences: ({ repository, issue }, args) =>
    connection(
      [...repository.issues.values()]
        .filter(isPull)
        .filter((pull) => closedBy(repository, pull).includes(issue))
        .filter(({ state }) => args.includeClosedPrs === true || state === 'open'),
      args,
      (pull) => ({ __typename: 'PullRequest', repository, issue: pull }),
    ),
};

const decisions = { APPROVED: 'APPROVED', CHANGES_REQUESTED: 'CHANGES_REQUESTED' } as const;

export const pullFields: Fields<PullSource> = {
  ...sharedFields,
  id: ({ issue }) => nodeId('PR', issue.pull.id),
  databaseId: ({ issue }) => issue.pull.id,
  fullDatabaseId: ({ issue }) => String(issue.pull.id),
  state: ({ issue }) => (issue.pull.merged ? 'MERGED' : issue.state.toUpperCase()),
  isDraft: ({ issue }) => issue.pull.draft,
  merged: ({ issue }) => issue.pull.merged,
  mergedAt: ({ issue }) => issue.pull.mergedAt,
  mergedBy: ({ issue }) => issue.pull.mergedBy && actor(issue.pull.mergedBy),
  mergeCommit: async ({ repository, issue: { pull } }) =>
    pull.merged && pull.mergeCommitSha !== null
      ? {
          __typename: 'Commit',
          repository,
          commit: await readCommit(repository.folder, pull.mergeCommitSha),
        }
      : null,
  mergeable: async ({ repository, issue: { state, pull } }) => {
    if (state === 'closed') return 'UNKNOWN';
    const merged = await mergeTree(repository.folder, pull.base.sha, pull.head.sha);
    return merged === null ? 'CONFLICTING' : 'MERGEABLE';
  },
  headRefName: ({ issue }) => issue.pull.head.ref,
  headRefOid: ({ issue }) => issue.pull.head.sha,
  baseRefName: ({ issue }) => issue.pull.base.ref,
  baseRefOid: ({ issue }) => issue.pull.base.sha,
  isCrossRepository: ({ issue }) => issue.pull.head.fork !== undefined,
  maintainerCanModify: ({ issue }) => issue.pull.maintainerCanModify,
  additions: async (source, _, { github }) =>
    (await wholePullShape(github, source.repository, source.issue)).additions,
  deletions: async (source, _, { github }) =>
    (await wholePullShape(github, source.repository, source.issue)).deletions,
  changedFiles: async (source, _, { github }) =>
    (await wholePullShape(github, source.repository, source.issue)).changed_files,
  closingIssuesReferences: ({ repository, issue }, args) =>
    connection(closedBy(repository, issue), args, (each) => ({
      __typename: 'Issue',
      repository,
      issue: each,
    })),
  commits: async ({ repository, issue: { pull } }, args) => {
    const { head, base } = pull;
    const commits = await history(repository.folder, head.sha, { not: base.sha, limit: 250 });
    return connection(commits.toReversed(), args, (commit) => ({
      __typename: 'PullRequestCommit',
      id: nodeId('PURC', `${pull.id}:${commit.sha}`),
      commit: { __typename: 'Commit', repository, commit },
    }));
  },
  files: async ({ repository, issue: { pull } }, args) => {
    const { folder } = repository;
    const start = (await mergeBase(folder, pull.base.sha, pull.head.sha)) ?? pull.base.sha;
    const files = await diffFiles(folder, start, pull.head.sha);
    return connection(files, args, ({ path, additions, deletions, status }) => ({
      __typename: 'PullRequestChangedFile',
      path,
      additions,
      deletions,
      changeType: status === 'removed' ? 'DELETED' : status.toUpperCase(),
    }));
  },
  reviewDecision: ({ issue }) => {
    const said = issue.pull.discussion.reviews.findLast(({ state }) => state in decisions);
    return said ? said.state : null;
  },
  reviews: ({ repository, issue }, args, context) => {
    const [states, author] = [textsArg(args, 'states'), optionalTextArg(args, 'author')];
    const found = issue.pull.discussion.reviews
      .filter((review) => seesReview(context, review))
      .filter(({ state }) => states === undefined || states.includes(state))
      .filter((review) => author === undefined || review.author.login === author);
    const around = { __typename: 'PullRequestReview', repository, issue };
    return connection(found, args, (review) => ({ ...around, review }));
  },
  reviewThreads: ({ repository, issue }, args, context) =>
    connection(
      issue.pull.discussion.threads.filter(({ comments }) =>
        comments.some(({ review }) => seesReview(context, review)),
      ),
      args,
      (thread) => ({ __typename: 'PullRequestReviewThread', repository, issue, thread }),
    ),
  reviewRequests: ({ repository, issue: { pull } }, args) => {
    const { reviewers, teams } = pull.discussion;
    const asked = [
      ...reviewers.map(actor),
      ...teams.map((team) => ({ __typename: 'Team', repository, team })),
    ];
    return connection(asked, args, (requestedReviewer) => ({ requestedReviewer }));
  },
};

export const issueCommentFields: Fields<IssueCommentSource> = {
  ...textFields(({ comment }) => comment),
  id: ({ comment }) => nodeId('IC', comment.id),
  authorAssociation: ({ repository, comment }) => association(repository, comment.author),
  url: ({ repository, issue, comment }, _, { github }) =>
    `${issuePage(github, repository, issue)}#issuecomment-${comment.id}`,
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  issue: ({ repository, issue }) => ({ __typename: 'Issue', repository, issue }),
  pullRequest: ({ repository, issue }) =>
    issue.pull ? { __typename: 'PullRequest', repository, issue } : null,
};

export const labelFields: Fields<LabelSource> = {
  id: ({ label }) => nodeId('LA', label.id),
  name: ({ label }) => label.name,
  color: ({ label }) => label.color,
  description: ({ label }) => label.description,
  isDefault: ({ label }) => label.isDefault,
  url: ({ repository, label }, _, { github }) => labelShape(github, repository, label).url,
};

export function numberOf(args: Args): number {
  return numberArg(args, 'number') ?? 0;
}
