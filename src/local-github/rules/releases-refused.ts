/** Rules: releases that cannot be, and in which words they are refused. */
import { at } from '#local-github/probing/ask.ts';
import { freshTag, make, patch, post } from '#local-github/probing/releases.ts';
import type { Rule } from './rule.ts';

export const refusedReleaseRules: readonly Rule[] = [
  {
    id: 'releases/tag-taken',
    rule: 'A tag that a published release has is refused to another one with `already_exists`.',
    source: 'https://github.com/googleapis/release-please/issues/945',
    changes: 'something',
    expect: {
      status: 422,
      'body.message': 'Validation Failed',
      'body.errors': [{ resource: 'Release', field: 'tag_name', code: 'already_exists' }],
    },
    probe: async (place) => {
      const { tag } = await make(place, { draft: false });
      return post(place, { tag_name: tag });
    },
  },
  {
    id: 'releases/drafts-share-tags',
    rule: 'Drafts may have the tag of another release; only publishing is refused.',
    source: 'https://github.com/softprops/action-gh-release/issues/602',
    changes: 'something',
    expect: { 'twin.status': 201, 'published.status': 422 },
    probe: async (place) => {
      const { tag } = await make(place, { draft: false });
      const twin = await post(place, { tag_name: tag, draft: true });
      return { twin, published: await patch(place, Number(at(twin.body, 'id')), { draft: false }) };
    },
  },
  {
    id: 'releases/locked-tag',
    rule: 'The tag of an immutable release is neither moved nor deleted while the release is there.',
    source:
      'https://docs.github.com/en/code-security/concepts/supply-chain-security/immutable-releases',
    changes: 'something',
    expect: {
      'moved.status': 422,
      'moved.body.message': /Cannot update this protected ref/,
      'deleted.status': 422,
    },
    probe: async (place) => {
      const { sha } = await place.double.branch({ 'later.txt': 'later\n' });
      const { id, tag } = await make(place, { draft: false });
      const known = place.double.github.state.repositories.flatMap(({ releases }) => releases);
      const release = known.find((each) => each.id === id);
      if (release) release.immutable = true;
      const path = `${place.root}/git/refs/tags/${tag}`;
      const moved = await place.ask({ method: 'PATCH', path, body: { sha, force: true } });
      return { moved, deleted: await place.ask({ method: 'DELETE', path }) };
    },
  },
  {
    id: 'releases/two-at-once',
    rule: 'Of two publishings of one tag at the same time one is refused.',
    source: 'assumed',
    changes: 'something',
    expect: { statuses: [201, 422] },
    probe: async (place) => {
      const body = { tag_name: freshTag() };
      const both = await Promise.all([post(place, body), post(place, body)]);
      return { statuses: both.map(({ status }) => status).sort() };
    },
  },
  {
    id: 'releases/wrong-target',
    rule: 'A published release without a tag needs a target that is a branch or a whole commit.',
    source: 'https://github.com/softprops/action-gh-release/issues/213',
    changes: 'something',
    expect: {
      status: 422,
      'body.errors': [
        {
          resource: 'Release',
          field: 'tag_name',
          code: 'custom',
          message: 'tag_name is not a valid tag',
        },
        {
          resource: 'Release',
          code: 'custom',
          message: 'Published releases must have a valid tag',
        },
        { resource: 'Release', field: 'target_commitish', code: 'invalid' },
      ],
    },
    probe: (place) => post(place, { tag_name: freshTag(), target_commitish: 'refs/tags/nowhere' }),
  },
  {
    id: 'releases/wrong-target-of-draft',
    rule: "A draft's target is checked too; a shortened SHA is none.",
    source: 'https://github.com/concourse/github-release-resource/issues/65',
    changes: 'something',
    expect: {
      status: 422,
      'body.errors': [{ resource: 'Release', field: 'target_commitish', code: 'invalid' }],
    },
    probe: async (place) => {
      const { sha } = await place.double.branch({ 'a.txt': 'a' });
      return post(place, { tag_name: freshTag(), draft: true, target_commitish: sha.slice(0, 7) });
    },
  },
  {
    id: 'releases/tag-not-well-formed',
    rule: 'A tag that git would not take is refused.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422, 'body.errors.0.message': 'tag_name is not well-formed' },
    probe: (place) => post(place, { tag_name: 'v1..2', draft: true }),
  },
  {
    id: 'releases/body-too-long',
    rule: 'The text of a release has at most 125,000 characters.',
    source: 'https://github.com/ncipollo/release-action/issues/493',
    changes: 'something',
    expect: {
      'whole.status': 201,
      'long.status': 422,
      'long.body.errors': [
        {
          resource: 'Release',
          field: 'body',
          code: 'custom',
          message: 'body is too long (maximum is 125000 characters)',
        },
      ],
    },
    probe: async (place) => {
      const whole = { tag_name: freshTag(), draft: true, body: 'x'.repeat(125_000) };
      return {
        whole: await post(place, whole),
        long: await post(place, { ...whole, body: `${whole.body}x` }),
      };
    },
  },
  {
    id: 'releases/needs-contents-write',
    rule: 'An App needs to be allowed to write contents, a person to push.',
    source: 'openapi repos/create-release',
    changes: 'something',
    expect: { status: 403 },
    probe: ({ ask, root }) =>
      ask({ as: '@eve', method: 'POST', path: `${root}/releases`, body: { tag_name: 'v9' } }),
  },
];
