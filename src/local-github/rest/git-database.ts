/** REST: the git database - blobs, trees, commits and refs. */
import { createBlob, createCommit, createTree } from '#local-github/actions/objects.ts';
import { createRef, deleteRef, refByName, updateRef } from '#local-github/actions/refs.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import {
  isSha,
  listTree,
  readBlob,
  readCommit,
  resolveTree,
  typeOf,
} from '#local-github/git/objects.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { gitCommitShape, refShape, treeEntryShape } from '#local-github/shapes/commits.ts';
import { nodeId, repositoryApi } from '#local-github/shapes/links.ts';
import {
  given,
  optionalFlag,
  optionalOneOf,
  optionalRecord,
  optionalRecords,
  optionalText,
  optionalTexts,
  text,
} from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';
import { created, noContent, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function readScope(exchange: Exchange): Scope {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  return scope;
}

/** The object of the path, which must be of this type. Throws 404, or 422 when it is no SHA at all. */
async function objectOf(exchange: Exchange, type: string): Promise<{ scope: Scope; sha: string }> {
  const scope = readScope(exchange);
  const sha = exchange.params.sha ?? '';
  if (!isSha(sha))
    throw new Refusal(
      422,
      'The sha parameter must be exactly 40 characters and contain only [0-9a-f].',
    );
  if ((await typeOf(scope.repository.folder, sha)) !== type) throw notFound();
  return { scope, sha };
}

async function showBlob(exchange: Exchange): Promise<Answer> {
  const { scope, sha } = await objectOf(exchange, 'blob');
  const bytes = await readBlob(scope.repository.folder, sha);
  if (exchange.headers.accept?.includes('raw'))
    return {
      status: 200,
      body: bytes,
      headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
    };
  return ok({
    sha,
    node_id: nodeId('B', sha),
    size: bytes.length,
    url: `${repositoryApi(scope.github, scope.repository)}/git/blobs/${sha}`,
    content: lines(bytes),
    encoding: 'base64',
  });
}

/** GitHub breaks base64 after 60 characters and ends with a line feed. */
export function lines(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{1,60}/g, '$&\n');
}

async function addBlob(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const encoding = optionalOneOf(body, 'encoding', ['utf-8', 'base64']) ?? 'utf-8';
  const sha = await createBlob(scope, text(body, 'content', 'Blob'), encoding);
  return created({ sha, url: `${repositoryApi(scope.github, scope.repository)}/git/blobs/${sha}` });
}

async function treeAnswer(scope: Scope, tree: string, recursive: boolean) {
  const { github, repository } = scope;
  const entries = await listTree(repository.folder, tree, recursive);
  if (!entries) throw notFound();
  return {
    sha: tree,
    url: `${repositoryApi(github, repository)}/git/trees/${tree}`,
    tree: entries.map((entry) => treeEntryShape(github, repository, entry)),
    truncated: false,
  };
}

/** By SHA of a tree or commit, or by branch. */
async function showTree(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const tree = await resolveTree(scope.repository.folder, exchange.params.sha ?? '');
  if (tree === undefined) throw notFound();
  return ok(await treeAnswer(scope, tree, exchange.query.has('recursive')));
}

async function addTree(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const entries = (optionalRecords(body, 'tree') ?? []).map(readEntry);
  const base = optionalText(body, 'base_tree');
  const sha = await createTree(scope, entries, base ?? null);
  return created(await treeAnswer(scope, sha, false));
}

/** `sha: null` removes the path; without `sha`, `content` is written. */
function readEntry(entry: Body) {
  const path = text(entry, 'path', 'Tree');
  if (path.includes('\0')) throw new Refusal(422, 'tree.path contains a malformed path component');
  return {
    path,
    mode: optionalText(entry, 'mode') ?? '100644',
    sha: entry.sha === null ? null : optionalText(entry, 'sha'),
    content: optionalText(entry, 'content'),
  };
}

async function showCommit(exchange: Exchange): Promise<Answer> {
  const { scope, sha } = await objectOf(exchange, 'commit');
  const commit = await readCommit(scope.repository.folder, sha);
  return ok(gitCommitShape(scope.github, scope.repository, commit));
}

async function addCommit(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const commit = await createCommit(scope, {
    message: text(body, 'message', 'Commit'),
    tree: text(body, 'tree', 'Commit'),
    parents: optionalTexts(body, 'parents') ?? [],
    ...given({ author: person(body, 'author'), committer: person(body, 'committer') }),
    signed: optionalText(body, 'signature') !== undefined,
  });
  return created(gitCommitShape(scope.github, scope.repository, commit));
}

function person(body: Body, field: string) {
  const given = optionalRecord(body, field);
  return given && personOf(given);
}

/** Somebody's name and address, and the time when they say one. Throws 422 when one is missing. */
export function personOf(given: Body) {
  const date = optionalText(given, 'date');
  return {
    name: text(given, 'name', 'Commit'),
    email: text(given, 'email', 'Commit'),
    ...(date === undefined ? {} : { date }),
  };
}

async function showRef(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const ref = await refByName(scope, `refs/${exchange.params.ref ?? ''}`);
  return ok(refShape(scope.github, scope.repository, ref));
}

/** Everything that starts so, also when nothing does. */
async function matchingRefs(exchange: Exchange): Promise<Answer> {
  const { github, repository } = readScope(exchange);
  const refs = await listRefs(repository.folder, `refs/${exchange.params.ref ?? ''}`);
  return paged(exchange, refs, (ref) => refShape(github, repository, ref));
}

async function addRef(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const ref = await createRef(
    scope,
    text(body, 'ref', 'Reference'),
    text(body, 'sha', 'Reference'),
  );
  return created(refShape(scope.github, scope.repository, ref));
}

async function changeRef(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const update = {
    sha: text(body, 'sha', 'Reference'),
    force: optionalFlag(body, 'force') ?? false,
  };
  const ref = await updateRef(scope, `refs/${exchange.params.ref ?? ''}`, update);
  return ok(refShape(scope.github, scope.repository, ref));
}

async function removeRef(exchange: Exchange): Promise<Answer> {
  await deleteRef(scopeOf(exchange), `refs/${exchange.params.ref ?? ''}`);
  return noContent;
}

const git = '/repos/:owner/:repo/git';

export const gitRoutes: readonly Route[] = [
  { method: 'POST', path: `${git}/blobs`, run: addBlob },
  { method: 'GET', path: `${git}/blobs/:sha`, run: showBlob },
  { method: 'POST', path: `${git}/trees`, run: addTree },
  { method: 'GET', path: `${git}/trees/:sha*`, run: showTree },
  { method: 'POST', path: `${git}/commits`, run: addCommit },
  { method: 'GET', path: `${git}/commits/:sha`, run: showCommit },
  { method: 'POST', path: `${git}/refs`, run: addRef },
  { method: 'GET', path: `${git}/ref/:ref*`, run: showRef },
  { method: 'PATCH', path: `${git}/refs/:ref*`, run: changeRef },
  { method: 'DELETE', path: `${git}/refs/:ref*`, run: removeRef },
  { method: 'GET', path: `${git}/matching-refs/:ref*`, run: matchingRefs },
];
