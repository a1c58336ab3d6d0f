/** REST: assignees, locks and reactions of issues. */
import { commentById } from '#local-github/actions/comments.ts';
import {
  assignable,
  lock,
  removeReaction,
  setAssignees,
  unlock,
} from '#local-github/actions/issue-parts.ts';
import { issueByNumber } from '#local-github/actions/issues.ts';
import { optionalText, optionalTexts } from '#local-github/body.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { notFound } from '#local-github/refusal.ts';
import { accountShape } from '#local-github/shapes/accounts.ts';
import { issueShape, reactionShape } from '#local-github/shapes/issues.ts';
import type { Account, Issue, Reaction } from '#local-github/state.ts';
import { created, idOf, noContent, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function issueOf(exchange: Exchange): { scope: Scope; issue: Issue } {
  const scope = scopeOf(exchange);
  demandRead(scope, 'issues|pull_requests');
  return { scope, issue: issueByNumber(scope, idOf(exchange, 'number')) };
}

function listAssignable(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, 'issues|pull_requests');
  return paged(exchange, assignable(scope), (each) => accountShape(scope.github, each));
}

function isAssignable(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, 'issues|pull_requests');
  if (!assignable(scope).some(({ login }) => login === exchange.params.login)) throw notFound();
  return noContent;
}

/** Logins that cannot be given it are passed over, as GitHub does here. */
function named(scope: Scope, exchange: Exchange): readonly Account[] {
  const logins = optionalTexts(exchange.body, 'assignees') ?? [];
  return assignable(scope).filter(({ login }) => logins.includes(login));
}

async function addAssignees(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  const fresh = named(scope, exchange).filter((each) => !issue.assignees.includes(each));
  await setAssignees(scope, issue, [...issue.assignees, ...fresh]);
  return created(issueShape(scope.github, scope.repository, issue));
}

async function dropAssignees(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  const gone = named(scope, exchange);
  await setAssignees(
    scope,
    issue,
    issue.assignees.filter((each) => !gone.includes(each)),
  );
  return ok(issueShape(scope.github, scope.repository, issue));
}

async function lockIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  await lock(scope, issue, optionalText(exchange.body, 'lock_reason'));
  return noContent;
}

async function unlockIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  await unlock(scope, issue);
  return noContent;
}

interface Reacted {
  readonly scope: Scope;
  readonly issue: Issue;
  readonly reactions: Reaction[];
}

function onIssue(exchange: Exchange): Reacted {
  const { scope, issue } = issueOf(exchange);
  return { scope, issue, reactions: issue.reactions };
}

function onComment(exchange: Exchange): Reacted {
  const scope = scopeOf(exchange);
  demandRead(scope, 'issues|pull_requests');
  const { issue, comment } = commentById(scope, idOf(exchange, 'comment'));
  return { scope, issue, reactions: comment.reactions };
}

function list(exchange: Exchange, { scope, reactions }: Reacted): Answer {
  const content = exchange.query.get('content');
  const found = reactions.filter((each) => content === null || each.content === content);
  return paged(exchange, found, (each) => reactionShape(scope.github, each));
}

function drop(exchange: Exchange, place: Reacted): Answer {
  removeReaction(place.scope, place, idOf(exchange, 'reaction'));
  return noContent;
}

const repo = '/repos/:owner/:repo';
const issue = `${repo}/issues/:number`;
const comment = `${repo}/issues/comments/:comment`;

export const issuePartRoutes: readonly Route[] = [
  { method: 'GET', path: `${repo}/assignees`, run: listAssignable },
  { method: 'GET', path: `${repo}/assignees/:login`, run: isAssignable },
  { method: 'POST', path: `${issue}/assignees`, run: addAssignees },
  { method: 'DELETE', path: `${issue}/assignees`, run: dropAssignees },
  { method: 'PUT', path: `${issue}/lock`, run: lockIssue },
  { method: 'DELETE', path: `${issue}/lock`, run: unlockIssue },
  { method: 'GET', path: `${issue}/reactions`, run: (asked) => list(asked, onIssue(asked)) },
  {
    method: 'DELETE',
    path: `${issue}/reactions/:reaction`,
    run: (asked) => drop(asked, onIssue(asked)),
  },
  { method: 'GET', path: `${comment}/reactions`, run: (asked) => list(asked, onComment(asked)) },
  {
    method: 'DELETE',
    path: `${comment}/reactions/:reaction`,
    run: (asked) => drop(asked, onComment(asked)),
  },
];
