/** REST: commits of the history, branches and comparisons. */
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { diffFiles, diffText, patchText } from '#local-github/git/diff.ts';
import type { DiffFile } from '#local-github/git/diff.ts';
import { readCommit, resolveCommit } from '#local-github/git/objects.ts';
import { countCommits, history, listRefs, mergeBase } from '#local-github/git/refs.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { commitShape, diffEntryShape } from '#local-github/shapes/commits.ts';
import { repositoryApi, repositoryPage } from '#local-github/shapes/links.ts';
import { given } from '#local-github/body.ts';
import { ok, page, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

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
  return ok({
    ...commitShape(github, repository, commit),
    stats: stats(files),
    files: files.map((file) => diffEntryShape(github, { repository, head: sha }, file)),
  });
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
  const start = await resolveCommit(
    repository.folder,
    query.get('sha') ?? repository.defaultBranch,
  );
  if (start === undefined) throw notFound();
  const path = query.get('path') ?? undefined;
  // Git calls a path that leaves the repository an error; it is only one where nothing was changed.
  const isOutside = path?.startsWith('/') === true || path?.split('/').includes('..') === true;
  const commits = isOutside ? [] : await history(repository.folder, start, given({ path }));
  return paged(exchange, commits, (commit) => commitShape(github, repository, commit));
}

async function listBranches(exchange: Exchange): Promise<Answer> {
  const { github, repository } = readScope(exchange);
  const branches = await listRefs(repository.folder, 'refs/heads/');
  return paged(exchange, branches, ({ name, sha }) => ({
    name: name.slice('refs/heads/'.length),
    commit: { sha, url: `${repositoryApi(github, repository)}/commits/${sha}` },
    protected: false,
  }));
}

async function showBranch(exchange: Exchange): Promise<Answer> {
  const { github, repository } = readScope(exchange);
  const name = exchange.params.branch ?? '';
  const sha = await resolveCommit(repository.folder, `refs/heads/${name}`);
  if (sha === undefined) throw notFound('Branch not found');
  const api = `${repositoryApi(github, repository)}/branches/${name}`;
  return ok({
    name,
    commit: commitShape(github, repository, await readCommit(repository.folder, sha)),
    _links: { self: api, html: `${repositoryPage(github, repository)}/tree/${name}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${api}/protection`,
  });
}

/** Three dots: what the head has that the common ancestor has not. */
async function compare(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const { folder } = scope.repository;
  const [from = '', to = ''] = (exchange.params.basehead ?? '').split('...');
  const [base, head] = await Promise.all([side(scope, from), side(scope, to)]);
  if (base === undefined || head === undefined) throw notFound();
  const start = await mergeBase(folder, base, head);
  if (start === undefined) throw notFound(`No common ancestor between ${from} and ${to}.`);
  const format = textFormat(exchange);
  if (format) return textAnswer(folder, { base: start, head }, format);
  return comparison(exchange, scope, { base, head, start });
}

function side({ repository }: Scope, name: string): Promise<string | undefined> {
  const own = name.startsWith(`${repository.owner.login}:`);
  return resolveCommit(repository.folder, own ? name.slice(name.indexOf(':') + 1) : name);
}

interface Sides {
  readonly base: string;
  readonly head: string;
  readonly start: string;
}

async function comparison(exchange: Exchange, scope: Scope, sides: Sides): Promise<Answer> {
  const { github, repository } = scope;
  const { base, head, start } = sides;
  const { folder } = repository;
  const [ahead, behind, commits, files, baseCommit, startCommit] = await Promise.all([
    countCommits(folder, head, base),
    countCommits(folder, base, head),
    history(folder, head, { not: base, limit: 250 }),
    diffFiles(folder, start, head),
    readCommit(folder, base),
    readCommit(folder, start),
  ]);
  const address = `compare/${exchange.params.basehead ?? ''}`;
  const html = `${repositoryPage(github, repository)}/${address}`;
  const shape = (commit: typeof baseCommit) => commitShape(github, repository, commit);
  const { items, headers } = page(exchange, commits.toReversed());
  const body = {
    url: `${repositoryApi(github, repository)}/${address}`,
    html_url: html,
    permalink_url: `${repositoryPage(github, repository)}/compare/${base}...${head}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: shape(baseCommit),
    merge_base_commit: shape(startCommit),
    status: comparisonStatus(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: (exchange.query.has('page') ? items : commits.toReversed()).map(shape),
    files: files.slice(0, 300).map((file) => diffEntryShape(github, { repository, head }, file)),
  };
  return { status: 200, body, headers: exchange.query.has('page') ? headers : {} };
}

function comparisonStatus(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

const repo = '/repos/:owner/:repo';

export const commitRoutes: readonly Route[] = [
  { method: 'GET', path: `${repo}/commits`, run: listCommits },
  { method: 'GET', path: `${repo}/commits/:ref*`, run: showCommit },
  { method: 'GET', path: `${repo}/branches`, run: listBranches },
  { method: 'GET', path: `${repo}/branches/:branch*`, run: showBranch },
  { method: 'GET', path: `${repo}/compare/:basehead*`, run: compare },
];
