/** The code of a repository: its home, a folder, a file, the history and one commit. */
import { diffFiles } from '#local-github/git/diff.ts';
import {
  emptyTree,
  listTree,
  readBlob,
  readCommit,
  resolveCommit,
} from '#local-github/git/objects.ts';
import type { Commit, TreeEntry } from '#local-github/git/objects.ts';
import { history } from '#local-github/git/refs.ts';
import { notFound } from '#local-github/refusal.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { checksBadge, checksBox, runsOn } from './checks.ts';
import { diffView } from './diff.ts';
import { html, type Html } from './html.ts';
import { markdown } from './markdown.ts';
import { avatar, icon, time } from './parts.ts';
import { pathOf, type Page, type RepositoryVisit } from './view.ts';

/** A path at a commit; `ref` is how the address says it. */
export interface Place {
  readonly ref: string;
  readonly sha: string;
  /** Without slashes at its ends; empty for the root. */
  readonly path: string;
}

/** Reads `branch/with/slashes/and/a/path`: the longest beginning that names a commit. Throws 404 when none does. */
export async function placeOf(
  { repository }: RepositoryVisit,
  parts: readonly string[],
): Promise<Place> {
  for (let count = 1; count <= parts.length; count += 1) {
    const ref = parts.slice(0, count).join('/');
    const sha = await resolveCommit(repository.folder, ref);
    if (sha !== undefined) return { ref, sha, path: parts.slice(count).join('/') };
  }
  throw notFound();
}

export async function homePage(visit: RepositoryVisit): Promise<Page> {
  const { repository } = visit;
  const sha = await resolveCommit(repository.folder, repository.defaultBranch);
  const name = fullName(repository);
  const place = { ref: repository.defaultBranch, sha: sha ?? '', path: '' };
  return {
    title: name,
    topics: [name],
    content: html`<div data-live="home">
      ${repository.description !== null && html`<p class="description">${repository.description}</p>`}
      ${
        sha === undefined
          ? html`<p class="box empty">There is no commit in this repository yet.</p>`
          : await folderView(visit, place)
      }
      <p class="muted small-text clone">
        Clone: <code>git clone ${visit.github.url}/${name}.git</code>
      </p>
    </div>`,
  };
}

export async function folderPage(visit: RepositoryVisit, place: Place): Promise<Page> {
  return {
    title: `${place.path} at ${place.ref} · ${fullName(visit.repository)}`,
    topics: [],
    content: html`${crumbs(visit, place)} ${await folderView(visit, place)}`,
  };
}

async function folderView(visit: RepositoryVisit, place: Place): Promise<Html> {
  const { repository } = visit;
  const { sha, path } = place;
  const entries = await listTree(repository.folder, `${sha}:${path}`, false);
  if (!entries) throw notFound();
  const [newest] = await history(
    repository.folder,
    sha,
    path === '' ? { limit: 1 } : { limit: 1, path },
  );
  const sorted = entries.toSorted((a, b) => Number(b.type === 'tree') - Number(a.type === 'tree'));
  const readme = entries.find(
    (entry) => entry.type === 'blob' && /^readme(\.md)?$/i.test(entry.path),
  );
  return html`<div class="box">
      <div class="list-bar">
        ${newest && lastCommit(visit, newest)}
        <span class="spacer"></span>
        <a href="${pathOf(repository)}/commits/${place.ref}">${icon('commit')} History</a>
      </div>
      ${sorted.map((entry) => entryRow(visit, place, entry))}
    </div>
    ${readme && (await readmeView(visit, place, readme))}`;
}

function lastCommit(visit: RepositoryVisit, { sha, message, author }: Commit): Html {
  return html`<strong>${author.name}</strong>
    <a class="plain" href="${pathOf(visit.repository)}/commit/${sha}">${firstLine(message)}</a>
    <span class="muted small-text"
      ><span class="sha">${sha.slice(0, 7)}</span> · ${time(author.date)}</span
    >`;
}

function entryRow({ repository }: RepositoryVisit, { ref, path }: Place, entry: TreeEntry): Html {
  const whole = path === '' ? entry.path : `${path}/${entry.path}`;
  const folder = entry.type === 'tree';
  const href = `${pathOf(repository)}/${folder ? 'tree' : 'blob'}/${ref}/${encodePath(whole)}`;
  return html`<div class="row entry">
    ${icon(folder ? 'folder' : 'file', folder ? 'folder' : 'muted')}
    ${entry.type === 'commit' ? entry.path : html`<a href="${href}">${entry.path}</a>`}
  </div>`;
}

async function readmeView(
  visit: RepositoryVisit,
  { ref, path }: Place,
  entry: TreeEntry,
): Promise<Html> {
  const { repository } = visit;
  const text = (await readBlob(repository.folder, entry.sha)).toString();
  const folder = path === '' ? '' : `${encodePath(path)}/`;
  const base = `${pathOf(repository)}/blob/${ref}/${folder}`;
  return html`<section class="box readme">
    <h3 class="box-title">${entry.path}</h3>
    <div class="padded">${markdown(text, { repository: fullName(repository), base })}</div>
  </section>`;
}

