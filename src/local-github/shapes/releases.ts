/** Releases, their assets and milestones as GitHub shows them. */
import type { GitHub, Repository } from '#local-github/state.ts';
import type { Asset, Milestone, Release } from '#local-github/state/releases.ts';
import { accountShape } from './accounts.ts';
import { fullName, nodeId, repositoryApi, repositoryPage } from './links.ts';

/** A draft has no tag of its own, so its addresses carry a made-up one. */
export function releasePath({ draft, draftName, tag }: Release): string {
  return (draft ? draftName : tag).split('/').map(encodeURIComponent).join('/');
}

export function releaseShape(github: GitHub, repository: Repository, release: Release) {
  const api = repositoryApi(github, repository);
  const url = `${api}/releases/${release.id}`;
  const uploads = `${github.url}/api/uploads/repos/${fullName(repository)}`;
  const archive = (kind: string) =>
    release.draft ? null : `${api}/${kind}/${encodeURI(release.tag)}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${uploads}/releases/${release.id}/assets{?name,label}`,
    html_url: `${repositoryPage(github, repository)}/releases/tag/${releasePath(release)}`,
    id: release.id,
    author: accountShape(github, release.author),
    node_id: nodeId('RE', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: release.assets.map((asset) => assetShape(github, { repository, release }, asset)),
    tarball_url: archive('tarball'),
    zipball_url: archive('zipball'),
    body: release.body,
    ...mentions(release.body),
  };
}

/** How many people a text calls; GitHub leaves it out where there are none. */
function mentions(body: string | null): { readonly mentions_count?: number } {
  const found = new Set((body ?? '').match(/(?<![\w`/])@[a-z\d][a-z\d-]*/gi));
  return found.size === 0 ? {} : { mentions_count: found.size };
}

export interface AssetPlace {
  readonly repository: Repository;
  readonly release: Release;
}

export function assetShape(github: GitHub, { repository, release }: AssetPlace, asset: Asset) {
  const page = repositoryPage(github, repository);
  return {
    url: `${repositoryApi(github, repository)}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: nodeId('RA', asset.id),
    name: asset.name,
    label: asset.label ?? '',
    uploader: accountShape(github, asset.uploader),
    content_type: asset.contentType,
    state: 'uploaded',
    size: asset.bytes.length,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    browser_download_url: `${page}/releases/download/${releasePath(release)}/${encodeURIComponent(asset.name)}`,
  };
}

export function milestoneShape(github: GitHub, repository: Repository, milestone: Milestone) {
  const api = `${repositoryApi(github, repository)}/milestones/${milestone.number}`;
  const own = [...repository.issues.values()].filter((issue) => issue.milestone === milestone);
  const open = own.filter(({ state }) => state === 'open').length;
  return {
    url: api,
    html_url: `${repositoryPage(github, repository)}/milestone/${milestone.number}`,
    labels_url: `${api}/labels`,
    id: milestone.id,
    node_id: nodeId('MI', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: accountShape(github, milestone.creator),
    open_issues: open,
    closed_issues: own.length - open,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}
