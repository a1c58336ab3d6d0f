/** REST: releases, the notes that GitHub writes for them, and their files. */
import { addAsset, assetById, deleteAsset, editAsset } from '#local-github/actions/assets.ts';
import { generateNotes } from '#local-github/actions/release-notes.ts';
import type { NotesInput } from '#local-github/actions/release-notes.ts';
import {
  createRelease,
  deleteRelease,
  editRelease,
  latestRelease,
  listReleases,
  releaseById,
} from '#local-github/actions/releases.ts';
import { demand, demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notFound } from '#local-github/refusal.ts';
import { assetShape, releaseShape } from '#local-github/shapes/releases.ts';
import { latestChoices } from '#local-github/state/releases.ts';
import type { Release } from '#local-github/state/releases.ts';
import { given, optionalFlag, optionalOneOf, optionalText, text } from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';
import { created, idOf, noContent, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function readScope(exchange: Exchange): Scope {
  const scope = scopeOf(exchange);
  demandRead(scope, 'contents');
  return scope;
}

function shown({ github, repository }: Scope, release: Release | undefined): Answer {
  if (!release) throw notFound();
  return ok(releaseShape(github, repository, release));
}

function list(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  const { github, repository } = scope;
  return paged(exchange, listReleases(scope), (each) => releaseShape(github, repository, each));
}

function showLatest(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  return shown(scope, latestRelease(scope.repository));
}

/** Drafts have no tag yet. */
function showByTag(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  const { tag } = exchange.params;
  return shown(
    scope,
    scope.repository.releases.find((each) => !each.draft && each.tag === tag),
  );
}

function releaseOf(exchange: Exchange): { scope: Scope; release: Release } {
  const scope = readScope(exchange);
  return { scope, release: releaseById(scope, idOf(exchange, 'id')) };
}

function show(exchange: Exchange): Answer {
  const { scope, release } = releaseOf(exchange);
  return shown(scope, release);
}

function fields(body: Body) {
  return given({
    target: optionalText(body, 'target_commitish'),
    name: optionalText(body, 'name'),
    body: optionalText(body, 'body'),
    draft: optionalFlag(body, 'draft'),
    prerelease: optionalFlag(body, 'prerelease'),
    latest: optionalOneOf(body, 'make_latest', latestChoices),
  });
}

async function add(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const tag = text(body, 'tag_name', 'Release');
  const input = { ...fields(body), tag };
  const written = optionalFlag(body, 'generate_release_notes')
    ? await withNotes(scope, input)
    : input;
  const release = await createRelease(scope, written);
  return created(releaseShape(scope.github, scope.repository, release));
}

/** A body that was given stands before the notes; a name that was given stays. */
async function withNotes(scope: Scope, input: ReturnType<typeof fields> & NotesInput) {
  const notes = await generateNotes(scope, input);
  const body = input.body === undefined ? notes.body : `${input.body}\n\n${notes.body}`;
  return { ...input, name: input.name ?? notes.name, body };
}

async function change(exchange: Exchange): Promise<Answer> {
  const { scope, release } = releaseOf(exchange);
  const { body } = exchange;
  const edit = { ...fields(body), ...given({ tag: optionalText(body, 'tag_name') }) };
  await editRelease(scope, release, edit);
  return shown(scope, release);
}

function remove(exchange: Exchange): Answer {
  const { scope, release } = releaseOf(exchange);
  deleteRelease(scope, release);
  return noContent;
}

async function notes(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  demand(scope, { permission: 'contents', level: 'write', role: 'write' });
  const { body } = exchange;
  return ok(
    await generateNotes(scope, {
      tag: text(body, 'tag_name', 'Release'),
      ...given({
        target: optionalText(body, 'target_commitish'),
        previous: optionalText(body, 'previous_tag_name'),
        configuration: optionalText(body, 'configuration_file_path'),
      }),
    }),
  );
}

function listAssets(exchange: Exchange): Answer {
  const { scope, release } = releaseOf(exchange);
  const place = { repository: scope.repository, release };
  return paged(exchange, release.assets, (each) => assetShape(scope.github, place, each));
}

function upload(exchange: Exchange): Answer {
  const { scope, release } = releaseOf(exchange);
  const { query, bytes, headers } = exchange;
  const name = query.get('name');
  if (name === null)
    throw invalid({ resource: 'ReleaseAsset', field: 'name', code: 'missing_field' });
  const asset = addAsset(scope, release, {
    name,
    label: query.get('label'),
    contentType: headers['content-type'] ?? 'application/octet-stream',
    bytes,
  });
  return created(assetShape(scope.github, { repository: scope.repository, release }, asset));
}

/** The file itself, elsewhere, for those who take any bytes. */
function showAsset(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  const { repository } = scope;
  const { release, asset } = assetById(scope, idOf(exchange, 'id'));
  const shape = assetShape(scope.github, { repository, release }, asset);
  if (!exchange.headers.accept?.includes('application/octet-stream')) return ok(shape);
  return { status: 302, headers: { location: shape.browser_download_url } };
}

function changeAsset(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  const { body } = exchange;
  const edit = given({ name: optionalText(body, 'name'), label: optionalText(body, 'label') });
  const { release, asset } = editAsset(scope, idOf(exchange, 'id'), edit);
  return ok(assetShape(scope.github, { repository: scope.repository, release }, asset));
}

function removeAsset(exchange: Exchange): Answer {
  deleteAsset(readScope(exchange), idOf(exchange, 'id'));
  return noContent;
}

const releases = '/repos/:owner/:repo/releases';

export const releaseRoutes: readonly Route[] = [
  { method: 'GET', path: releases, run: list },
  { method: 'POST', path: releases, run: add },
  { method: 'POST', path: `${releases}/generate-notes`, run: notes },
  { method: 'GET', path: `${releases}/latest`, run: showLatest },
  { method: 'GET', path: `${releases}/tags/:tag*`, run: showByTag },
  { method: 'GET', path: `${releases}/:id`, run: show },
  { method: 'PATCH', path: `${releases}/:id`, run: change },
  { method: 'DELETE', path: `${releases}/:id`, run: remove },
  { method: 'GET', path: `${releases}/:id/assets`, run: listAssets },
  { method: 'POST', path: `/api/uploads${releases}/:id/assets`, run: upload, takes: 'bytes' },
  { method: 'GET', path: `${releases}/assets/:id`, run: showAsset },
  { method: 'PATCH', path: `${releases}/assets/:id`, run: changeAsset },
  { method: 'DELETE', path: `${releases}/assets/:id`, run: removeAsset },
];
