/** GraphQL: what can be changed, by the same actions as through REST. */
import { comment } from '#local-github/actions/comments.ts';
import { editPull, setDraft } from '#local-github/actions/pulls.ts';
import { pendingOf } from '#local-github/actions/review-parts.ts';
import type { ReviewEvent } from '#local-github/actions/review-parts.ts';
import { createReview, submitReview } from '#local-github/actions/reviews.ts';
import {
  editReviewComment,
  minimize,
  reply,
  replyPending,
  setResolved,
} from '#local-github/actions/threads.ts';
import { given } from '#local-github/body.ts';
import { demand } from '#local-github/caller.ts';
import { unprocessable } from '#local-github/refusal.ts';
import type { Side } from '#local-github/state/reviews.ts';
import { nodeById } from './nodes.ts';
import { noNode, numberArg, optionalTextArg, scopeIn, textArg } from './source.ts';
import type { Args, Context, Fields, Source } from './source.ts';

type Named<Name extends Source['__typename']> = Extract<Source, { readonly __typename: Name }>;

/** Throws NOT_FOUND when the id names nothing, or something else. */
function found<Name extends Source['__typename']>(
  context: Context,
  id: string,
  name: Name,
): Named<Name> {
  const source = nodeById(context, id);
  if (source && isNamed(source, name)) return source;
  throw noNode(id);
}

function isNamed<Name extends Source['__typename']>(
  source: Source,
  name: Name,
): source is Named<Name> {
  return source.__typename === name;
}

type Mutation = (input: Args, context: Context) => unknown;

function reviewThread(resolved: boolean): Mutation {
  return (input, context) => {
    const thread = found(context, textArg(input, 'threadId'), 'PullRequestReviewThread');
    setResolved(scopeIn(context, thread.repository), thread, resolved);
    return { thread };
  };
}

function draft(isDraft: boolean): Mutation {
  return async (input, context) => {
    const pullRequest = found(context, textArg(input, 'pullRequestId'), 'PullRequest');
    await setDraft(scopeIn(context, pullRequest.repository), pullRequest.issue, isDraft);
    return { pullRequest };
  };
}

function addThreadReply(input: Args, context: Context) {
  const id = textArg(input, 'pullRequestReviewThreadId');
  const thread = found(context, id, 'PullRequestReviewThread');
  const scope = scopeIn(context, thread.repository);
  const author = demand(scope, { permission: 'pull_requests', level: 'write', role: 'read' });
  const review = pendingOf(thread.issue, author);
  const body = textArg(input, 'body');
  // What REST refuses goes into the pending review here.
  const placed = review
    ? replyPending(scope, { ...thread, review }, body)
    : reply(scope, thread, body);
  return {
    comment: {
      __typename: 'PullRequestReviewComment',
      repository: thread.repository,
      issue: thread.issue,
      thread: thread.thread,
      comment: placed.comment,
    },
  };
}

const classifiers: Readonly<Record<string, string>> = {
  ABUSE: 'abuse',
  DUPLICATE: 'duplicate',
  OFF_TOPIC: 'off-topic',
  OUTDATED: 'outdated',
  RESOLVED: 'resolved',
  SPAM: 'spam',
};

function minimized(key: string, reason: (input: Args) => string | null): Mutation {
  return (input, context) => {
    const id = textArg(input, 'subjectId');
    const subject = nodeById(context, id);
    if (
      subject?.__typename !== 'IssueComment' &&
      subject?.__typename !== 'PullRequestReviewComment'
    )
      throw noNode(id);
    minimize(scopeIn(context, subject.repository), subject, reason(input));
    return { [key]: subject };
  };
}

function isEvent(value: unknown): value is ReviewEvent {
  return value === 'APPROVE' || value === 'REQUEST_CHANGES' || value === 'COMMENT';
}

function isRecord(value: unknown): value is Args {
  return typeof value === 'object' && value !== null;
}

function sideArg(args: Args, name: string): Side {
  return args[name] === 'LEFT' ? 'LEFT' : 'RIGHT';
}

