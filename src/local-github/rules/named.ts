/** Rules: tags, branches, labels and milestones, and the notes that GitHub writes between two tags. */
import { at } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const labelDocs = 'https://docs.github.com/en/rest/issues/labels';
const notesDocs =
  'https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes';

function label({ ask, root }: Place, body: object) {
  return ask({ method: 'POST', path: `${root}/labels`, body });
}

export const nameRules: readonly Rule[] = [
  {
    id: 'tags/annotated',
    rule: 'An annotated tag is an object of its own, which a ref must then name.',
    source: 'https://docs.github.com/en/rest/git/tags',
    changes: 'something',
    expect: {
      'made.tag': 'annotated',
      'ref.object.type': 'tag',
      'read.message': 'Said',
      same: true,
    },
    probe: async ({ double, root }) => {
      const { sha } = await double.branch({ 'tagged.txt': 't\n' });
      const post = (path: string, body: object) =>
        double.done({ method: 'POST', path: root + path, body });
      const made = await post('/git/tags', {
        tag: 'annotated',
        message: 'Said',
        object: sha,
        type: 'commit',
      });
      const ref = await post('/git/refs', { ref: 'refs/tags/annotated', sha: at(made, 'sha') });
      const read = await double.done({ path: `${root}/git/tags/${String(at(made, 'sha'))}` });
      const commit = await double.done({ path: `${root}/commits/annotated` });
      return { made, ref, read, same: at(commit, 'sha') === sha };
    },
  },
  {
    id: 'tags/listed',
    rule: 'Tags are listed with the commits that they lead to.',
    source: 'openapi repos/list-tags',
    changes: 'something',
    expect: {
      status: 200,
      names: ['v1.1.0-rc.1', 'v1.0.0'],
      'body.0.commit.sha': /^[0-9a-f]{40}$/,
    },
    probe: async ({ ask }) => {
      const { status, body } = await ask({ as: '@ada', path: '/repos/acme/story/tags' });
      return { status, body, names: [at(body, '0.name'), at(body, '1.name')] };
    },
  },
  {
    id: 'tags/matching',
    rule: 'Refs are found by how they begin, and nothing is an empty list.',
    source: 'https://docs.github.com/en/rest/git/refs',
    changes: 'nothing',
    expect: { status: 200, body: [] },
    probe: ({ ask, root }) =>
      ask({ path: `${root}/git/matching-refs/tags/no-such-tag-of-a-probe` }),
  },
  {
    id: 'branches/missing',
    rule: 'A branch that is not there is answered with 404 that says so.',
    source: 'openapi repos/get-branch',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Branch not found' },
    probe: ({ ask, root }) => ask({ path: `${root}/branches/no-such-branch-of-a-probe` }),
  },
  {
    id: 'branches/protection-hidden',
    rule: 'An App without the administration permission is refused what protects a branch.',
    source: 'https://docs.github.com/en/rest/branches/branch-protection',
    changes: 'nothing',
    expect: { status: 403, 'body.message': 'Resource not accessible by integration' },
    probe: ({ ask, root, repository: { defaultBranch } }) =>
      ask({ path: `${root}/branches/${defaultBranch}/protection` }),
  },
  {
    id: 'labels/same-name',
    rule: 'A label whose name differs by capitals only is there already.',
    source: labelDocs,
    changes: 'something',
    expect: {
      status: 422,
      'body.errors': [{ resource: 'Label', field: 'name', code: 'already_exists' }],
    },
    probe: (place) => label(place, { name: 'BUG' }),
  },
  {
    id: 'labels/limits',
    rule: 'A colour is six hexadecimal digits, a description has at most 100 characters.',
    source: labelDocs,
    changes: 'something',
    expect: { 'colour.status': 422, 'long.status': 422, 'fits.status': 201 },
    probe: async (place) => ({
      colour: await label(place, { name: 'coloured', color: '#ff0000' }),
      long: await label(place, { name: 'long', description: 'x'.repeat(101) }),
      fits: await label(place, { name: 'fits', description: 'x'.repeat(100), color: 'FF0000' }),
    }),
  },
  {
    id: 'labels/renamed-and-removed',
    rule: 'A label is renamed where it stands; a removed one is gone from its issues.',
    source: labelDocs,
    changes: 'something',
    expect: { 'renamed.body.name': 'new name', on: 'new name', 'removed.status': 204, left: [] },
    probe: async (place) => {
      const { ask, double, root } = place;
      const number = await double.issue();
      const path = `${root}/issues/${number}/labels`;
      await double.done({ method: 'POST', path, body: { labels: ['old name'] } });
      const renamed = await ask({
        method: 'PATCH',
        path: `${root}/labels/old%20name`,
        body: { new_name: 'new name' },
      });
      const on = at(await double.done({ path }), '0.name');
      const removed = await ask({ method: 'DELETE', path: `${root}/labels/new%20name` });
      return { renamed, on, removed, left: await double.done({ path }) };
    },
  },
  {
    id: 'labels/missing',
    rule: 'A label that is not there is answered with 404.',
    source: 'openapi issues/get-label',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/labels/no-such-label-of-a-probe` }),
  },
  {
    id: 'milestones/listed',
    rule: 'Milestones are listed by their state, open ones where nothing is said.',
    source: 'openapi issues/list-milestones',
    changes: 'something',
    expect: { open: 'Spring', closed: 'Winter', count: 1 },
    probe: async ({ ask }) => {
      const of = async (query: string) =>
        (await ask({ as: '@ada', path: `/repos/acme/story/milestones${query}` })).body;
      const open = await of('');
      return {
        open: at(open, '0.title'),
        closed: at(await of('?state=closed'), '0.title'),
        count: at(open, '0.open_issues'),
      };
    },
  },
  {
    id: 'notes/generated',
    rule: 'GitHub writes notes from merged pull requests by the repository configuration.',
    source: notesDocs,
    changes: 'something',
    expect: {
      name: 'v1.1.0',
      lines: [
        '<!-- Release notes generated using configuration in .github/release.yml at main -->',
        '',
        "## What's Changed",
        '### Features',
        '* Squashed by @ben in URL/pull/2',
        '### Other Changes',
        '* Merged by @eve in URL/pull/3',
        '* Rebased by @ben in URL/pull/4',
        '',
        '## New Contributors',
        '* @ben made their first contribution in URL/pull/2',
        '* @eve made their first contribution in URL/pull/3',
        '',
        '**Full Changelog**: URL/compare/v1.0.0...v1.1.0',
      ],
    },
    probe: async ({ ask, double }) => {
      const { body } = await ask({
        as: '@ada',
        method: 'POST',
        path: '/repos/acme/story/releases/generate-notes',
        body: { tag_name: 'v1.1.0', previous_tag_name: 'v1.0.0' },
      });
      const page = `${double.github.url}/acme/story`;
      const text = String(at(body, 'body')).replaceAll(page, 'URL');
      return { name: at(body, 'name'), lines: text.split('\n') };
    },
  },
  {
    id: 'search/code-not-built',
    rule: 'The search for code is not built: the double answers 404 where GitHub would search.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 404 },
    probe: ({ ask }) => ask({ path: '/search/code?q=price+repo:acme/shop' }),
  },
];
