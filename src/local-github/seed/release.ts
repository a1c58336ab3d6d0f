/** A release of a world's history. */
import { createHash } from 'node:crypto';
import type { ReleaseStep } from '#local-github/world/history.ts';
import { find, move } from './story.ts';
import type { Story } from './story.ts';

export function playRelease(story: Story, release: ReleaseStep): void {
  const { repository, nextId, now, refs, dates } = story;
  const { tag, draft, target = repository.defaultBranch, assets } = release;
  const ref = `refs/tags/${tag}`;
  if (!draft && !refs.has(ref)) move(story, ref, find(story, target));
  const author = story.who(release.author);
  const made = refs.get(ref);
  const id = nextId();
  repository.releases.push({
    id,
    author,
    draftName: `untagged-${id.toString(16).padStart(20, '0')}`,
    tag,
    target,
    name: release.name,
    body: release.body,
    draft,
    prerelease: release.prerelease,
    latest: release.latest,
    createdAt: (draft || made === undefined ? undefined : dates.get(made)) ?? now,
    publishedAt: draft ? null : now,
    updatedAt: now,
    immutable: !draft && repository.immutableReleases,
    assets: Object.entries(assets).map(([name, text]) => ({
      id: nextId(),
      name,
      label: null,
      contentType: 'text/plain',
      bytes: Buffer.from(text),
      digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      uploader: author,
      downloads: 0,
      createdAt: now,
      updatedAt: now,
    })),
  });
}