async function addReview(input: Args, context: Context) {
  const pull = found(context, textArg(input, 'pullRequestId'), 'PullRequest');
  if (input.comments) throw unprocessable('The local GitHub takes threads, not comments');
  const threads = Array.isArray(input.threads) ? input.threads.filter(isRecord) : [];
  const review = await createReview(scopeIn(context, pull.repository), pull.issue, {
    comments: threads.map((each) => ({
      path: textArg(each, 'path'),
      body: textArg(each, 'body'),
      side: sideArg(each, 'side'),
      ...given({ line: numberArg(each, 'line'), startLine: numberArg(each, 'startLine') }),
      ...(each.startLine === undefined ? {} : { startSide: sideArg(each, 'startSide') }),
    })),
    ...given({
      body: optionalTextArg(input, 'body'),
      commit: optionalTextArg(input, 'commitOID'),
      event: isEvent(input.event) ? input.event : undefined,
    }),
  });
  return { pullRequestReview: { ...pull, __typename: 'PullRequestReview', review } };
}

function submit(input: Args, context: Context) {
  const id = textArg(input, 'pullRequestReviewId');
  const source = found(context, id, 'PullRequestReview');
  if (!isEvent(input.event)) throw unprocessable('This event is not built');
  const words = given({ body: optionalTextArg(input, 'body') });
  const { review, issue } = source;
  submitReview(scopeIn(context, source.repository), issue, {
    review,
    event: input.event,
    ...words,
  });
  return { pullRequestReview: source };
}

async function updatePull(input: Args, context: Context) {
  const pullRequest = found(context, textArg(input, 'pullRequestId'), 'PullRequest');
  const { state, maintainerCanModify: modify } = input;
  await editPull(
    scopeIn(context, pullRequest.repository),
    pullRequest.issue,
    given({
      title: optionalTextArg(input, 'title'),
      body: optionalTextArg(input, 'body'),
      base: optionalTextArg(input, 'baseRefName'),
      state: state === 'OPEN' ? 'open' : state === 'CLOSED' ? 'closed' : undefined,
      maintainerCanModify: typeof modify === 'boolean' ? modify : undefined,
    }),
  );
  return { pullRequest };
}

function updateReviewComment(input: Args, context: Context) {
  const id = textArg(input, 'pullRequestReviewCommentId');
  const placed = found(context, id, 'PullRequestReviewComment');
  editReviewComment(scopeIn(context, placed.repository), placed, textArg(input, 'body'));
  return { pullRequestReviewComment: placed };
}

function addComment(input: Args, context: Context) {
  const id = textArg(input, 'subjectId');
  const subject = nodeById(context, id);
  if (subject?.__typename !== 'Issue' && subject?.__typename !== 'PullRequest') throw noNode(id);
  const { repository, issue } = subject;
  const made = comment(scopeIn(context, repository), issue, textArg(input, 'body'));
  const node = { __typename: 'IssueComment', repository, issue, comment: made };
  return { subject, commentEdge: { node, cursor: '' } };
}

const mutations: Readonly<Record<string, Mutation>> = {
  addComment,
  addPullRequestReview: addReview,
  addPullRequestReviewThreadReply: addThreadReply,
  convertPullRequestToDraft: draft(true),
  markPullRequestReadyForReview: draft(false),
  minimizeComment: minimized(
    'minimizedComment',
    (input) => classifiers[textArg(input, 'classifier')] ?? null,
  ),
  resolveReviewThread: reviewThread(true),
  submitPullRequestReview: submit,
  unminimizeComment: minimized('unminimizedComment', () => null),
  unresolveReviewThread: reviewThread(false),
  updatePullRequest: updatePull,
  updatePullRequestReviewComment: updateReviewComment,
};

/** Each answers with its payload and what the caller calls it by. */
export const mutationFields: Fields<unknown> = Object.fromEntries(
  Object.entries(mutations).map(([name, mutate]) => [
    name,
    async (_: unknown, args: Args, context: Context) => {
      const input = isRecord(args.input) ? args.input : {};
      const payload = await mutate(input, context);
      const clientMutationId = optionalTextArg(input, 'clientMutationId') ?? null;
      return { ...(isRecord(payload) ? payload : {}), clientMutationId };
    },
  ]),
);
