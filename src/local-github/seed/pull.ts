/** A pull request of a world's history: its commits, how it was merged, and what GitHub knows of it. */
import type { Point } from '#local-github/git/import.ts';
import { webFlow } from '#local-github/shapes/commits.ts';
import type { Issue } from '#local-github/state.ts';
import { newDiscussion } from '#local-github/state/reviews.ts';
import { WorldError } from '#local-github/world.ts';
import type { PullStep } from '#local-github/world/history.ts';
import { commit, find, move, signature } from './story.ts';
import type { Story } from './story.ts';

interface Numbered extends Omit<PullStep, 'commits'> {
  readonly number: number;
  readonly into: string;
  readonly branch: string;
  readonly commits: readonly {
    readonly message: string;
    readonly author?: string | undefined;
    readonly files: Readonly<Record<string, string | null>>;
  }[];
  /** When it was opened. */
  readonly opened: string;
}

/** `before` is the time of the step before: when it was opened, unless it says. */
export function playPull(story: Story, given: PullStep, before: string): void {
  const { repository } = story;
  const pull = numbered(story, given, before);
  const { number, into, branch, opened } = pull;
  const base = find(story, into);
  const ref = `refs/pull/${number}/head`;
  const head = pull.commits.reduce((parent, { message, files, ...written }) => {
    const author = story.who(written.author ?? pull.author);
    return commit(story, { ref, parents: [parent], author, message, files, date: opened });
  }, base);
  if (pull.fork === undefined && (pull.state === 'open' || pull.keepBranch))
    move(story, `refs/heads/${branch}`, head);
  const merged = pull.state === 'merged' ? mergeInto(story, pull, head) : null;
  const issue = makeIssue(story, pull);
  // Its number is taken at once; the commits have no names before the end.
  repository.issues.set(number, issue);
  const closed = story.now;
  story.later.push((sha) => {
    const facts = {
      id: story.nextId(),
      head: { ref: branch, sha: sha(head), ...forkOf(story, pull) },
      base: { ref: into, sha: sha(base) },
      draft: pull.draft,
      merged: merged !== null,
      mergedAt: merged === null ? null : closed,
      mergedBy: merged === null ? null : story.who(pull.mergedBy),
      mergeCommitSha: merged === null ? null : sha(merged),
      ...(merged === null ? {} : { mergedOnto: sha(base) }),
      maintainerCanModify: pull.fork !== undefined,
      discussion: newDiscussion(),
    };
    repository.issues.set(number, { ...issue, pull: facts });
    if (merged !== null && pull.merge !== 'rebase') repository.signedCommits.add(sha(merged));
  });
}

function numbered({ repository }: Story, pull: PullStep, before: string): Numbered {
  const number = pull.number ?? Math.max(0, ...repository.issues.keys()) + 1;
  if (repository.issues.has(number)) throw new WorldError(`the number ${number} is taken`);
  const { title, opened = before, branch = `pull-${number}`, into } = pull;
  const files = pull.files ?? { [`changes/${number}.md`]: `${title}\n` };
  const commits = pull.commits ?? [{ message: title, files }];
  return { ...pull, number, branch, opened, commits, into: into ?? repository.defaultBranch };
}

function forkOf({ who }: Story, { fork }: Numbered) {
  return fork === undefined ? {} : { fork: who(fork) };
}

/** Answers with the commit that the base branch ends at. */
function mergeInto(story: Story, pull: Numbered, head: Point): Point {
  const { who, now: date } = story;
  const ref = `refs/heads/${pull.into}`;
  const base = find(story, pull.into);
  if (pull.merge === 'rebase')
    return pull.commits.reduce((parent, { message, files, ...written }) => {
      const author = who(written.author ?? pull.author);
      const committer = signature(who(pull.mergedBy), date);
      return commit(story, { ref, parents: [parent], author, committer, message, files, date });
    }, base);
  const squash = pull.merge === 'squash';
  return commit(story, {
    ref,
    parents: squash ? [base] : [base, head],
    author: who(squash ? pull.author : pull.mergedBy),
    committer: { ...webFlow, date },
    message: pull.message ?? ownMessage(story, pull),
    files: Object.fromEntries(pull.commits.flatMap(({ files }) => Object.entries(files))),
    date,
  });
}

/** In GitHub's words. */
function ownMessage(
  { repository }: Story,
  { number, title, merge, fork, branch }: Numbered,
): string {
  if (merge === 'squash') return `${title} (#${number})`;
  return `Merge pull request #${number} from ${fork ?? repository.owner.login}/${branch}\n\n${title}`;
}

function makeIssue(story: Story, pull: Numbered): Issue {
  const { repository, label, who, nextId, now } = story;
  const { number, opened } = pull;
  const open = pull.state === 'open';
  const milestone = repository.milestones.find(({ title }) => title === pull.milestone);
  if (pull.milestone !== undefined && !milestone)
    throw new WorldError(`there is no milestone ${pull.milestone}`);
  return {
    id: nextId(),
    number,
    author: who(pull.author),
    viaApp: false,
    title: pull.title,
    body: pull.body,
    state: open ? 'open' : 'closed',
    stateReason: null,
    locked: false,
    labels: pull.labels.map(label),
    assignees: [],
    ...(milestone ? { milestone } : {}),
    comments: [],
    timeline: [],
    reactions: [],
    createdAt: opened,
    updatedAt: open ? opened : now,
    closedAt: open ? null : now,
    closedBy: open ? null : who(pull.mergedBy),
    pull: null,
  };
}
