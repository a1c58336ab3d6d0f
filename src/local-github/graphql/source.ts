/** Source: what a GraphQL object is made from, and how its fields are answered. */
import { GraphQLError } from 'graphql';
import type { Caller, Scope } from '#local-github/caller.ts';
import type { Rate } from '#local-github/limits/meter.ts';
import type { PlacedReviewComment, PlacedThread } from '#local-github/actions/review-parts.ts';
import type { Commit } from '#local-github/git/objects.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account, Comment, GitHub, Issue, Label, Repository } from '#local-github/state.ts';
import type { Release, Team } from '#local-github/state/releases.ts';
import type { Review } from '#local-github/state/reviews.ts';

/** What every answer to one document shares. */
export interface Context {
  readonly github: GitHub;
  readonly caller: Caller;
  readonly rate: Rate;
  readonly cost: number;
  readonly nodeCount: number;
  /** Hears of what is described and not built. */
  readonly violations: string[];
}

interface Typed<Name extends string> {
  readonly __typename: Name;
}
interface Placed<Name extends string> extends Typed<Name> {
  readonly repository: Repository;
}

export type RepositorySource = Placed<'Repository'>;
export type PullSource = Placed<'PullRequest'> & { readonly issue: PullRequest };
export type IssueSource = Placed<'Issue'> & { readonly issue: Issue };
export type IssueCommentSource = Placed<'IssueComment'> & {
  readonly issue: Issue;
  readonly comment: Comment;
};
export type LabelSource = Placed<'Label'> & { readonly label: Label };
export type ReviewSource = Placed<'PullRequestReview'> & {
  readonly issue: PullRequest;
  readonly review: Review;
};
export type ThreadSource = Placed<'PullRequestReviewThread'> & PlacedThread;
export type ReviewCommentSource = Placed<'PullRequestReviewComment'> & PlacedReviewComment;
export type CommitSource = Placed<'Commit'> & { readonly commit: Commit };
export type RefSource = Placed<'Ref'> & { readonly name: string; readonly sha: string };
export type ReleaseSource = Placed<'Release'> & { readonly release: Release };
export type TeamSource = Placed<'Team'> & { readonly team: Team };
export type ActorSource = Typed<'User' | 'Bot' | 'Organization'> & { readonly account: Account };

export type Source =
  | RepositorySource
  | PullSource
  | IssueSource
  | IssueCommentSource
  | LabelSource
  | ReviewSource
  | ThreadSource
  | ReviewCommentSource
  | CommitSource
  | RefSource
  | ReleaseSource
  | TeamSource
  | ActorSource;

export type Args = Readonly<Record<string, unknown>>;

/** The fields of one type that are built. */
export type Fields<S> = Readonly<
  Record<string, (source: S, args: Args, context: Context) => unknown>
>;

export function actor(account: Account): ActorSource {
  return { __typename: account.type, account };
}

export function scopeIn({ github, caller }: Context, repository: Repository): Scope {
  return { github, caller, repository };
}

/** An error as GitHub types it; the field that threw it is null. */
export function failure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export function noNode(id: string): GraphQLError {
  return failure('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** Arguments were read by the schema already: this only tells their type. */
export function textArg(args: Args, name: string): string {
  return optionalTextArg(args, name) ?? '';
}

export function optionalTextArg(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberArg(args: Args, name: string): number | undefined {
  const value = args[name];
  return typeof value === 'number' ? value : undefined;
}

export function textsArg(args: Args, name: string): readonly string[] | undefined {
  const value = args[name];
  if (!Array.isArray(value)) return undefined;
  return value.filter((each) => typeof each === 'string');
}
