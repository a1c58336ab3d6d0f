/** Rules: files of releases. */
import { at } from '#local-github/probing/ask.ts';
import { make, upload } from '#local-github/probing/releases.ts';
import type { Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/releases/assets';

export const assetRules: readonly Rule[] = [
  {
    id: 'releases/asset-name-rewritten',
    rule: "What is odd in a file's name becomes a dot.",
    source: docs,
    changes: 'something',
    expect: {
      status: 201,
      'body.name': 'release.notes.v1.md',
      'body.state': 'uploaded',
      'body.size': 5,
    },
    probe: async (place) => {
      const { id } = await make(place);
      return upload(place, id, 'release notes (v1).md');
    },
  },
  {
    id: 'releases/asset-name-taken',
    rule: 'A second file of the same name is refused.',
    source: docs,
    changes: 'something',
    expect: {
      status: 422,
      'body.errors': [{ resource: 'ReleaseAsset', field: 'name', code: 'already_exists' }],
    },
    probe: async (place) => {
      const { id } = await make(place);
      await upload(place, id, 'notes.md');
      return upload(place, id, 'notes.md');
    },
  },
  {
    id: 'releases/asset-download',
    rule: 'A file itself is elsewhere, for those who accept any bytes; else its facts are told.',
    source: docs,
    changes: 'something',
    expect: {
      'file.status': 302,
      'file.headers.location': /notes\.md/,
      'facts.body.name': 'notes.md',
    },
    probe: async (place) => {
      const { id } = await make(place);
      const { body } = await upload(place, id, 'notes.md');
      const path = `${place.root}/releases/assets/${String(at(body, 'id'))}`;
      const headers = { accept: 'application/octet-stream' };
      return { facts: await place.ask({ path }), file: await place.ask({ path, headers }) };
    },
  },
  {
    id: 'releases/asset-renamed-and-removed',
    rule: 'A file can be renamed and removed.',
    source: docs,
    changes: 'something',
    expect: { 'renamed.body.name': 'other.md', 'removed.status': 204, left: [] },
    probe: async (place) => {
      const { id } = await make(place);
      const { body } = await upload(place, id, 'notes.md');
      const path = `${place.root}/releases/assets/${String(at(body, 'id'))}`;
      const renamed = await place.ask({ method: 'PATCH', path, body: { name: 'other.md' } });
      const removed = await place.ask({ method: 'DELETE', path });
      const left = await place.double.done({ path: `${place.root}/releases/${id}/assets` });
      return { renamed, removed, left };
    },
  },
];
