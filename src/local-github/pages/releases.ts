/** The releases of a repository, one release with its edit form, and the tags. */
import {
  editRelease,
  latestRelease,
  listReleases,
  releaseById,
} from '#local-github/actions/releases.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { releasePath } from '#local-github/shapes/releases.ts';
import type { Asset, Release } from '#local-github/state/releases.ts';
import { counted, html, type Html } from './html.ts';
import { markdown } from './markdown.ts';
import { icon, person, time } from './parts.ts';
import { get, post, type Download, type Route } from './route.ts';
import { may, pathOf, scopeOf, type Page, type RepositoryVisit } from './view.ts';

export const releaseRoutes: readonly Route[] = [
  get(/^releases$/, (visit) => ({ page: releasesPage(visit) })),
  get(/^releases\/latest$/, (visit) => {
    const latest = latestRelease(visit.repository);
    if (!latest) throw notFound();
    return { redirect: addressOf(visit, latest) };
  }),
  get(/^releases\/tag\/(.+)$/, (visit, name) => ({ page: releasePage(visit, named(visit, name)) })),
  get(/^releases\/download\/(.+)$/, (visit, path) => ({ file: download(visit, path) })),
  get(/^tags$/, async (visit) => ({ page: await tagsPage(visit) })),
  post(/^releases\/(\d+)$/, pressRelease),
];

function addressOf({ repository }: RepositoryVisit, release: Release): string {
  return `${pathOf(repository)}/releases/tag/${releasePath(release)}`;
}

/** By its tag, or by the made-up one of a draft. Throws 404. */
function named(visit: RepositoryVisit, name: string): Release {
  const found = visit.repository.releases.find(
    ({ draft, draftName, tag }) => (draft ? draftName : tag) === name,
  );
  if (!found) throw notFound();
  return releaseById(scopeOf(visit), found.id);
}

function download(visit: RepositoryVisit, path: string): Download {
  const cut = path.lastIndexOf('/');
  const release = named(visit, path.slice(0, cut));
  const asset = release.assets.find(({ name }) => name === path.slice(cut + 1));
  if (!asset) throw notFound();
  asset.downloads += 1;
  return { bytes: asset.bytes, type: asset.contentType, name: asset.name };
}

async function pressRelease(
  visit: RepositoryVisit,
  id: string,
  form: URLSearchParams,
): Promise<string> {
  const scope = scopeOf(visit);
  const release = releaseById(scope, Number(id));
  const act = form.get('act');
  if (act === 'publish') await editRelease(scope, release, { draft: false });
  else if (act === 'save')
    await editRelease(scope, release, {
      name: text(form, 'name'),
      tag: text(form, 'tag'),
      body: text(form, 'body'),
      prerelease: form.has('prerelease'),
    });
  else throw new Refusal(422, 'There is no such button.');
  return addressOf(visit, release);
}

/** Browsers send line ends as CRLF. */
function text(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').replaceAll('\r\n', '\n');
}

function releasesPage(visit: RepositoryVisit): Page {
  const name = fullName(visit.repository);
  const releases = listReleases(scopeOf(visit));
  return {
    title: `Releases · ${name}`,
    topics: [name],
    content: html`${head(visit, 'releases')}
      <div data-live="releases">
        ${releases.length === 0 && html`<p class="box empty">There are no releases yet.</p>`}
        ${releases.map((release) => releaseBox(visit, release))}
      </div>`,
  };
}

function head({ repository }: RepositoryVisit, current: 'releases' | 'tags'): Html {
  const tab = (name: string, label: string) =>
    html`<a
      class="button"
      href="${pathOf(repository)}/${name}"
      ${name === current && html`aria-current="page"`}
      >${label}</a
    >`;
  return html`<div class="list-head">
    <h2>${current === 'tags' ? 'Tags' : 'Releases'}</h2>
    <span class="spacer"></span>
    ${tab('releases', 'Releases')} ${tab('tags', 'Tags')}
  </div>`;
}

function releasePage(visit: RepositoryVisit, release: Release): Page {
  const name = fullName(visit.repository);
  return {
    title: `${titleOf(release)} · ${name}`,
    topics: [name],
    content: html`<div data-live="release">${releaseBox(visit, release)}</div>
      ${may(visit, 'write') && editForm(visit, release)}`,
  };
}

function titleOf({ name, tag }: Release): string {
  return name === null || name === '' ? tag : name;
}

