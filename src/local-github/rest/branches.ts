/** REST: branches and tags. */
import { createTag } from '#local-github/actions/objects.ts';
import { demand, demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { isSha, readCommit, resolveCommit, typeOf } from '#local-github/git/objects.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { readTag } from '#local-github/git/tags.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { commitShape, gitTagShape } from '#local-github/shapes/commits.ts';
import { nodeId, repositoryApi, repositoryPage } from '#local-github/shapes/links.ts';
import type { Repository } from '#local-github/state.ts';
import { given, optionalRecord, text } from '#local-github/body.ts';
import { personOf } from './git-database.ts';
import { created, ok, page, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function readScope(exchange: Exchange): Scope {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  return scope;
}

async function listBranches(exchange: Exchange): Promise<Answer> {
  const { github, repository } = readScope(exchange);
  const branches = await listRefs(repository.folder, 'refs/heads/');
  const asked = exchange.query.get('protected');
  const isProtected = (name: string): boolean =>
    repository.protections.has(name.slice('refs/heads/'.length));
  const wanted = branches.filter(
    ({ name }) => asked === null || asked === String(isProtected(name)),
  );
  return paged(exchange, wanted, ({ name, sha }) => ({
    name: name.slice('refs/heads/'.length),
    commit: { sha, url: `${repositoryApi(github, repository)}/commits/${sha}` },
    protected: isProtected(name),
  }));
}

async function branchOf(exchange: Exchange): Promise<{ scope: Scope; name: string; sha: string }> {
  const scope = readScope(exchange);
  const name = exchange.params.branch ?? '';
  const sha = await resolveCommit(scope.repository.folder, `refs/heads/${name}`);
  if (sha === undefined) throw notFound('Branch not found');
  return { scope, name, sha };
}

async function showBranch(exchange: Exchange): Promise<Answer> {
  const { scope, name, sha } = await branchOf(exchange);
  const { github, repository } = scope;
  const api = `${repositoryApi(github, repository)}/branches/${name}`;
  return ok({
    name,
    commit: commitShape(github, repository, await readCommit(repository.folder, sha)),
    _links: { self: api, html: `${repositoryPage(github, repository)}/tree/${name}` },
    protected: repository.protections.has(name),
    protection: protectionOf(repository, name),
    protection_url: `${api}/protection`,
  });
}

/** What everybody sees of it: the checks that have to succeed. */
function protectionOf({ protections }: Repository, branch: string) {
  const { checks = [] } = protections.get(branch) ?? {};
  return {
    enabled: protections.has(branch),
    required_status_checks: {
      // People who administer the repository may do without.
      enforcement_level: checks.length > 0 ? 'non_admins' : 'off',
      contexts: checks,
      checks: checks.map((context) => ({ context, app_id: null })),
    },
  };
}

async function listTags(exchange: Exchange): Promise<Answer> {
  const { github, repository } = readScope(exchange);
  const { folder } = repository;
  const api = repositoryApi(github, repository);
  const tags = (await listRefs(folder, 'refs/tags/')).toReversed();
  const { items, headers } = page(exchange, tags);
  const body = await Promise.all(
    items.map(async ({ name, sha }) => {
      const tag = name.slice('refs/tags/'.length);
      const commit = (await resolveCommit(folder, sha)) ?? sha;
      return {
        name: tag,
        zipball_url: `${api}/zipball/${name}`,
        tarball_url: `${api}/tarball/${name}`,
        commit: { sha: commit, url: `${api}/commits/${commit}` },
        node_id: nodeId('REF', `${repository.id}:${name}`),
      };
    }),
  );
  return { status: 200, body, headers };
}

async function showTag(exchange: Exchange): Promise<Answer> {
  const { github, repository } = readScope(exchange);
  const sha = exchange.params.sha ?? '';
  if (!isSha(sha) || (await typeOf(repository.folder, sha)) !== 'tag') throw notFound();
  return ok(gitTagShape(github, repository, await readTag(repository.folder, sha)));
}

/** The object only: nobody finds it before a ref points at it. */
async function addTag(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const tagger = optionalRecord(body, 'tagger');
  const tag = await createTag(scope, {
    name: text(body, 'tag', 'Tag'),
    message: text(body, 'message', 'Tag'),
    object: text(body, 'object', 'Tag'),
    type: text(body, 'type', 'Tag'),
    ...given({ tagger: tagger && personOf(tagger) }),
  });
  return created(gitTagShape(scope.github, scope.repository, tag));
}

/** Nothing is protected here; who may not administer is not even told that. */
async function showProtection(exchange: Exchange): Promise<Answer> {
  const { scope } = await branchOf(exchange);
  demand(scope, { permission: 'administration', level: 'read', role: 'admin' });
  throw new Refusal(404, 'Branch not protected');
}

const repo = '/repos/:owner/:repo';

export const branchRoutes: readonly Route[] = [
  { method: 'GET', path: `${repo}/branches`, run: listBranches },
  { method: 'GET', path: `${repo}/branches/:branch*`, run: showBranch },
  { method: 'GET', path: `${repo}/branches/:branch*/protection`, run: showProtection },
  { method: 'GET', path: `${repo}/tags`, run: listTags },
  { method: 'POST', path: `${repo}/git/tags`, run: addTag },
  { method: 'GET', path: `${repo}/git/tags/:sha`, run: showTag },
];
