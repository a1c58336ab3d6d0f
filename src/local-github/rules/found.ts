/** Rules: the search for issues and pull requests, and organisations. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen } from '#local-github/probing/ask.ts';
import { Skipped } from './rule.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/search/search#search-issues-and-pull-requests';

function search({ ask }: Place, q: string, more = ''): Promise<Seen> {
  return ask({ path: `/search/issues?q=${encodeURIComponent(q)}${more}` });
}

/** In the repository with a past, as a person. */
async function titles({ ask }: Place, q: string): Promise<readonly unknown[]> {
  const text = encodeURIComponent(`repo:acme/story ${q}`);
  const { body } = await ask({
    as: '@ada',
    path: `/search/issues?q=${text}&sort=created&order=asc`,
  });
  const items = at(body, 'items');
  return Array.isArray(items) ? items.map((each) => at(each, 'title')) : [body];
}

export const foundRules: readonly Rule[] = [
  {
    id: 'search/needs-kind',
    rule: "A search with an App's token must say whether it is for issues or for pull requests.",
    source: 'https://github.com/DataDog/ddqa/pull/116',
    changes: 'nothing',
    expect: {
      status: 422,
      'body.message': "Query must include 'is:issue' or 'is:pull-request'",
    },
    probe: (place) =>
      search(place, `repo:${place.repository.owner}/${place.repository.name} something`),
  },
  {
    id: 'search/unknown-repository',
    rule: 'A search in a repository that one cannot see is refused.',
    source: 'https://github.com/refined-github/refined-github/issues/1373',
    changes: 'nothing',
    expect: {
      status: 422,
      'body.message': 'Validation Failed',
      'body.errors.0.field': 'q',
      'body.errors.0.code': 'invalid',
      'body.errors.0.message': /^The listed users and repositories cannot be searched/,
    },
    probe: (place) =>
      search(place, `repo:${place.repository.owner}/no-such-repository-of-a-probe is:issue`),
  },
  {
    id: 'search/own-limit',
    rule: 'Searches have a limit of their own, and say whether they were cut short.',
    source: 'https://docs.github.com/en/rest/rate-limit/rate-limit',
    changes: 'nothing',
    expect: {
      status: 200,
      'headers.x-ratelimit-resource': 'search',
      'headers.x-ratelimit-limit': '30',
      'body.incomplete_results': false,
    },
    probe: (place) =>
      search(place, `repo:${place.repository.owner}/${place.repository.name} is:pr is:merged`),
  },
  {
    id: 'search/qualifiers',
    rule: 'A search knows state, author, label, branches, title, times, commits and their opposites.',
    source:
      'https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests',
    changes: 'something',
    expect: {
      merged: ['Squashed', 'Merged', 'Rebased', 'Not told'],
      unmerged: ['Wide', 'Tall'],
      author: ['Squashed', 'Rebased'],
      bot: ['Not told'],
      label: ['Squashed'],
      head: ['Wide'],
      without: ['Squashed', 'Merged', 'Rebased'],
      title: ['Slow start'],
      since: ['Rebased', 'Not told'],
      milestone: ['Slow start'],
    },
    probe: async (place) => ({
      merged: await titles(place, 'is:pr is:merged'),
      unmerged: await titles(place, 'is:pr is:unmerged'),
      author: await titles(place, 'is:pr author:ben'),
      bot: await titles(place, 'is:pr author:app/dependabot'),
      label: await titles(place, 'is:pr label:feature'),
      head: await titles(place, 'is:pr head:wide'),
      without: await titles(place, 'is:pr is:merged -label:hidden'),
      title: await titles(place, 'is:issue slow in:title'),
      since: await titles(place, 'is:pr merged:>=2026-01-01T00:04:00Z'),
      milestone: await titles(place, 'is:issue milestone:Spring'),
    }),
  },
  {
    id: 'search/too-far',
    rule: 'Only the first thousand results can be paged through.',
    source: docs,
    changes: 'nothing',
    expect: { status: 422, 'body.message': 'Only the first 1000 search results are available' },
    probe: (place) =>
      search(
        place,
        `repo:${place.repository.owner}/${place.repository.name} is:issue`,
        '&per_page=100&page=11',
      ),
  },
  {
    id: 'organisations/shown',
    rule: 'An organisation is shown to everybody.',
    source: 'openapi orgs/get',
    changes: 'nothing',
    expect: { status: 200, 'body.type': 'Organization' },
    probe: async ({ ask, repository }) => {
      const seen = await ask({ path: `/orgs/${repository.owner}` });
      if (seen.status === 404) throw new Skipped('the owner is no organisation');
      return seen;
    },
  },
  {
    id: 'organisations/members-need-permission',
    rule: 'An App without the permission for members is refused them.',
    source: 'https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps',
    changes: 'something',
    expect: { 'app.status': 403, 'person.status': 200, 'team.status': 200, 'other.status': 404 },
    probe: async ({ ask }) => ({
      app: await ask({ path: '/orgs/acme/members' }),
      person: await ask({ as: '@ada', path: '/orgs/acme/members' }),
      team: await ask({ as: '@ada', path: '/orgs/acme/teams/core/memberships/ben' }),
      other: await ask({ as: '@ada', path: '/orgs/acme/teams/core/memberships/eve' }),
    }),
  },
];
