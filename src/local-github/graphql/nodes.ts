/** Finds what a node id names: the same ids that REST tells as `node_id`. */
import { commentsIn, seesReview } from '#local-github/actions/review-parts.ts';
import { demandRead } from '#local-github/caller.ts';
import { sees } from '#local-github/rest/route.ts';
import { nodeId } from '#local-github/shapes/links.ts';
import { isPull } from '#local-github/shapes/pulls.ts';
import type { Repository } from '#local-github/state.ts';
import { actor, scopeIn } from './source.ts';
import type { Context, Source } from './source.ts';

/** Undefined when there is no such thing, or the caller may not see it. */
export function nodeById(context: Context, id: string): Source | undefined {
  const kind = id.slice(0, id.indexOf('_'));
  const number = Number(/^local:(\d+)$/.exec(textOf(id))?.[1]);
  if (!Number.isInteger(number) || nodeId(kind, number) !== id) return undefined;
  if (kind === 'U' || kind === 'BOT') {
    const account = context.github.state.accounts.find((each) => each.id === number);
    return account && actor(account);
  }
  return context.github.state.repositories
    .filter((repository) => sees(context.caller, repository))
    .map((repository) => finders[kind]?.({ context, repository, number }))
    .find((found) => found !== undefined);
}

function textOf(id: string): string {
  return Buffer.from(id.slice(id.indexOf('_') + 1), 'base64url').toString();
}

interface Search {
  readonly context: Context;
  readonly repository: Repository;
  readonly number: number;
}

const finders: Readonly<Record<string, (search: Search) => Source | undefined>> = {
  R: ({ repository, number }) =>
    repository.id === number ? { __typename: 'Repository', repository } : undefined,
  I({ context, repository, number }) {
    const issue = [...repository.issues.values()].find((each) => !each.pull && each.id === number);
    if (!issue) return undefined;
    demandRead(scopeIn(context, repository), 'issues');
    return { __typename: 'Issue', repository, issue };
  },
  IC({ repository, number }) {
    for (const issue of repository.issues.values())
      for (const comment of issue.comments)
        if (comment.id === number)
          return { __typename: 'IssueComment', repository, issue, comment };
    return undefined;
  },
  PR({ context, repository, number }) {
    const issue = pullsOf({ context, repository }).find(({ pull }) => pull.id === number);
    return issue && { __typename: 'PullRequest', repository, issue };
  },
  PRR({ context, repository, number }) {
    for (const issue of pullsOf({ context, repository }))
      for (const review of issue.pull.discussion.reviews)
        if (review.id === number && seesReview(context, review))
          return { __typename: 'PullRequestReview', repository, issue, review };
    return undefined;
  },
  PRRT({ context, repository, number }) {
    for (const issue of pullsOf({ context, repository }))
      for (const thread of issue.pull.discussion.threads)
        if (thread.id === number)
          return { __typename: 'PullRequestReviewThread', repository, issue, thread };
    return undefined;
  },
  PRRC({ context, repository, number }) {
    for (const issue of pullsOf({ context, repository }))
      for (const placed of commentsIn(context, issue))
        if (placed.comment.id === number)
          return { __typename: 'PullRequestReviewComment', repository, ...placed };
    return undefined;
  },
  LA({ repository, number }) {
    const label = repository.labels.find((each) => each.id === number);
    return label && { __typename: 'Label', repository, label };
  },
  RE({ repository, number }) {
    const release = repository.releases.find((each) => each.id === number && !each.draft);
    return release && { __typename: 'Release', repository, release };
  },
};

function pullsOf({ context, repository }: Omit<Search, 'number'>) {
  demandRead(scopeIn(context, repository), 'pull_requests');
  return [...repository.issues.values()].filter(isPull);
}
