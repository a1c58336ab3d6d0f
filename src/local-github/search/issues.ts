/** Finds issues and pull requests as a query asks. */
import { demandRead } from '#local-github/caller.ts';
import type { Caller } from '#local-github/caller.ts';
import { Refusal } from '#local-github/refusal.ts';
import { fullName } from '#local-github/shapes/links.ts';
import type { GitHub, Issue, Repository } from '#local-github/state.ts';
import { inRange } from './query.ts';
import type { Qualifier, Query } from './query.ts';

export interface Found {
  readonly repository: Repository;
  readonly issue: Issue;
}

/** `repositories` are those that the caller sees; what a token may not read of them is left out. */
export function findIssues(
  { github, caller }: { readonly github: GitHub; readonly caller: Caller },
  repositories: readonly Repository[],
  query: Query,
): readonly Found[] {
  return repositories.flatMap((repository) => {
    const scope = { github, caller, repository };
    const readable = (permission: string): boolean => {
      try {
        demandRead(scope, permission);
        return true;
      } catch (thrown) {
        if (thrown instanceof Refusal) return false;
        throw thrown;
      }
    };
    const may = { issues: readable('issues'), pulls: readable('pull_requests') };
    return [...repository.issues.values()]
      .filter(({ pull }) => (pull ? may.pulls : may.issues))
      .filter((issue) => fits({ repository, issue }, query))
      .map((issue) => ({ repository, issue }));
  });
}

function fits(found: Found, { words, qualifiers }: Query): boolean {
  const places = qualifiers
    .filter(({ name }) => name === 'in')
    .flatMap(({ value }) => value.split(','));
  const text = textOf(found.issue, places);
  if (!words.every((word) => text.includes(word) || word === String(found.issue.number)))
    return false;
  return qualifiers.every((each) => holds(found, each) !== each.not);
}

function textOf({ title, body, comments }: Issue, places: readonly string[]): string {
  const wanted = places.length > 0 ? places : ['title', 'body', 'comments'];
  const parts = [
    wanted.includes('title') && title,
    wanted.includes('body') && body,
    wanted.includes('comments') && comments.map((comment) => comment.body).join('\n'),
  ];
  return parts.filter(Boolean).join('\n').toLowerCase();
}

type Test = (found: Found, value: string) => boolean;

const same = (one: string | undefined | null, other: string): boolean =>
  one?.toLowerCase() === other.toLowerCase();

/** Without a date there is nothing to compare. */
const dated =
  (pick: (issue: Issue) => string | null | undefined): Test =>
  ({ issue }, value) => {
    const date = pick(issue);
    return date !== null && date !== undefined && inRange(date, value);
  };

const kinds: Readonly<Record<string, (found: Found) => boolean>> = {
  issue: ({ issue }) => issue.pull === null,
  pr: ({ issue }) => issue.pull !== null,
  'pull-request': ({ issue }) => issue.pull !== null,
  open: ({ issue }) => issue.state === 'open',
  closed: ({ issue }) => issue.state === 'closed',
  merged: ({ issue }) => issue.pull?.merged === true,
  unmerged: ({ issue }) => issue.pull?.merged === false,
  draft: ({ issue }) => issue.pull?.draft === true,
  locked: ({ issue }) => issue.locked,
  public: ({ repository }) => !repository.private,
  private: ({ repository }) => repository.private,
};

const kind: Test = (found, value) => kinds[value.toLowerCase()]?.(found) ?? false;

/** `app/name` is the bot of an App. */
const isAuthor: Test = ({ issue }, value) =>
  same(issue.author.login, value.replace(/^app\/(.*)$/, '$1[bot]'));

const tests: Readonly<Record<string, Test>> = {
  repo: ({ repository }, value) => same(fullName(repository), value),
  org: ({ repository }, value) => same(repository.owner.login, value),
  user: ({ repository }, value) => same(repository.owner.login, value),
  is: kind,
  type: kind,
  state: kind,
  author: isAuthor,
  assignee: ({ issue }, value) => issue.assignees.some(({ login }) => same(login, value)),
  mentions: ({ issue }, value) => textOf(issue, []).includes(`@${value.toLowerCase()}`),
  label: ({ issue }, value) =>
    value.split(',').some((name) => issue.labels.some((label) => same(label.name, name))),
  no: ({ issue }, value) => {
    const sizes: Readonly<Record<string, boolean>> = {
      label: issue.labels.length > 0,
      assignee: issue.assignees.length > 0,
      milestone: issue.milestone !== undefined,
    };
    return sizes[value] === false;
  },
  milestone: ({ issue }, value) => same(issue.milestone?.title, value),
  head: ({ issue }, value) => issue.pull?.head.ref.startsWith(value) ?? false,
  base: ({ issue }, value) => issue.pull?.base.ref === value,
  sha: ({ issue: { pull } }, value) =>
    [pull?.head.sha, pull?.mergeCommitSha].some((sha) => sha?.startsWith(value) ?? false),
  draft: ({ issue }, value) => String(issue.pull?.draft ?? false) === value,
  created: dated((issue) => issue.createdAt),
  updated: dated((issue) => issue.updatedAt),
  closed: dated((issue) => issue.closedAt),
  merged: dated((issue) => issue.pull?.mergedAt),
  comments: ({ issue }, value) => inRange(String(issue.comments.length), value),
};

/** `in` and `sort` say how, not what. */
function holds(found: Found, { name, value, not }: Qualifier): boolean {
  const test = tests[name];
  return test ? test(found, value) : !not;
}
