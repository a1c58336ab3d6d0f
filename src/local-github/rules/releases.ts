/** Rules: releases - drafts and who sees them, publishing, and which is the latest. */
import { at } from '#local-github/probing/ask.ts';
import { freshTag, make, patch, post } from '#local-github/probing/releases.ts';
import { Skipped } from './rule.ts';
import type { Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/releases/releases';

export const releaseRules: readonly Rule[] = [
  {
    id: 'releases/draft-has-no-tag',
    rule: 'A draft makes no tag, has no time of publishing, and its address carries a made-up tag.',
    source: 'https://github.com/release-drafter/release-drafter/issues/1379',
    changes: 'something',
    expect: {
      'draft.draft': true,
      'draft.published_at': null,
      'draft.html_url': /\/releases\/tag\/untagged-[0-9a-f]{20}$/,
      'draft.tarball_url': null,
      'ref.status': 404,
    },
    probe: async (place) => {
      const { made, tag } = await make(place);
      return { draft: made, ref: await place.ask({ path: `${place.root}/git/ref/tags/${tag}` }) };
    },
  },
  {
    id: 'releases/draft-only-for-writers',
    rule: 'People who may not push see no drafts, neither in the list nor by their number.',
    source: docs,
    changes: 'something',
    expect: { listed: false, 'one.status': 404, own: true },
    probe: async (place) => {
      const { id } = await make(place);
      const path = `${place.root}/releases`;
      const ids = (seen: { body: unknown }) =>
        Array.isArray(seen.body) && seen.body.some((each) => at(each, 'id') === id);
      return {
        listed: ids(await place.ask({ as: '@eve', path })),
        one: await place.ask({ as: '@eve', path: `${path}/${id}` }),
        own: ids(await place.ask({ path })),
      };
    },
  },
  {
    id: 'releases/draft-not-by-tag',
    rule: 'A draft is not found by its tag, not even by those who may push.',
    source: docs,
    changes: 'something',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: async (place) => {
      const { tag } = await make(place);
      return place.ask({ path: `${place.root}/releases/tags/${tag}` });
    },
  },
  {
    id: 'releases/publish-makes-tag',
    rule: 'Publishing a draft makes its tag at the target, and the release is as old as that commit.',
    source: docs,
    changes: 'something',
    expect: { 'release.draft': false, same: true, 'ref.object.type': 'commit', old: true },
    probe: async (place) => {
      const { double, root, repository } = place;
      const { id, tag } = await make(place);
      const { body: release } = await patch(place, id, { draft: false });
      const ref = await double.done({ path: `${root}/git/ref/tags/${tag}` });
      const head = await double.done({ path: `${root}/commits/${repository.defaultBranch}` });
      return {
        release,
        ref,
        same: at(ref, 'object.sha') === at(head, 'sha'),
        old: at(release, 'created_at') === at(head, 'commit.committer.date'),
      };
    },
  },
  {
    id: 'releases/edit-keeps-draft',
    rule: 'An edit that does not say `draft` leaves a draft a draft and everything else as it was.',
    source: 'openapi repos/update-release',
    changes: 'something',
    expect: {
      'body.draft': true,
      'body.name': 'Named',
      'body.body': 'new',
      'body.prerelease': true,
    },
    probe: async (place) => {
      const { id } = await make(place, { name: 'Named', body: 'old', prerelease: true });
      return patch(place, id, { body: 'new' });
    },
  },
  {
    id: 'releases/draft-flag-unpublishes',
    rule: 'An edit that says `draft: true` takes a published release back, whoever published it meanwhile.',
    source: 'openapi repos/update-release',
    changes: 'something',
    expect: { status: 200, 'body.draft': true, 'body.published_at': null },
    probe: async (place) => {
      const { id } = await make(place, { draft: false });
      return patch(place, id, { draft: true });
    },
  },
  {
    id: 'releases/target-sha',
    rule: 'A release may be tagged at a commit by its SHA; a tag that is there already wins over the target.',
    source: docs,
    changes: 'something',
    expect: { there: true, status: 201 },
    probe: async (place) => {
      const { double, root } = place;
      const { sha } = await double.branch({ 'b.txt': 'b' });
      const tag = freshTag();
      await double.done({
        method: 'POST',
        path: `${root}/git/refs`,
        body: { ref: `refs/tags/${tag}`, sha },
      });
      const { status } = await post(place, { tag_name: tag, target_commitish: 'nowhere' });
      const ref = await double.done({ path: `${root}/git/ref/tags/${tag}` });
      return { status, there: at(ref, 'object.sha') === sha };
    },
  },
  {
    id: 'releases/latest-full-only',
    rule: 'The latest release is neither a draft nor a prerelease; making one latest takes it from the other.',
    source: docs,
    changes: 'something',
    expect: { first: true, still: true, told: true },
    probe: async (place) => {
      const latest = async () =>
        at(await place.double.done({ path: `${place.root}/releases/latest` }), 'id');
      const one = await make(place, { draft: false });
      const first = (await latest()) === one.id;
      await make(place, { draft: false, prerelease: true });
      const other = await make(place, { draft: false, make_latest: 'false' });
      const still = (await latest()) === one.id;
      await patch(place, other.id, { make_latest: 'true' });
      return { first, still, told: (await latest()) === other.id };
    },
  },
  {
    id: 'releases/latest-is-full',
    rule: 'The answer for the latest release is neither a draft nor a prerelease.',
    source: docs,
    changes: 'nothing',
    expect: { status: 200, 'body.draft': false, 'body.prerelease': false },
    probe: async ({ ask, root }) => {
      const seen = await ask({ path: `${root}/releases/latest` });
      if (seen.status === 404) throw new Skipped('there is no published release');
      return seen;
    },
  },
  {
    id: 'releases/unknown',
    rule: 'A release that is not there is answered with 404.',
    source: 'openapi repos/get-release',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/releases/1` }),
  },
  {
    id: 'releases/delete-keeps-tag',
    rule: 'Removing a release leaves its tag.',
    source:
      'https://docs.github.com/en/repositories/releasing-projects-on-github/managing-releases-in-a-repository',
    changes: 'something',
    expect: { 'gone.status': 204, 'release.status': 404, 'ref.status': 200 },
    probe: async (place) => {
      const { id, tag } = await make(place, { draft: false });
      const { ask, root } = place;
      const gone = await ask({ method: 'DELETE', path: `${root}/releases/${id}` });
      return {
        gone,
        release: await ask({ path: `${root}/releases/${id}` }),
        ref: await ask({ path: `${root}/git/ref/tags/${tag}` }),
      };
    },
  },
];
