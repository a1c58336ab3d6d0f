/** REST: what one commit has that another has not. */
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { diffFiles } from '#local-github/git/diff.ts';
import { readCommit, readCommits, resolveCommit } from '#local-github/git/objects.ts';
import { countCommits, listShas, mergeBase } from '#local-github/git/refs.ts';
import { notFound } from '#local-github/refusal.ts';
import { commitShape, diffEntryShape } from '#local-github/shapes/commits.ts';
import { repositoryApi, repositoryPage } from '#local-github/shapes/links.ts';
import { textAnswer, textFormat } from './commits.ts';
import { page, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

/** Commits without paging, the newest of them, and files on the first page. */
const limits = { commits: 250, files: 300 };

/** Three dots: what the head has that the common ancestor has not. */
async function compare(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  const { folder } = scope.repository;
  const [, from = '', to = ''] = /^(.+?)\.\.\.(.+)$/.exec(exchange.params.basehead ?? '') ?? [];
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
  const [shas, behind, baseCommit, startCommit] = await Promise.all([
    listShas(folder, head, { not: base }),
    countCommits(folder, base, head),
    readCommit(folder, base),
    readCommit(folder, start),
  ]);
  const { items, headers } = pageOf(exchange, shas);
  const commits = await readCommits(folder, items);
  const address = `compare/${exchange.params.basehead ?? ''}`;
  const html = `${repositoryPage(github, repository)}/${address}`;
  const shape = (commit: typeof baseCommit) => commitShape(github, repository, commit);
  const body = {
    url: `${repositoryApi(github, repository)}/${address}`,
    html_url: html,
    permalink_url: `${repositoryPage(github, repository)}/compare/${base}...${head}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: shape(baseCommit),
    merge_base_commit: shape(startCommit),
    status: comparisonStatus(shas.length, behind),
    ahead_by: shas.length,
    behind_by: behind,
    total_commits: shas.length,
    commits: commits.map(shape),
    ...(await changedFiles(exchange, scope, sides)),
  };
  return { status: 200, body, headers };
}

/** Oldest first; without paging the newest of them, else from the oldest on. */
function pageOf(exchange: Exchange, newestFirst: readonly string[]) {
  const { query } = exchange;
  if (query.has('page') || query.has('per_page')) return page(exchange, newestFirst.toReversed());
  return { items: newestFirst.slice(0, limits.commits).toReversed(), headers: {} };
}

async function changedFiles({ query }: Exchange, scope: Scope, { start, head }: Sides) {
  if (Number(query.get('page') ?? 1) > 1) return {};
  const { github, repository } = scope;
  const files = await diffFiles(repository.folder, start, head);
  const shown = files.slice(0, limits.files);
  return { files: shown.map((file) => diffEntryShape(github, { repository, head }, file)) };
}

function comparisonStatus(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

export const compareRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/compare/:basehead*', run: compare },
];
