/** What happened to an issue, as GitHub tells it: events of an issue or of a repository, and the whole timeline. */
import type { Commit } from '#local-github/git/objects.ts';
import type { GitHub, Issue, Repository, TimelineEvent } from '#local-github/state.ts';
import { accountShape } from './accounts.ts';
import { gitCommitShape } from './commits.ts';
import { commentShape, issueShape } from './issues.ts';
import { nodeId, repositoryApi } from './links.ts';

export interface TimelinePlace {
  readonly github: GitHub;
  readonly repository: Repository;
  readonly issue: Issue;
}

/** Told in the timeline only: they are no events of their own. */
const timelineOnly: readonly TimelineEvent['event'][] = ['committed', 'cross-referenced'];

export function isEvent({ event }: TimelineEvent): boolean {
  return !timelineOnly.includes(event);
}

export function issueEventShape(place: TimelinePlace, event: TimelineEvent) {
  const { github, repository } = place;
  const commit = ['merged', 'head_ref_force_pushed'].includes(event.event) ? event.subject : null;
  const api = repositoryApi(github, repository);
  return {
    id: event.id,
    node_id: nodeId('EV', event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: accountShape(github, event.actor),
    event: event.event,
    commit_id: commit,
    commit_url: commit && `${api}/commits/${commit}`,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...details(place, event),
  };
}

function details({ github, repository }: TimelinePlace, told: TimelineEvent) {
  const { event, subject, before, actor } = told;
  const label = () => {
    const color = repository.labels.find(({ name }) => name === subject)?.color ?? 'ededed';
    return { label: { name: subject, color } };
  };
  const assignee = () => {
    const account = github.state.accounts.find(({ login }) => login === subject) ?? actor;
    return { assignee: accountShape(github, account), assigner: accountShape(github, actor) };
  };
  const known: Partial<Record<TimelineEvent['event'], () => object>> = {
    labeled: label,
    unlabeled: label,
    assigned: assignee,
    unassigned: assignee,
    renamed: () => ({ rename: { from: before ?? '', to: subject } }),
    locked: () => ({ lock_reason: subject }),
  };
  return known[event]?.() ?? {};
}

/** An entry of the timeline; `commits` by their SHA, `issues` by their number. */
export function timelineShape(
  place: TimelinePlace,
  event: TimelineEvent,
  commits: ReadonlyMap<string, Commit>,
): object {
  const { github, repository } = place;
  const commit = event.event === 'committed' ? commits.get(event.subject ?? '') : undefined;
  if (commit) return { event: 'committed', ...gitCommitShape(github, repository, commit) };
  if (event.event === 'cross-referenced') return reference(place, event);
  const shape = Object.entries(issueEventShape(place, event));
  return {
    ...Object.fromEntries(shape.filter(([name]) => name !== 'assigner')),
    ...(event.event === 'closed' ? { state_reason: place.issue.stateReason } : {}),
  };
}

function reference({ github, repository, issue }: TimelinePlace, event: TimelineEvent): object {
  const source = repository.issues.get(Number(event.subject)) ?? issue;
  return {
    event: 'cross-referenced',
    actor: accountShape(github, event.actor),
    created_at: event.createdAt,
    updated_at: event.createdAt,
    source: { type: 'issue', issue: issueShape(github, repository, source) },
  };
}

export function commentedShape({ github, repository, issue }: TimelinePlace, id: number): object {
  const comment = issue.comments.find((each) => each.id === id);
  if (!comment) return {};
  const shape = commentShape(github, { repository, issue }, comment);
  return { event: 'commented', actor: shape.user, ...shape };
}
