/** Files, folders, links and submodules at a commit, found and shown as GitHub does. */
import { posix } from 'node:path';
import type { Scope } from '#local-github/caller.ts';
import { listTree, readBlob } from '#local-github/git/objects.ts';
import type { TreeEntry } from '#local-github/git/objects.ts';
import { repositoryApi, repositoryPage } from './links.ts';

export interface ContentPlace {
  readonly scope: Scope;
  readonly commit: string;
  /** As asked for: what addresses carry. */
  readonly ref: string;
}

/** The entry at a path, with the whole path; nothing when none is there. */
export async function findEntry(place: ContentPlace, path: string): Promise<TreeEntry | undefined> {
  const parent = posix.dirname(path);
  const entries = await folderEntries(place, parent === '.' ? '' : parent);
  return entries.find((each) => each.path === path);
}

/** With whole paths; empty where there is no such folder. */
export async function folderEntries(
  { scope, commit }: ContentPlace,
  path: string,
): Promise<readonly TreeEntry[]> {
  const entries = (await listTree(scope.repository.folder, `${commit}:${path}`, false)) ?? [];
  return path === '' ? entries : entries.map((each) => ({ ...each, path: `${path}/${each.path}` }));
}

/** The plain file that a link leads to; nothing when it leads elsewhere. */
export async function linked(
  place: ContentPlace,
  path: string,
  target: string,
): Promise<TreeEntry | undefined> {
  const file = await findEntry(place, posix.join(posix.dirname(path), target));
  return file?.type === 'blob' && file.mode !== '120000' ? file : undefined;
}

/** As `.gitmodules` tells it; nothing when it does not. */
export async function submoduleUrl(place: ContentPlace, path: string): Promise<string | null> {
  const file = await findEntry(place, '.gitmodules');
  if (!file) return null;
  const text = (await readBlob(place.scope.repository.folder, file.sha)).toString();
  const section = text
    .split(/^\[submodule/m)
    .find((part) => /^\s*path\s*=\s*(.+?)\s*$/m.exec(part)?.[1] === path);
  return /^\s*url\s*=\s*(.+?)\s*$/m.exec(section ?? '')?.[1] ?? null;
}

function kindOf({ mode, type }: TreeEntry): 'dir' | 'submodule' | 'symlink' | 'file' {
  if (type === 'tree') return 'dir';
  if (type === 'commit') return 'submodule';
  return mode === '120000' ? 'symlink' : 'file';
}

export function entryShape({ scope, ref }: ContentPlace, entry: TreeEntry) {
  const { github, repository } = scope;
  const api = repositoryApi(github, repository);
  const page = repositoryPage(github, repository);
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = entry.type === 'commit' ? null : `${api}/git/${entry.type}s/${entry.sha}`;
  const html = `${page}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: posix.basename(entry.path),
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
