/** Releases: drafted, published, edited and removed. */
import { demand } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { isSha, readCommit, resolveCommit } from '#local-github/git/objects.ts';
import { isRefName } from '#local-github/git/loose.ts';
import { moveRef, readRef } from '#local-github/git/refs.ts';
import { invalid, notFound } from '#local-github/refusal.ts';
import type { FieldError } from '#local-github/refusal.ts';
import { fullName } from '#local-github/shapes/links.ts';
import { releaseShape } from '#local-github/shapes/releases.ts';
import type { Account, Repository } from '#local-github/state.ts';
import type { LatestChoice, Release } from '#local-github/state/releases.ts';
import { tooLong } from './issues.ts';
import { pushed } from './pushes.ts';
import { checkWorkflows, contentsWrite } from './refs.ts';

/** Characters. */
const bodyLimit = 125_000;

export interface ReleaseEdit {
  readonly tag?: string;
  readonly target?: string;
  readonly name?: string | null;
  readonly body?: string | null;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
  readonly latest?: LatestChoice;
}

/** Whether the caller may see drafts: those who may push. */
export function seesDrafts(scope: Scope): boolean {
  try {
    demand(scope, contentsWrite);
    return true;
  } catch {
    // Refused: that is the answer.
    return false;
  }
}

/** Throws 404 when there is none, or a draft that the caller may not see. */
export function releaseById(scope: Scope, id: number): Release {
  const release = scope.repository.releases.find((each) => each.id === id);
  if (!release || (release.draft && !seesDrafts(scope))) throw notFound();
  return release;
}

/** Throws 422 in GitHub's words on a tag, target or body that cannot be, or a tag that another release has. */
export async function createRelease(
  scope: Scope,
  input: ReleaseEdit & { readonly tag: string },
): Promise<Release> {
  const author = demand(scope, contentsWrite);
  const { github, repository } = scope;
  const now = github.now();
  const id = github.state.nextId();
  const release: Release = {
    id,
    author,
    draftName: `untagged-${id.toString(16).padStart(20, '0')}`,
    tag: input.tag,
    target: input.target ?? repository.defaultBranch,
    name: input.name ?? null,
    body: input.body ?? null,
    draft: true,
    prerelease: input.prerelease ?? false,
    latest: input.latest ?? 'true',
    createdAt: now,
    publishedAt: null,
    updatedAt: now,
    immutable: false,
    assets: [],
  };
  const published = !(input.draft ?? false);
  await check(scope, release, published);
  if (published) checkTwin(repository, release);
  repository.releases.push(release);
  if (published) await publish(scope, release, author);
  tellRelease(scope, release, { action: 'created', sender: author });
  if (published) tellPublished(scope, release, author);
  return release;
}

/** `draft` publishes, or takes back what was published; what is not given stays as it is. */
export async function editRelease(
  scope: Scope,
  release: Release,
  edit: ReleaseEdit,
): Promise<void> {
  const sender = demand(scope, contentsWrite);
  const before = { ...release };
  const after = { ...release, ...edit };
  checkImmutable(release, after);
  await check(scope, after, !after.draft);
  if (!after.draft) checkTwin(scope.repository, after);
  Object.assign(release, after, { updatedAt: scope.github.now() });
  if (after.draft) release.publishedAt = null;
  else await publish(scope, release, sender);
  tellEdit(scope, { before, release, sender });
}

interface Edited {
  readonly before: Readonly<Release>;
  readonly release: Release;
  readonly sender: Account;
}

function tellEdit(scope: Scope, { before, release, sender }: Edited): void {
  const changes = changesOf(before, release);
  const edited = Object.keys(changes).length > 0;
  if (before.draft !== release.draft) {
    if (release.draft) tellRelease(scope, release, { action: 'unpublished', sender });
    else tellPublished(scope, release, sender);
    return;
  }
  if (edited) tellRelease(scope, release, { action: 'edited', sender, more: { changes } });
  if (!release.draft && before.prerelease && !release.prerelease)
    tellRelease(scope, release, { action: 'released', sender });
}

/** The tag stays. */
export function deleteRelease(scope: Scope, release: Release): void {
  const sender = demand(scope, contentsWrite);
  const { releases } = scope.repository;
  releases.splice(releases.indexOf(release), 1);
  tellRelease(scope, release, { action: 'deleted', sender });
}

async function check(scope: Scope, release: Release, published: boolean): Promise<void> {
  const { repository } = scope;
  const { tag, body, target } = release;
  if (tag === '') throw refuse({ field: 'tag_name', code: 'missing_field' });
  if (body !== null && body.length > bodyLimit) throw tooLong('Release', 'body', bodyLimit);
  const words = (field: string, message: string) => ({ field, code: 'custom' as const, message });
  if (!isRefName(`refs/tags/${tag}`))
    throw refuse(words('tag_name', 'tag_name is not well-formed'));
  // A tag that is there already makes the target unimportant.
  if ((await readRef(repository.folder, `refs/tags/${tag}`)) !== undefined) return;
  const commit = await targetCommit(repository, target);
  if (commit !== undefined) return published ? checkWorkflows(scope, commit) : undefined;
  const wrong = { field: 'target_commitish', code: 'invalid' as const };
  if (!published) throw refuse(wrong);
  throw refuse(
    words('tag_name', 'tag_name is not a valid tag'),
    { code: 'custom', message: 'Published releases must have a valid tag' },
    wrong,
  );
}

