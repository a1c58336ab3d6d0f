/** REST: files and folders at a commit. */
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { listTree, readBlob, resolveCommit } from '#local-github/git/objects.ts';
import type { TreeEntry } from '#local-github/git/objects.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { repositoryApi, repositoryPage } from '#local-github/shapes/links.ts';
import { lines } from './git-database.ts';
import { ok, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const megabyte = 1024 * 1024;
/** Bytes up to which GitHub gives a file's content in JSON, and at all. */
const limits = { json: megabyte, raw: 100 * megabyte };
/** Entries that GitHub lists of a folder. */
const folderLimit = 1000;

interface Place {
  readonly scope: Scope;
  readonly commit: string;
  /** As asked for: what addresses carry. */
  readonly ref: string;
}

async function showContents(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  const { repository } = scope;
  const ref = exchange.query.get('ref') ?? repository.defaultBranch;
  const commit = await resolveCommit(repository.folder, ref);
  if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
  const place = { scope, commit, ref };
  const path = (exchange.params.path ?? '').replaceAll(/^\/+|\/+$/g, '');
  const entry = path === '' ? undefined : await find(place, path);
  if (path === '' || entry?.type === 'tree') return showFolder(place, path);
  if (!entry) throw notFound();
  return showFile(exchange, place, entry);
}

async function find({ scope, commit }: Place, path: string): Promise<TreeEntry | undefined> {
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const entries = await listTree(scope.repository.folder, `${commit}:${parent}`, false);
  const name = path.slice(parent === '' ? 0 : parent.length + 1);
  const entry = entries?.find((each) => each.path === name);
  return entry && { ...entry, path };
}

async function showFolder(place: Place, path: string): Promise<Answer> {
  const { folder } = place.scope.repository;
  const entries = (await listTree(folder, `${place.commit}:${path}`, false)) ?? [];
  const whole = entries.slice(0, folderLimit).map((entry) => ({
    ...entry,
    path: path === '' ? entry.path : `${path}/${entry.path}`,
  }));
  return ok(whole.map((entry) => entryShape(place, entry)));
}

async function showFile(exchange: Exchange, place: Place, entry: TreeEntry): Promise<Answer> {
  const size = entry.size ?? 0;
  const raw = /\braw\b/.test(exchange.headers.accept ?? '');
  if (size > limits.raw) throw new Refusal(403, 'This API returns blobs up to 100 MB in size.');
  const bytes =
    entry.type === 'blob' ? await readBlob(place.scope.repository.folder, entry.sha) : Buffer.of();
  if (raw) {
    const type = 'application/vnd.github.raw; charset=utf-8';
    return { status: 200, body: bytes, headers: { 'content-type': type } };
  }
  const fits = size <= limits.json;
  const content = fits ? lines(bytes) : '';
  return ok({ ...entryShape(place, entry), content, encoding: fits ? 'base64' : 'none' });
}

function kindOf({ mode, type }: TreeEntry): 'dir' | 'submodule' | 'symlink' | 'file' {
  if (type === 'tree') return 'dir';
  if (type === 'commit') return 'submodule';
  return mode === '120000' ? 'symlink' : 'file';
}

function entryShape({ scope, ref }: Place, entry: TreeEntry) {
  const { github, repository } = scope;
  const api = repositoryApi(github, repository);
  const page = repositoryPage(github, repository);
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${entry.type}s/${entry.sha}`;
  const html = `${page}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${page}/raw/${ref}/${path}` : null,
    type: kindOf(entry),
    _links: { self, git, html },
  };
}

export const contentRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/contents', run: showContents },
  { method: 'GET', path: '/repos/:owner/:repo/contents/:path*', run: showContents },
];
