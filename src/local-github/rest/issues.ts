/** REST: issues, their comments and reactions. */
import {
  comment,
  commentById,
  deleteComment,
  editComment,
  react,
} from '#local-github/actions/comments.ts';
import { editIssue, issueByNumber, openIssue } from '#local-github/actions/issues.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import {
  commentShape,
  issueShape,
  reactionShape,
  wholeIssueShape,
} from '#local-github/shapes/issues.ts';
import type { Comment, Issue, Reaction, Repository } from '#local-github/state.ts';
import {
  given,
  optionalOneOf,
  optionalRecords,
  optionalText,
  optionalTexts,
  text,
} from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';
import { created, idOf, noContent, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

/** Either permission reads what issues and pull requests share. */
const readable = 'issues|pull_requests';

function issueOf(exchange: Exchange): { scope: Scope; issue: Issue } {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  return { scope, issue: issueByNumber(scope, idOf(exchange, 'number')) };
}

function listIssues(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  const { github, repository } = scope;
  const found = [...repository.issues.values()].filter((issue) => wanted(exchange, issue));
  return paged(exchange, sorted(exchange, found), (each) => issueShape(github, repository, each));
}

function wanted({ query }: Exchange, issue: Issue): boolean {
  const state = query.get('state') ?? 'open';
  const labels = query.get('labels')?.split(',') ?? [];
  const creator = query.get('creator');
  const since = query.get('since');
  return (
    (state === 'all' || issue.state === state) &&
    labels.every((name) => issue.labels.some((label) => label.name === name)) &&
    (creator === null || issue.author.login === creator) &&
    (since === null || issue.updatedAt >= since)
  );
}

/** Newest first unless told otherwise. */
function sorted({ query }: Exchange, issues: readonly Issue[]): readonly Issue[] {
  const keys: Readonly<Record<string, (issue: Issue) => string | number>> = {
    created: ({ number }) => number,
    updated: ({ updatedAt }) => updatedAt,
    comments: ({ comments }) => comments.length,
  };
  const key = keys[query.get('sort') ?? 'created'] ?? (({ number }: Issue) => number);
  const ascending = issues.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return query.get('direction') === 'asc' ? ascending : ascending.toReversed();
}

/** Labels come as names or as objects with a name. */
function labelNames(body: Body, field = 'labels'): readonly string[] | undefined {
  const list = body[field];
  if (Array.isArray(list) && list.every((each) => typeof each === 'object'))
    return optionalRecords(body, field)?.map((each) => text(each, 'name', 'Label'));
  return optionalTexts(body, field);
}

async function createIssue(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const issue = await openIssue(scope, {
    // GitHub takes numbers for titles too.
    title: typeof body.title === 'number' ? String(body.title) : text(body, 'title', 'Issue'),
    ...given({
      body: optionalText(body, 'body'),
      labels: labelNames(body),
      assignees: optionalTexts(body, 'assignees'),
    }),
  });
  return created(wholeIssueShape(scope.github, scope.repository, issue));
}

async function changeIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  const { body } = exchange;
  const reasons = ['completed', 'not_planned', 'duplicate', 'reopened'] as const;
  await editIssue(scope, issue, {
    ...given({
      title: optionalText(body, 'title'),
      body: optionalText(body, 'body'),
      labels: labelNames(body),
      assignees: optionalTexts(body, 'assignees'),
      state: optionalOneOf(body, 'state', ['open', 'closed']),
      stateReason: optionalOneOf(body, 'state_reason', reasons),
    }),
    ...(body.body === null ? { body: null } : {}),
  });
  return ok(wholeIssueShape(scope.github, scope.repository, issue));
}

function showIssue(exchange: Exchange): Answer {
  const { scope, issue } = issueOf(exchange);
  return ok(wholeIssueShape(scope.github, scope.repository, issue));
}

function listComments(exchange: Exchange): Answer {
  const { scope, issue } = issueOf(exchange);
  const { github, repository } = scope;
  const since = exchange.query.get('since');
  const found = issue.comments.filter(({ updatedAt }) => since === null || updatedAt >= since);
  return paged(exchange, found, (each) => commentShape(github, { repository, issue }, each));
}

interface Everywhere {
  readonly issue: Issue;
  readonly made: Comment;
}

function listAllComments(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  const { github, repository } = scope;
  const since = exchange.query.get('since');
  const found = allComments(repository).filter(
    ({ made }) => since === null || made.updatedAt >= since,
  );
  const shape = ({ issue, made }: Everywhere) => commentShape(github, { repository, issue }, made);
  return paged(exchange, found, shape);
}

function allComments(repository: Repository): Everywhere[] {
  return [...repository.issues.values()]
    .flatMap((issue) => issue.comments.map((made) => ({ issue, made })))
    .sort((a, b) => a.made.id - b.made.id);
}

function createComment(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  const issue = issueByNumber(scope, idOf(exchange, 'number'));
  const made = comment(scope, issue, text(exchange.body, 'body', 'IssueComment'));
  return created(commentShape(scope.github, { repository: scope.repository, issue }, made));
}

function placedComment(exchange: Exchange) {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  return { scope, placed: commentById(scope, idOf(exchange, 'comment')) };
}

function showComment(exchange: Exchange): Answer {
  const { scope, placed } = placedComment(exchange);
  const { github, repository } = scope;
  return ok(commentShape(github, { repository, issue: placed.issue }, placed.comment));
}

function changeComment(exchange: Exchange): Answer {
  const { scope, placed } = placedComment(exchange);
  const { github, repository } = scope;
  const made = editComment(scope, placed, text(exchange.body, 'body', 'IssueComment'));
  return ok(commentShape(github, { repository, issue: placed.issue }, made));
}

function removeComment(exchange: Exchange): Answer {
  const { scope, placed } = placedComment(exchange);
  deleteComment(scope, placed);
  return noContent;
}

function addReaction(
  exchange: Exchange,
  scope: Scope,
  place: { readonly issue: Issue; readonly reactions: Reaction[] },
): Answer {
  const { reaction, isNew } = react(scope, place, text(exchange.body, 'content', 'Reaction'));
  return { status: isNew ? 201 : 200, body: reactionShape(scope.github, reaction) };
}

function reactToComment(exchange: Exchange): Answer {
  const { scope, placed } = placedComment(exchange);
  return addReaction(exchange, scope, { issue: placed.issue, reactions: placed.comment.reactions });
}

function reactToIssue(exchange: Exchange): Answer {
  const { scope, issue } = issueOf(exchange);
  return addReaction(exchange, scope, { issue, reactions: issue.reactions });
}

const issues = '/repos/:owner/:repo/issues';

export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: issues, run: listIssues },
  { method: 'POST', path: issues, run: createIssue },
  { method: 'GET', path: `${issues}/:number`, run: showIssue },
  { method: 'PATCH', path: `${issues}/:number`, run: changeIssue },
  { method: 'GET', path: `${issues}/:number/comments`, run: listComments },
  { method: 'POST', path: `${issues}/:number/comments`, run: createComment },
  { method: 'POST', path: `${issues}/:number/reactions`, run: reactToIssue },
  { method: 'GET', path: `${issues}/comments`, run: listAllComments },
  { method: 'GET', path: `${issues}/comments/:comment`, run: showComment },
  { method: 'PATCH', path: `${issues}/comments/:comment`, run: changeComment },
  { method: 'DELETE', path: `${issues}/comments/:comment`, run: removeComment },
  { method: 'POST', path: `${issues}/comments/:comment/reactions`, run: reactToComment },
];
