/** Tells the world of a change: the webhook to the App, and the topic to the pages. */
import type { Scope } from '#local-github/caller.ts';
import { issueShape } from '#local-github/shapes/issues.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { isPull, wholePullShape } from '#local-github/shapes/pulls.ts';
import type { Account, Issue, TimelineEvent } from '#local-github/state.ts';

export interface News {
  readonly action: string;
  readonly sender: Account;
  /** What stands in the payload beside the issue or pull request. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** `issues.*`, or `pull_request.*` when it is one. */
export async function tell({ github, repository }: Scope, issue: Issue, news: News): Promise<void> {
  const { action, sender, more = {} } = news;
  touch({ github, repository }, issue);
  if (isPull(issue)) {
    const pull_request = await wholePullShape(github, repository, issue);
    const payload = { number: issue.number, pull_request, ...more };
    github.emit({ event: 'pull_request', action, repository, sender, payload });
  } else {
    const payload = { issue: issueShape(github, repository, issue), ...more };
    github.emit({ event: 'issues', action, repository, sender, payload });
  }
}

/** Marks an issue as changed now and lets its pages know. */
export function touch({ github, repository }: Omit<Scope, 'caller'>, issue: Issue): void {
  issue.updatedAt = github.now();
  repository.updatedAt = issue.updatedAt;
  github.changes.emit('changed', `${fullName(repository)}#${issue.number}`);
}

/** Adds an entry to the story of an issue. */
export function note(
  scope: Scope,
  issue: Issue,
  entry: Omit<TimelineEvent, 'createdAt' | 'id'>,
): void {
  const { state, now } = scope.github;
  issue.timeline.push({ ...entry, id: state.nextId(), createdAt: now() });
}