/** Asked in the same breath as the release changes, so that of two at once one is refused. */
function checkTwin({ releases }: Repository, { id, tag }: Release): void {
  const twin = releases.find((each) => !each.draft && each.tag === tag && each.id !== id);
  if (twin) throw refuse({ field: 'tag_name', code: 'already_exists' });
}

function refuse(...errors: readonly Omit<FieldError, 'resource'>[]) {
  return invalid(...errors.map((error) => ({ resource: 'Release', ...error })));
}

/** The head of a branch, or a commit by its whole SHA; neither a tag nor a shortened SHA will do. */
async function targetCommit(repository: Repository, target: string): Promise<string | undefined> {
  const branch = target.replace(/^refs\/heads\//, '');
  const head = await readRef(repository.folder, `refs/heads/${branch}`);
  if (head !== undefined || !isSha(target)) return head;
  return resolveCommit(repository.folder, target);
}

/** Makes the tag where there is none. The release is as old as its commit. */
async function publish(scope: Scope, release: Release, sender: Account): Promise<void> {
  const { github, repository } = scope;
  release.draft = false;
  release.publishedAt ??= github.now();
  release.immutable ||= repository.immutableReleases;
  if (release.latest === 'true' && !release.prerelease) markLatest(repository, release);
  const ref = `refs/tags/${release.tag}`;
  const there = await readRef(repository.folder, ref);
  const target = there ?? (await targetCommit(repository, release.target));
  if (there === undefined && target !== undefined) {
    const made = await moveRef(repository.folder, ref, { before: null, after: target });
    if (made) await pushed(scope, sender, [{ ref, before: null, after: target }]);
  }
  const commit = await resolveCommit(repository.folder, ref);
  if (commit !== undefined)
    release.createdAt = (await readCommit(repository.folder, commit)).committer.date;
}

/** Only one release says that it is the latest. */
function markLatest({ releases }: Repository, release: Release): void {
  for (const other of releases)
    if (other !== release && !other.draft && other.latest === 'true') other.latest = 'legacy';
}

/** The one that said so; else of those that do not decline the newest, then the highest version. */
export function latestRelease({ releases }: Repository): Release | undefined {
  const full = releases.filter(({ draft, prerelease }) => !draft && !prerelease);
  const said = full.findLast(({ latest }) => latest === 'true');
  const willing = full.filter(({ latest }) => latest !== 'false');
  return said ?? (willing.length > 0 ? willing : full).toSorted(newestFirst)[0];
}

function newestFirst(one: Release, other: Release): number {
  const byDate = other.createdAt.localeCompare(one.createdAt);
  const byTag = other.tag.localeCompare(one.tag, 'en', { numeric: true });
  return byDate || byTag || other.id - one.id;
}

/** Drafts first, then the newest commit first. */
export function listReleases(scope: Scope): readonly Release[] {
  const { releases } = scope.repository;
  const drafts = releases.filter(({ draft }) => draft).toSorted((a, b) => b.id - a.id);
  const published = releases.filter(({ draft }) => !draft).toSorted(newestFirst);
  return [...(seesDrafts(scope) ? drafts : []), ...published];
}

/** Throws 422: of an immutable release only its name and text change. */
function checkImmutable(release: Release, after: Release): void {
  const kept = ['tag', 'target', 'draft'] as const;
  if (!release.immutable || kept.every((key) => release[key] === after[key])) return;
  throw refuse({ code: 'custom', message: 'Cannot update an immutable release.' });
}

/** As GitHub tells what an edit changed. */
function changesOf(before: Release, after: Release) {
  const from = (old: string | null) => ({ from: old ?? '' });
  return {
    ...(before.body === after.body ? {} : { body: from(before.body) }),
    ...(before.name === after.name ? {} : { name: from(before.name) }),
    ...(before.tag === after.tag ? {} : { tag_name: from(before.tag) }),
    ...(before.latest === after.latest ? {} : { make_latest: { to: after.latest === 'true' } }),
  };
}

function tellPublished(scope: Scope, release: Release, sender: Account): void {
  tellRelease(scope, release, { action: 'published', sender });
  const action = release.prerelease ? 'prereleased' : 'released';
  tellRelease(scope, release, { action, sender });
}

function tellRelease(
  { github, repository }: Scope,
  release: Release,
  news: { action: string; sender: Account; more?: object },
): void {
  const { action, sender, more = {} } = news;
  const payload = { release: releaseShape(github, repository, release), ...more };
  github.emit({ event: 'release', action, repository, sender, payload });
  github.changes.emit('changed', fullName(repository));
}
