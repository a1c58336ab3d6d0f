/** Files of a release: uploaded, renamed and removed. */
import { createHash } from 'node:crypto';
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { invalid, notFound, Refusal } from '#local-github/refusal.ts';
import type { Asset, Release } from '#local-github/state/releases.ts';
import { contentsWrite } from './refs.ts';
import { releaseById } from './releases.ts';

export interface NewAsset {
  readonly name: string;
  readonly label: string | null;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Throws 404 when there is none, or its release is a draft that the caller may not see. */
export function assetById(scope: Scope, id: number): { release: Release; asset: Asset } {
  for (const { id: releaseId, assets } of scope.repository.releases) {
    const asset = assets.find((each) => each.id === id);
    if (asset) return { release: releaseById(scope, releaseId), asset };
  }
  throw notFound();
}

/** Throws 422 on a name that the release has already, 400 on an empty file. */
export function addAsset(scope: Scope, release: Release, input: NewAsset): Asset {
  const uploader = demand(scope, contentsWrite);
  checkChangeable(release);
  const name = checkedName(release, input.name);
  if (input.bytes.length === 0) throw new Refusal(400, 'Bad Content-Length: 0');
  const now = scope.github.now();
  const asset: Asset = {
    id: scope.github.state.nextId(),
    name,
    label: input.label,
    contentType: input.contentType,
    bytes: input.bytes,
    digest: `sha256:${createHash('sha256').update(input.bytes).digest('hex')}`,
    uploader,
    downloads: 0,
    createdAt: now,
    updatedAt: now,
  };
  release.assets.push(asset);
  return asset;
}

export function editAsset(
  scope: Scope,
  id: number,
  edit: { readonly name?: string; readonly label?: string },
): ReturnType<typeof assetById> {
  demand(scope, contentsWrite);
  const { release, asset } = assetById(scope, id);
  checkChangeable(release);
  if (edit.name !== undefined && edit.name !== asset.name)
    asset.name = checkedName(release, edit.name);
  asset.label = edit.label ?? asset.label;
  asset.updatedAt = scope.github.now();
  return { release, asset };
}

export function deleteAsset(scope: Scope, id: number): void {
  demand(scope, contentsWrite);
  const { release, asset } = assetById(scope, id);
  checkChangeable(release);
  release.assets.splice(release.assets.indexOf(asset), 1);
}

function checkChangeable({ immutable }: Release): void {
  const message = 'Cannot change the assets of an immutable release.';
  if (immutable) throw invalid({ resource: 'ReleaseAsset', code: 'custom', message });
}

/** What is neither letter, digit nor one of `@+-_.` becomes a dot, as are several in a row; none stay at the ends. */
function checkedName({ assets }: Release, given: string): string {
  const name = given
    .replaceAll(/[^\w@+\-.]+/g, '.')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^\.|\.$/g, '');
  const about = { resource: 'ReleaseAsset', field: 'name' };
  if (name === '') throw invalid({ ...about, code: 'missing_field' });
  if (assets.some((asset) => asset.name === name))
    throw invalid({ ...about, code: 'already_exists' });
  return name;
}
