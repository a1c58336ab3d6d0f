/** Issues, comments, labels and reactions as GitHub shows them. */
import { hasRole } from '#local-github/caller.ts';
import { reactionContents } from '#local-github/state.ts';
import type {
  Account,
  Comment,
  GitHub,
  Issue,
  Label,
  Reaction,
  Repository,
} from '#local-github/state.ts';
import { accountShape, appShape } from './accounts.ts';
import { nodeId, repositoryApi, repositoryPage } from './links.ts';
import { milestoneShape } from './releases.ts';

export function labelShape(github: GitHub, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryApi(github, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}

/** How the author stands to the repository. */
export function association(repository: Repository, author: Account): string {
  if (author.id === repository.owner.id) return 'OWNER';
  if (author.type === 'Bot') return 'NONE';
  if (repository.collaborators.has(author.login))
    return repository.owner.type === 'Organization' && hasRole(repository, author.login, 'triage')
      ? 'MEMBER'
      : 'COLLABORATOR';
  return 'NONE';
}

export function reactionShape(github: GitHub, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountShape(github, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function rollup(url: string, reactions: readonly Reaction[]) {
  const count = (content: string): number =>
    reactions.filter((reaction) => reaction.content === content).length;
  return {
    url,
    total_count: reactions.length,
    ...Object.fromEntries(reactionContents.map((content) => [content, count(content)])),
  };
}

/** Addresses of an issue, or of the issue side of a pull request. */
export function issuePage(github: GitHub, repository: Repository, issue: Issue): string {
  const kind = issue.pull ? 'pull' : 'issues';
  return `${repositoryPage(github, repository)}/${kind}/${issue.number}`;
}

export function issueShape(github: GitHub, repository: Repository, issue: Issue) {
  const api = `${repositoryApi(github, repository)}/issues/${issue.number}`;
  const assignees = issue.assignees.map((account) => accountShape(github, account));
  return {
    id: issue.id,
    node_id: issue.pull ? nodeId('PR', issue.pull.id) : nodeId('I', issue.id),
    url: api,
    repository_url: repositoryApi(github, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    timeline_url: `${api}/timeline`,
    html_url: issuePage(github, repository, issue),
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: accountShape(github, issue.author),
    labels: issue.labels.map((label) => labelShape(github, repository, label)),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: issue.milestone ? milestoneShape(github, repository, issue.milestone) : null,
    locked: issue.locked,
    active_lock_reason: issue.lockReason ?? null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(repository, issue.author),
    performed_via_github_app: issue.viaApp ? appShape(github, github.state.app) : null,
    reactions: rollup(`${api}/reactions`, issue.reactions),
    ...pullPart(github, repository, issue),
  };
}

function pullPart(github: GitHub, repository: Repository, issue: Issue) {
  if (!issue.pull) return {};
  const page = issuePage(github, repository, issue);
  return {
    draft: issue.pull.draft,
    pull_request: {
      url: `${repositoryApi(github, repository)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: issue.pull.mergedAt,
    },
  };
}

/** `GET` of one issue tells who closed it; lists and webhooks do not. */
export function wholeIssueShape(github: GitHub, repository: Repository, issue: Issue) {
  return {
    ...issueShape(github, repository, issue),
    closed_by: issue.closedBy && accountShape(github, issue.closedBy),
  };
}

export interface CommentPlace {
  readonly repository: Repository;
  readonly issue: Issue;
}

export function commentShape(
  github: GitHub,
  { repository, issue }: CommentPlace,
  comment: Comment,
) {
  const api = repositoryApi(github, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url,
    html_url: `${issuePage(github, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue.number}`,
    user: accountShape(github, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: association(repository, comment.author),
    performed_via_github_app: comment.viaApp ? appShape(github, github.state.app) : null,
    reactions: rollup(`${url}/reactions`, comment.reactions),
  };
}
