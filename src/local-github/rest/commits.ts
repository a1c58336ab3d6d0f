/** REST: commits of the history and the pull requests that brought them. */
import { pullsOfCommit } from '#local-github/actions/pulls-of-commit.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { diffFiles, diffText, patchText } from '#local-github/git/diff.ts';
import type { DiffFile } from '#local-github/git/diff.ts';
import { emptyTree, readCommit, readCommits, resolveCommit } from '#local-github/git/objects.ts';
import type { Commit } from '#local-github/git/objects.ts';
import { listShas, readRef } from '#local-github/git/refs.ts';
import type { Range } from '#local-github/git/refs.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { commitShape, diffEntryShape, noreplyAddress } from '#local-github/shapes/commits.ts';
import { pullShape } from '#local-github/shapes/pulls.ts';
import { given } from '#local-github/body.ts';
import { page, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function readScope(exchange: Exchange): Scope {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  return scope;
}

/** `diff` or `patch` when the caller asks for that media type. */
export function textFormat({ headers }: Exchange): 'diff' | 'patch' | undefined {
  const [, format] =
    /application\/vnd\.github\.(?:v3\.)?(diff|patch)/.exec(headers.accept ?? '') ?? [];
  return format === 'diff' || format === 'patch' ? format : undefined;
}

export async function textAnswer(
  folder: string,
  { base, head }: { readonly base: string; readonly head: string },
  format: 'diff' | 'patch',
): Promise<Answer> {
  const text = await (format === 'diff' ? diffText : patchText)(folder, base, head);
  const type = `application/vnd.github.${format}; charset=utf-8`;
  return { status: 200, body: Buffer.from(text), headers: { 'content-type': type } };
}

/** Throws 422 in GitHub's words when nothing has this name. */
async function commitOf(scope: Scope, name: string): Promise<string> {
  const sha = await resolveCommit(scope.repository.folder, name);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return sha;
}

async function showCommit(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const { github, repository } = scope;
  const sha = await commitOf(scope, exchange.params.ref ?? '');
  if (exchange.headers.accept?.includes('.sha'))
    return {
      status: 200,
      body: Buffer.from(sha),
      headers: { 'content-type': 'application/vnd.github.sha; charset=utf-8' },
    };
  const commit = await readCommit(repository.folder, sha);
  const base = commit.parents[0] ?? emptyTree;
  const format = textFormat(exchange);
  if (format) return textAnswer(repository.folder, { base, head: sha }, format);
  const files = await diffFiles(repository.folder, base, sha);
  const { items, headers } = filePage(exchange, files);
  const body = {
    ...commitShape(github, repository, commit),
    stats: stats(files),
    files: items.map((file) => diffEntryShape(github, { repository, head: sha }, file)),
  };
  return { status: 200, body, headers };
}

/** Files a page, and altogether. */
const fileLimits = { page: 300, all: 3000 };

function filePage(exchange: Exchange, files: readonly DiffFile[]) {
  return page(exchange, files.slice(0, fileLimits.all), fileLimits.page);
}

function stats(files: readonly DiffFile[]) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { total: additions + deletions, additions, deletions };
}

async function listCommits(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const { github, repository } = scope;
  const { query } = exchange;
  const { folder } = repository;
  if ((await readRef(folder, 'HEAD')) === undefined)
    throw new Refusal(409, 'Git Repository is empty.');
  const start = await resolveCommit(folder, query.get('sha') ?? repository.defaultBranch);
  if (start === undefined) throw notFound();
  const shas = await listShas(folder, start, rangeOf(exchange));
  const author = query.get('author');
  if (author !== null) {
    const commits = await readCommits(folder, shas);
    const own = commits.filter((commit) => isBy(scope, commit, author));
    return paged(exchange, own, (commit) => commitShape(github, repository, commit));
  }
  const { items, headers } = page(exchange, shas);
  const commits = await readCommits(folder, items);
  return {
    status: 200,
    body: commits.map((each) => commitShape(github, repository, each)),
    headers,
  };
}

function rangeOf({ query }: Exchange): Range {
  return given({
    path: query.get('path') ?? undefined,
    since: query.get('since') ?? undefined,
    until: query.get('until') ?? undefined,
  });
}

/** By login or address. */
function isBy({ github }: Scope, { author }: Commit, wanted: string): boolean {
  const account = github.state.accounts.find(({ login }) => login === wanted);
  return author.email === (account ? noreplyAddress(account) : wanted);
}

async function listPulls(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  demandRead(scope, 'pull_requests');
  const { github, repository } = scope;
  const found = await pullsOfCommit(scope, await commitOf(scope, exchange.params.sha ?? ''));
  return paged(exchange, found, (each) => pullShape(github, repository, each));
}

const repo = '/repos/:owner/:repo';

export const commitRoutes: readonly Route[] = [
  { method: 'GET', path: `${repo}/commits`, run: listCommits },
  { method: 'GET', path: `${repo}/commits/:ref*`, run: showCommit },
  { method: 'GET', path: `${repo}/commits/:sha/pulls`, run: listPulls },
];
