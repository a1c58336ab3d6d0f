/** Rules: who is asked to review, and the file that names the owners. */
import { at } from '#local-github/probing/ask.ts';
import { sharedPull } from '#local-github/probing/review-material.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/pulls/review-requests';
const owners =
  'https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners';

async function request(place: Place, body: object) {
  const { pull } = await sharedPull(place);
  return place.ask({ method: 'POST', path: `${pull}/requested_reviewers`, body });
}

/** Whom a new pull request with this file asks. */
async function askedFor({ double, root }: Place, path: string, draft = false) {
  const { name } = await double.branch({ [path]: 'text\n' });
  const body = { title: 'Owned', head: name, base: 'main', draft };
  const made = await double.done({ method: 'POST', path: `${root}/pulls`, body });
  const address = `${root}/pulls/${String(at(made, 'number'))}/requested_reviewers`;
  const asked = await double.done({ path: address });
  const names = (list: unknown, key: string): unknown =>
    Array.isArray(list) ? list.map((each) => at(each, key)) : list;
  return { users: names(at(asked, 'users'), 'login'), teams: names(at(asked, 'teams'), 'slug') };
}

export const reviewerRules: readonly Rule[] = [
  {
    id: 'reviewers/requested',
    rule: 'A collaborator can be asked to review, and is no longer asked once they have.',
    source: docs,
    changes: 'something',
    expect: { status: 201, asked: 'ben', left: [] },
    probe: async (place) => {
      const { pull } = await sharedPull(place);
      const address = `${pull}/requested_reviewers`;
      const body = { reviewers: ['ben'] };
      const made = await place.ask({ method: 'POST', path: address, body });
      const words = { event: 'COMMENT', body: 'Read.' };
      await place.ask({ as: '@ben', method: 'POST', path: `${pull}/reviews`, body: words });
      const left = await place.ask({ path: address });
      const asked = at(made.body, 'requested_reviewers.0.login');
      return { status: made.status, asked, left: at(left.body, 'users') };
    },
  },
  {
    id: 'reviewers/stranger',
    rule: 'Somebody who is no collaborator cannot be asked to review.',
    source: 'https://github.com/peter-evans/create-pull-request/issues/4138',
    changes: 'something',
    expect: { status: 422, 'body.message': /^Reviews may only be requested from collaborators\./ },
    probe: (place) => request(place, { reviewers: ['nobody-at-all'] }),
  },
  {
    id: 'reviewers/author',
    rule: 'The author of a pull request cannot be asked to review it.',
    source: 'https://github.com/aergonaut/cody/issues/433',
    changes: 'something',
    expect: { status: 422, 'body.message': /Review cannot be requested from pull request author/ },
    probe: async ({ ask, root, double }) => {
      const { name } = await double.branch({ 'of-ada.txt': 'text\n' });
      const body = { title: 'Of ada', head: name, base: 'main' };
      const made = await ask({ as: '@ada', method: 'POST', path: `${root}/pulls`, body });
      const address = `${root}/pulls/${String(at(made.body, 'number'))}/requested_reviewers`;
      return ask({ method: 'POST', path: address, body: { reviewers: ['ada'] } });
    },
  },
  {
    id: 'reviewers/owners',
    rule: 'Owners of a changed file are asked when the pull request is opened.',
    source: owners,
    changes: 'something',
    expect: { users: ['ben'], teams: ['core'] },
    probe: (place) => askedFor(place, 'owned/deep/file.md'),
  },
  {
    id: 'reviewers/owners-of-drafts',
    rule: 'Owners are not asked as long as the pull request is a draft.',
    source: owners,
    changes: 'something',
    expect: { users: [], teams: [] },
    probe: (place) => askedFor(place, 'owned/draft.md', true),
  },
  {
    id: 'reviewers/unowned',
    rule: 'A line of CODEOWNERS with a mistake counts for nothing.',
    source: owners,
    changes: 'something',
    expect: { users: [], teams: [] },
    probe: (place) => askedFor(place, 'free.txt'),
  },
  {
    id: 'reviewers/codeowners-errors',
    rule: 'Mistakes in CODEOWNERS are listed with their line and column.',
    source: 'openapi repos/codeowners-errors',
    changes: 'something',
    expect: {
      'body.errors.0.line': 2,
      'body.errors.0.column': 16,
      'body.errors.0.kind': 'Unknown owner',
      'body.errors.0.path': '.github/CODEOWNERS',
      'body.errors.1.kind': 'Invalid owner',
      'body.errors.1.message': 'Invalid owner on line 3:\n\n  *.txt docs@\n        ^',
    },
    probe: ({ ask, root }) => ask({ path: `${root}/codeowners/errors` }),
  },
];
