/** REST: pull requests, their files and commits, and merging. */
import { mergeBranch, updateHead } from '#local-github/actions/branch-merges.ts';
import { mergePull } from '#local-github/actions/merge.ts';
import {
  askMergeability,
  createPull,
  editPull,
  pullByNumber,
} from '#local-github/actions/pulls.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { diffFiles } from '#local-github/git/diff.ts';
import type { DiffFile } from '#local-github/git/diff.ts';
import { history, mergeBase } from '#local-github/git/refs.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { commitShape, diffEntryShape } from '#local-github/shapes/commits.ts';
import { issuePage } from '#local-github/shapes/issues.ts';
import { isPull, pullShape, wholePullShape } from '#local-github/shapes/pulls.ts';
import type { PullRequest } from '#local-github/shapes/pulls.ts';
import type { PullSide } from '#local-github/state.ts';
import { mergeMethods } from '#local-github/state/merging.ts';
import {
  given,
  optionalFlag,
  optionalOneOf,
  optionalText,
  supplied,
  text,
} from '#local-github/body.ts';
import { textAnswer, textFormat } from './commits.ts';
import { created, idOf, ok, noContent, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function pullOf(exchange: Exchange): { scope: Scope; issue: PullRequest } {
  const scope = scopeOf(exchange);
  demandRead(scope, 'pull_requests');
  return { scope, issue: pullByNumber(scope, idOf(exchange, 'number')) };
}

function listPulls(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, 'pull_requests');
  const { github, repository } = scope;
  const found = [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => wanted(exchange, repository.owner.login, issue));
  const ascending = exchange.query.get('direction') === 'asc';
  const order = ascending ? found : found.toReversed();
  return paged(exchange, order, (each) => pullShape(github, repository, each));
}

/** `head` is `owner:branch`; GitHub ignores one without an owner, and so shows everything. */
function wanted({ query }: Exchange, owner: string, { state, pull }: PullRequest): boolean {
  const asked = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  return (
    (asked === 'all' || asked === state) &&
    (!head?.includes(':') || head === `${ownerOf(pull.head, owner)}:${pull.head.ref}`) &&
    (base === null || base === pull.base.ref)
  );
}

function ownerOf({ repository, fork }: PullSide, owner: string): string {
  return (repository?.owner ?? fork)?.login ?? owner;
}

async function addPull(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const issue = await createPull(scope, {
    title: text(body, 'title', 'PullRequest'),
    head: text(body, 'head', 'PullRequest'),
    base: text(body, 'base', 'PullRequest'),
    ...given({
      body: optionalText(body, 'body'),
      draft: optionalFlag(body, 'draft'),
      maintainerCanModify: optionalFlag(body, 'maintainer_can_modify'),
    }),
  });
  return created(await wholePullShape(scope.github, scope.repository, issue));
}

async function showPull(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullOf(exchange);
  const format = textFormat(exchange);
  if (format) {
    const { base, head } = await rangeOf(scope, issue);
    checkSize(await diffFiles(scope.repository.folder, base, head));
    return textAnswer(scope.repository.folder, { base, head }, format);
  }
  askMergeability(issue);
  return ok(await wholePullShape(scope.github, scope.repository, issue));
}

/** Of a pull request's whole difference as text. */
const diffLimits = { files: 300, lines: 20_000 };

/** Throws 406 `too_large`, as GitHub does instead of sending a part. */
function checkSize(files: readonly DiffFile[]): void {
  const lines = files.reduce((sum, { patch }) => sum + (patch?.split('\n').length ?? 0), 0);
  const about = { resource: 'PullRequest', field: 'diff', code: 'too_large' } as const;
  const over = (what: string) => `Sorry, the diff exceeded the maximum number of ${what}`;
  const advice =
    "Consider using 'List pull requests files' API or locally cloning the repository instead.";
  if (files.length > diffLimits.files)
    throw new Refusal(406, `${over(`files (${diffLimits.files})`)}. ${advice}`, [about]);
  if (lines > diffLimits.lines)
    throw new Refusal(406, over(`lines (${diffLimits.lines})`), [about]);
}

/** From the commit that both sides share to the head. */
async function rangeOf({ repository }: Scope, { pull }: PullRequest) {
  const start = await mergeBase(repository.folder, pull.base.sha, pull.head.sha);
  return { base: start ?? pull.base.sha, head: pull.head.sha };
}

async function changePull(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullOf(exchange);
  const { body } = exchange;
  await editPull(
    scope,
    issue,
    given({
      title: optionalText(body, 'title'),
      body: optionalText(body, 'body'),
      state: optionalOneOf(body, 'state', ['open', 'closed']),
      base: optionalText(body, 'base'),
      maintainerCanModify: optionalFlag(body, 'maintainer_can_modify'),
    }),
  );
  return ok(await wholePullShape(scope.github, scope.repository, issue));
}

/** GitHub lists at most so many. */
const fileLimit = 3000;
const commitLimit = 250;

async function listFiles(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullOf(exchange);
  const { github, repository } = scope;
  const { base, head } = await rangeOf(scope, issue);
  const files = await diffFiles(repository.folder, base, head);
  return paged(exchange, files.slice(0, fileLimit), (file) =>
    diffEntryShape(github, { repository, head }, file),
  );
}

async function listCommits(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullOf(exchange);
  const { github, repository } = scope;
  const { base, head } = issue.pull;
  const range = { not: base.sha, limit: commitLimit };
  const commits = await history(repository.folder, head.sha, range);
  return paged(exchange, commits.toReversed(), (each) => commitShape(github, repository, each));
}

async function merge(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullOf(exchange);
  const { body } = exchange;
  const sha = await mergePull(scope, issue, {
    method: optionalOneOf(body, 'merge_method', mergeMethods) ?? 'merge',
    ...given({
      sha: optionalText(body, 'sha'),
      title: optionalText(body, 'commit_title'),
      message: optionalText(body, 'commit_message'),
    }),
  });
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

function isMerged(exchange: Exchange): Answer {
  if (!pullOf(exchange).issue.pull.merged) throw notFound();
  return noContent;
}

async function update(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = pullOf(exchange);
  await updateHead(scope, issue, optionalText(exchange.body, 'expected_head_sha'));
  const url = issuePage(scope.github, scope.repository, issue);
  return { status: 202, body: { message: 'Updating pull request branch.', url } };
}

async function mergeBranches(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const message = optionalText(body, 'commit_message');
  const sides = { base: supplied(body, 'base'), head: supplied(body, 'head') };
  const commit = await mergeBranch(scope, { ...sides, ...given({ message }) });
  if (commit === null) return noContent;
  return created(commitShape(scope.github, scope.repository, commit));
}

const pulls = '/repos/:owner/:repo/pulls';

export const pullRoutes: readonly Route[] = [
  { method: 'GET', path: pulls, run: listPulls },
  { method: 'POST', path: pulls, run: addPull },
  { method: 'GET', path: `${pulls}/:number`, run: showPull },
  { method: 'PATCH', path: `${pulls}/:number`, run: changePull },
  { method: 'GET', path: `${pulls}/:number/files`, run: listFiles },
  { method: 'GET', path: `${pulls}/:number/commits`, run: listCommits },
  { method: 'GET', path: `${pulls}/:number/merge`, run: isMerged },
  { method: 'PUT', path: `${pulls}/:number/merge`, run: merge },
  { method: 'PUT', path: `${pulls}/:number/update-branch`, run: update },
  { method: 'POST', path: '/repos/:owner/:repo/merges', run: mergeBranches },
];
