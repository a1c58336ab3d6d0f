/** Every GraphQL type whose fields are built; the types of lists and payloads answer with what they hold. */
import { mutationFields } from '#local-github/graphql/mutations.ts';
import type { Fields } from '#local-github/graphql/source.ts';
import { actorFields, teamFields } from './accounts.ts';
import { issueCommentFields, issueFields, labelFields, pullFields } from './issues.ts';
import { queryFields } from './query.ts';
import { commitFields, refFields, releaseFields, repositoryFields } from './repository.ts';
import { reviewCommentFields, reviewFields, threadFields } from './reviews.ts';

export const allFields: Readonly<Record<string, Fields<never>>> = {
  Query: queryFields,
  Mutation: mutationFields,
  User: actorFields,
  Bot: actorFields,
  Organization: actorFields,
  Team: teamFields,
  Repository: repositoryFields,
  Ref: refFields,
  Commit: commitFields,
  Release: releaseFields,
  Issue: issueFields,
  PullRequest: pullFields,
  IssueComment: issueCommentFields,
  Label: labelFields,
  PullRequestReview: reviewFields,
  PullRequestReviewThread: threadFields,
  PullRequestReviewComment: reviewCommentFields,
};