function releaseBox(visit: RepositoryVisit, release: Release): Html {
  const { repository } = visit;
  const { draft, tag, target, author, publishedAt, updatedAt } = release;
  const said = draft
    ? html`drafted this ${time(updatedAt)}`
    : html`released this ${time(publishedAt ?? updatedAt)}`;
  const at = draft
    ? html`will tag ${target}`
    : html`<a href="${pathOf(repository)}/tree/${encodeURI(tag)}">code</a>`;
  return html`<article class="box release" id="release-${release.id}">
    <header class="release-head">
      <h3><a href="${addressOf(visit, release)}">${titleOf(release)}</a></h3>
      ${badges(visit, release)}
      <span class="spacer"></span>
      ${draft && may(visit, 'write') && publishButton(visit, release)}
    </header>
    <p class="muted small-text">
      ${icon('label')} <code>${tag}</code> · ${person(author)} ${said} · ${at}
    </p>
    ${markdown(release.body, { repository: fullName(repository) })}
    ${release.assets.length > 0 && assetList(visit, release)}
  </article>`;
}

function badges({ repository }: RepositoryVisit, release: Release): Html {
  const { draft, prerelease, immutable } = release;
  return html`${draft && html`<span class="badge warning">Draft</span>`}
  ${prerelease && html`<span class="badge warning">Pre-release</span>`}
  ${latestRelease(repository) === release && html`<span class="badge verified">Latest</span>`}
  ${immutable && html`<span class="badge">Immutable</span>`}`;
}

function publishButton({ repository }: RepositoryVisit, { id }: Release): Html {
  return html`<form method="post" action="${pathOf(repository)}/releases/${id}">
    <button class="primary" name="act" value="publish">Publish release</button>
  </form>`;
}

function assetList(visit: RepositoryVisit, release: Release): Html {
  const row = ({ name, label, bytes, downloads }: Asset) =>
    html`<li>
      ${icon('file')}
      <a
        href="${pathOf(visit.repository)}/releases/download/${releasePath(release)}/${encodeURIComponent(name)}"
        >${label === null || label === '' ? name : label}</a
      >
      <span class="muted small-text"
        >${bytes.length.toLocaleString('en')} bytes · ${counted(downloads, 'download')}</span
      >
    </li>`;
  return html`<h4>${counted(release.assets.length, 'asset')}</h4>
    <ul class="asset-list">
      ${release.assets.map(row)}
    </ul>`;
}

function editForm({ repository }: RepositoryVisit, release: Release): Html {
  return html`<details class="box" id="edit">
    <summary>Edit this release</summary>
    <form class="new-issue" method="post" action="${pathOf(repository)}/releases/${release.id}">
      <label for="name">Title</label>
      <input id="name" name="name" value="${release.name}" />
      <label for="tag">Tag</label>
      <input id="tag" name="tag" required value="${release.tag}" />
      <label for="body">Notes <span class="muted">(Markdown)</span></label>
      <textarea id="body" name="body" rows="16">${release.body}</textarea>
      <label class="choice"
        ><input type="checkbox" name="prerelease" ${release.prerelease && html`checked`} />This is a
        pre-release</label
      >
      <p class="buttons">
        <span class="spacer"></span>
        <button class="primary" name="act" value="save">Save</button>
      </p>
    </form>
  </details>`;
}

async function tagsPage(visit: RepositoryVisit): Promise<Page> {
  const { repository } = visit;
  const name = fullName(repository);
  const tags = (await listRefs(repository.folder, 'refs/tags/')).toReversed();
  const row = (tag: string, sha: string) => {
    const release = repository.releases.find((each) => !each.draft && each.tag === tag);
    return html`<div class="row">
      ${icon('label')}
      <div class="row-text">
        <p class="row-title">
          <a href="${pathOf(repository)}/tree/${encodeURI(tag)}"><strong>${tag}</strong></a>
        </p>
        <p class="muted small-text">
          <code>${sha.slice(0, 7)}</code>
          ${release && html` · <a href="${addressOf(visit, release)}">${titleOf(release)}</a>`}
        </p>
      </div>
    </div>`;
  };
  return {
    title: `Tags · ${name}`,
    topics: [name],
    content: html`${head(visit, 'tags')}
      <div class="box list" data-live="tags-list">
        ${tags.length === 0 && html`<p class="empty">There are no tags yet.</p>`}
        ${tags.map((tag) => row(tag.name.slice('refs/tags/'.length), tag.sha))}
      </div>`,
  };
}
