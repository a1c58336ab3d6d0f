/** Comments on issues and pull requests, and reactions to them. */
import { demand, hasRole } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notFound, Refusal } from '#local-github/refusal.ts';
import { commentShape, issueShape } from '#local-github/shapes/issues.ts';
import { reactionContents } from '#local-github/state.ts';
import type { Account, Comment, Issue, Reaction } from '#local-github/state.ts';
import { bodyLimit, tooLong } from './issues.ts';
import { touch } from './tell.ts';

/** Of an App either permission for comments under a pull request; a person needs to see the repository. */
function commentNeed(issue: Issue) {
  const permission = issue.pull ? 'issues|pull_requests' : 'issues';
  return { permission, level: 'write', role: 'read' } as const;
}

function checkBody(body: string): void {
  if (body.trim() === '')
    throw invalid({ resource: 'IssueComment', field: 'body', code: 'missing_field' });
  if (body.length > bodyLimit) throw tooLong('IssueComment', 'body', bodyLimit);
}

/** Throws 403 on a locked conversation, 422 on an empty or too long text. */
export function comment(scope: Scope, issue: Issue, body: string): Comment {
  const author = demand(scope, commentNeed(issue));
  checkBody(body);
  const { github, caller } = scope;
  const mayAnyway =
    caller.kind === 'installation' || hasRole(scope.repository, author.login, 'write');
  if (issue.locked && !mayAnyway)
    throw new Refusal(403, 'Unable to create comment because issue is locked.');
  const now = github.now();
  const made: Comment = {
    id: github.state.nextId(),
    author,
    viaApp: caller.kind === 'installation',
    body,
    createdAt: now,
    updatedAt: now,
    reactions: [],
    minimized: null,
  };
  issue.comments.push(made);
  tellComment(scope, { issue, comment: made }, { action: 'created', sender: author });
  return made;
}

/** A comment where it stands. */
export interface PlacedComment {
  readonly issue: Issue;
  readonly comment: Comment;
}

/** Throws 404 when there is none with this id. */
export function commentById({ repository }: Scope, id: number): PlacedComment {
  for (const issue of repository.issues.values()) {
    const found = issue.comments.find((candidate) => candidate.id === id);
    if (found) return { issue, comment: found };
  }
  throw notFound();
}

/** Authors may change their own; others need write. */
function changeNeed({ caller }: Scope, placed: PlacedComment) {
  const own = caller.kind === 'user' && caller.account.id === placed.comment.author.id;
  return { ...commentNeed(placed.issue), role: own ? 'read' : 'write' } as const;
}

export function editComment(scope: Scope, placed: PlacedComment, body: string): Comment {
  const sender = demand(scope, changeNeed(scope, placed));
  checkBody(body);
  const made = placed.comment;
  const changes = { body: { from: made.body } };
  made.body = body;
  made.updatedAt = scope.github.now();
  tellComment(scope, placed, { action: 'edited', sender, changes });
  return made;
}

export function deleteComment(scope: Scope, placed: PlacedComment): void {
  const sender = demand(scope, changeNeed(scope, placed));
  const { comments } = placed.issue;
  comments.splice(comments.indexOf(placed.comment), 1);
  tellComment(scope, placed, { action: 'deleted', sender });
}

function tellComment(
  { github, repository }: Scope,
  placed: PlacedComment,
  news: { action: string; sender: Account; changes?: object },
): void {
  const { issue } = placed;
  const { action, sender, changes } = news;
  touch({ github, repository }, issue);
  const payload = {
    issue: issueShape(github, repository, issue),
    comment: commentShape(github, { repository, issue }, placed.comment),
    ...(changes ? { changes } : {}),
  };
  github.emit({ event: 'issue_comment', action, repository, sender, payload });
}

/** `isNew` is false when the same person had reacted so before: GitHub then answers 200 with the old one. */
export function react(
  scope: Scope,
  { issue, reactions }: { readonly issue: Issue; readonly reactions: Reaction[] },
  content: string,
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const user = demand(scope, commentNeed(issue));
  const known = reactionContents.find((each) => each === content);
  if (!known) throw invalid({ resource: 'Reaction', field: 'content', code: 'invalid' });
  const before = reactions.find((each) => each.user.id === user.id && each.content === known);
  if (before) return { reaction: before, isNew: false };
  const id = scope.github.state.nextId();
  const reaction: Reaction = { id, user, content: known, createdAt: scope.github.now() };
  reactions.push(reaction);
  touch(scope, issue);
  return { reaction, isNew: true };
}
