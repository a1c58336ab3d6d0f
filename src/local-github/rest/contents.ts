/** REST: files and folders at a commit. */
import { commitFile } from '#local-github/actions/contents.ts';
import { demandRead } from '#local-github/caller.ts';
import { readBlob, resolveCommit } from '#local-github/git/objects.ts';
import type { Commit, TreeEntry } from '#local-github/git/objects.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { gitCommitShape } from '#local-github/shapes/commits.ts';
import {
  entryShape,
  findEntry,
  folderEntries,
  linked,
  submoduleUrl,
} from '#local-github/shapes/contents.ts';
import type { ContentPlace } from '#local-github/shapes/contents.ts';
import { given, optionalRecord, optionalText, text } from '#local-github/body.ts';
import { lines, personOf } from './git-database.ts';
import { created, ok, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const megabyte = 1024 * 1024;
/** Bytes up to which GitHub gives a file's content in JSON, and at all. */
const limits = { json: megabyte, raw: 100 * megabyte };
/** Entries that GitHub lists of a folder. */
const folderLimit = 1000;

function pathOf({ params }: Exchange): string {
  return (params.path ?? '').replaceAll(/^\/+|\/+$/g, '');
}

async function showContents(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  const { repository } = scope;
  const ref = exchange.query.get('ref') ?? repository.defaultBranch;
  const commit = await resolveCommit(repository.folder, ref);
  if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
  const place = { scope, commit, ref };
  const path = pathOf(exchange);
  const entry = path === '' ? undefined : await findEntry(place, path);
  if (path === '' || entry?.type === 'tree') return showFolder(exchange, place, path);
  if (!entry) throw notFound();
  if (entry.type === 'commit') return showSubmodule(place, entry);
  return showFile(exchange, place, entry);
}

/** GitHub calls a submodule in a list a file, as it did before it knew better. */
async function showFolder(exchange: Exchange, place: ContentPlace, path: string): Promise<Answer> {
  const entries = (await folderEntries(place, path)).slice(0, folderLimit);
  const shapes = entries.map((entry) => {
    const shape = entryShape(place, entry);
    return shape.type === 'submodule' ? { ...shape, type: 'file' } : shape;
  });
  if (!/github\.(v3\.)?object/.test(exchange.headers.accept ?? '')) return ok(shapes);
  const self = { path, mode: '040000', type: 'tree', sha: place.commit, size: null } as const;
  return ok({ ...entryShape(place, self), entries: shapes });
}

async function showSubmodule(place: ContentPlace, entry: TreeEntry): Promise<Answer> {
  const url = await submoduleUrl(place, entry.path);
  return ok({ ...entryShape(place, entry), submodule_git_url: url });
}

/** A link to a file of the repository is answered with that file, any other as the link. */
async function showFile(
  exchange: Exchange,
  place: ContentPlace,
  entry: TreeEntry,
): Promise<Answer> {
  const { folder } = place.scope.repository;
  if (entry.mode === '120000') {
    const target = (await readBlob(folder, entry.sha)).toString();
    const file = await linked(place, entry.path, target);
    if (!file) return ok({ ...entryShape(place, entry), target });
    return showFile(exchange, place, { ...file, path: entry.path });
  }
  const size = entry.size ?? 0;
  if (size > limits.raw) throw tooLarge();
  const bytes = await readBlob(folder, entry.sha);
  if (/\braw\b/.test(exchange.headers.accept ?? '')) {
    const type = 'application/vnd.github.raw; charset=utf-8';
    return { status: 200, body: bytes, headers: { 'content-type': type } };
  }
  const fits = size <= limits.json;
  const content = fits ? lines(bytes) : '';
  return ok({ ...entryShape(place, entry), content, encoding: fits ? 'base64' : 'none' });
}

function tooLarge(): Refusal {
  const words = 'This API returns blobs up to 100 MB in size.';
  return new Refusal(403, words, [{ resource: 'Blob', field: 'data', code: 'too_large' }]);
}

/** 201 for a new file, 200 for a new text of one. */
async function putFile(exchange: Exchange): Promise<Answer> {
  const { body } = exchange;
  const content = text(body, 'content', 'Content').replaceAll(/\s/g, '');
  if (!/^[a-z\d+/]*={0,2}$/i.test(content)) throw new Refusal(422, 'content is not valid Base64');
  const written = await write(exchange, Buffer.from(content, 'base64'));
  const answer = written.isNew ? created : ok;
  return answer(await shaped(exchange, written));
}

async function removeFile(exchange: Exchange): Promise<Answer> {
  return ok(await shaped(exchange, await write(exchange, null)));
}

interface Written {
  readonly commit: Commit;
  readonly branch: string;
  readonly isNew: boolean;
}

async function write(exchange: Exchange, content: Buffer | null): Promise<Written> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const branch = optionalText(body, 'branch') ?? scope.repository.defaultBranch;
  const author = optionalRecord(body, 'author');
  const committer = optionalRecord(body, 'committer');
  const written = await commitFile(scope, {
    path: pathOf(exchange),
    content,
    branch,
    message: text(body, 'message', 'Content'),
    ...given({
      sha: optionalText(body, 'sha'),
      author: author && personOf(author),
      committer: committer && personOf(committer),
    }),
  });
  return { ...written, branch };
}

async function shaped(exchange: Exchange, { commit, branch }: Written) {
  const scope = scopeOf(exchange);
  const place = { scope, commit: commit.sha, ref: branch };
  const entry = await findEntry(place, pathOf(exchange));
  return {
    content: entry ? entryShape(place, entry) : null,
    commit: gitCommitShape(scope.github, scope.repository, commit),
  };
}

const contents = '/repos/:owner/:repo/contents';

export const contentRoutes: readonly Route[] = [
  { method: 'GET', path: contents, run: showContents },
  { method: 'GET', path: `${contents}/:path*`, run: showContents },
  { method: 'PUT', path: `${contents}/:path*`, run: putFile },
  { method: 'DELETE', path: `${contents}/:path*`, run: removeFile },
];