function crumbs({ repository }: RepositoryVisit, { ref, path }: Place): Html {
  const root = `${pathOf(repository)}/tree/${ref}`;
  const parts = path.split('/');
  return html`<p class="crumbs">
    <code class="branch">${/^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 7) : ref}</code>
    <a href="${root}">${repository.name}</a>
    ${parts.map((part, at) =>
      at === parts.length - 1
        ? html` / <strong>${part}</strong>`
        : html` / <a href="${root}/${encodePath(parts.slice(0, at + 1).join('/'))}">${part}</a>`,
    )}
  </p>`;
}

/** Bytes above which a file is not shown. */
const showLimit = 1_000_000;

export async function filePage(visit: RepositoryVisit, place: Place): Promise<Page> {
  const bytes = await fileBytes(visit, place);
  const readable = bytes.length <= showLimit && !bytes.subarray(0, 8000).includes(0);
  const lines = bytes.toString().replace(/\n$/, '').split('\n');
  const { repository } = visit;
  return {
    title: `${place.path} at ${place.ref} · ${fullName(repository)}`,
    topics: [],
    content: html`${crumbs(visit, place)}
      <div class="box">
        <div class="list-bar">
          <span class="muted small-text">${lines.length} lines · ${bytes.length} bytes</span>
          <span class="spacer"></span>
          <a href="${pathOf(repository)}/raw/${place.ref}/${encodePath(place.path)}">Raw</a>
        </div>
        ${readable ? source(lines) : html`<p class="empty">This file is not shown: it is binary or very large.</p>`}
      </div>`,
  };
}

/** Throws 404 where there is no file. */
export async function fileBytes(
  { repository }: RepositoryVisit,
  { sha, path }: Place,
): Promise<Buffer> {
  const slash = path.lastIndexOf('/');
  const entries = await listTree(
    repository.folder,
    `${sha}:${path.slice(0, Math.max(slash, 0))}`,
    false,
  );
  const entry = entries?.find((each) => each.path === path.slice(slash + 1));
  if (entry?.type !== 'blob') throw notFound();
  return readBlob(repository.folder, entry.sha);
}

function source(lines: readonly string[]): Html {
  return html`<div class="scroll">
    <table class="diff source">
      <tbody>
        ${lines.map(
          (line, at) =>
            html`<tr id="L${at + 1}">
              <td class="number"><a href="#L${at + 1}">${at + 1}</a></td>
              <td class="code"><code>${line}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export async function historyPage(visit: RepositoryVisit, { ref, sha }: Place): Promise<Page> {
  const commits = await history(visit.repository.folder, sha, { limit: 100 });
  const name = fullName(visit.repository);
  return {
    title: `Commits · ${name}`,
    topics: [name],
    content: html`<h2>Commits on <code class="branch">${ref}</code></h2>
      <div data-live="commits">${commitRows(visit, commits)}</div>`,
  };
}

export function commitRows(visit: RepositoryVisit, commits: readonly Commit[]): Html {
  const { repository } = visit;
  return html`<div class="box">
    ${commits.map(({ sha, message, author }) => {
      const account = accountOf(visit, author);
      return html`<div class="row commit" id="commit-${sha}">
        ${avatar(account ?? { login: author.name })}
        <div class="row-text">
          <a class="plain" href="${pathOf(repository)}/commit/${sha}"
            ><strong>${firstLine(message)}</strong></a
          >
          <p class="muted small-text">${author.name} committed ${time(author.date)}</p>
        </div>
        ${repository.signedCommits.has(sha) && html`<span class="badge verified">Verified</span>`}
        ${checksBadge(visit, sha)}
        <a class="sha" href="${pathOf(repository)}/commit/${sha}">${sha.slice(0, 7)}</a>
      </div>`;
    })}
  </div>`;
}

function accountOf({ github }: RepositoryVisit, { name }: { readonly name: string }) {
  return github.state.accounts.find((account) => account.login === name || account.name === name);
}

export async function commitPage(visit: RepositoryVisit, name: string): Promise<Page> {
  const { repository } = visit;
  const { folder } = repository;
  const sha = await resolveCommit(folder, name);
  if (sha === undefined) throw notFound();
  const commit = await readCommit(folder, sha);
  const files = await diffFiles(folder, commit.parents[0] ?? emptyTree, sha);
  const more = commit.message.split('\n').slice(1).join('\n').trim();
  return {
    title: `${firstLine(commit.message)} · ${fullName(repository)}@${sha.slice(0, 7)}`,
    topics: [fullName(repository)],
    content: html`<header class="heading">
        <h2>${firstLine(commit.message)}</h2>
        ${more !== '' && html`<pre class="message">${more}</pre>`}
        <p class="muted">
          <strong>${commit.author.name}</strong> committed ${time(commit.author.date)} ·
          <a class="sha" href="${pathOf(repository)}/tree/${sha}">${sha}</a>
          ${repository.signedCommits.has(sha) && html`<span class="badge verified">Verified</span>`}
        </p>
      </header>
      ${runsOn(visit, sha).length > 0 && html`<div data-live="checks">${checksBox(visit, sha)}</div>`}
      ${diffView(files, `${pathOf(repository)}/blob/${sha}`)}`,
  };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
