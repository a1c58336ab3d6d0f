/** Words in a pull request that refer to issues, and those that close them when it is merged. */
import type { Scope } from '#local-github/caller.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { Account, Issue, Repository } from '#local-github/state.ts';
import { close } from './issues.ts';
import { note, tell } from './tell.ts';

const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;
const mention = /(?:^|[\s([])#(\d+)\b/g;

function numbers(pattern: RegExp, texts: readonly (string | null)[]): Set<number> {
  const found = texts.flatMap((text) => [...(text ?? '').matchAll(pattern)]);
  return new Set(found.map(([, number]) => Number(number)));
}

/** The issues that say "mentioned in pull request N". */
export function referToIssues(scope: Scope, pull: PullRequest): void {
  for (const number of numbers(mention, [pull.title, pull.body])) {
    const issue = scope.repository.issues.get(number);
    if (!issue || issue === pull) continue;
    const subject = String(pull.number);
    note(scope, issue, { event: 'cross-referenced', actor: pull.author, subject });
    scope.github.changes.emit(
      'changed',
      `${scope.repository.owner.login}/${scope.repository.name}#${number}`,
    );
  }
}

/** The issues that its text says it closes, lowest number first. */
export function closedBy({ issues }: Repository, pull: PullRequest): readonly Issue[] {
  return [...numbers(closing, [pull.body])]
    .toSorted((a, b) => a - b)
    .flatMap((number) => issues.get(number) ?? [])
    .filter((issue) => issue.pull === null);
}

/** Closes what "Fixes #7" names; only merges into the default branch do. */
export async function closeFixed(
  scope: Scope,
  { pull, sender, messages }: { pull: PullRequest; sender: Account; messages: readonly string[] },
): Promise<void> {
  if (pull.pull.base.ref !== scope.repository.defaultBranch) return;
  for (const number of numbers(closing, [pull.body, ...messages])) {
    const issue = scope.repository.issues.get(number);
    if (!issue || issue.pull || issue.state === 'closed') continue;
    close(scope, issue, sender);
    issue.stateReason = 'completed';
    note(scope, issue, { event: 'closed', actor: sender, subject: String(pull.number) });
    await tell(scope, issue, { action: 'closed', sender });
  }
}
