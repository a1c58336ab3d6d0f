/** Rules: reviews of pull requests, from pending to dismissed. */
import { at } from '#local-github/probing/ask.ts';
import {
  begun,
  freshPull,
  path,
  pendingPull,
  review,
  sharedPull,
  somePull,
} from '#local-github/probing/review-material.ts';
import type { Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/pulls/reviews';

export const reviewRules: readonly Rule[] = [
  {
    id: 'reviews/pending',
    rule: 'A review without an event stays pending: it has no time and only its author sees it.',
    source: docs,
    changes: 'something',
    expect: { state: 'PENDING', timed: false, theirs: [] },
    probe: async (place) => {
      const material = await pendingPull(place);
      const mine = await place.ask({ path: `${material.pull}/reviews` });
      const theirs = await place.ask({ as: '@ada', path: `${material.pull}/reviews` });
      const timed = at(mine.body, '0.submitted_at') !== undefined;
      return { state: at(mine.body, '0.state'), timed, theirs: theirs.body };
    },
  },
  {
    id: 'reviews/one-pending',
    rule: 'A person with a pending review can begin no other review, not even one that is submitted at once.',
    source: 'https://github.com/max-sixty/tend/pull/1171',
    changes: 'something',
    expect: {
      status: 422,
      'body.message': 'Unprocessable Entity',
      'body.errors.0': 'User can only have one pending review per pull request',
    },
    probe: async (place) =>
      review(place, await pendingPull(place), { event: 'COMMENT', body: 'At once.' }),
  },
  {
    id: 'reviews/pending-stops-replies',
    rule: 'A person with a pending review cannot answer in a thread by REST.',
    source: 'https://github.com/namanshergill/diohub/issues/18',
    changes: 'something',
    expect: { status: 422, 'body.errors.0.field': 'user_id', 'body.errors.0.code': 'custom' },
    probe: async (place) => {
      const material = await pendingPull(place);
      const { comment } = await begun(place, material);
      const address = `${material.pull}/comments/${comment}/replies`;
      return place.ask({ method: 'POST', path: address, body: { body: 'Because.' } });
    },
  },
  {
    id: 'reviews/own-approval',
    rule: 'The author of a pull request cannot approve it.',
    source: 'https://github.com/hubtty/hubtty/issues/33',
    changes: 'something',
    expect: { status: 422, 'body.errors.0': 'Can not approve your own pull request' },
    probe: async (place) =>
      review(place, await sharedPull(place), { event: 'APPROVE', body: 'Good.' }),
  },
  {
    id: 'reviews/own-request-for-changes',
    rule: 'The author of a pull request cannot request changes to it.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422, 'body.errors.0': 'Can not request changes on your own pull request' },
    probe: async (place) =>
      review(place, await sharedPull(place), { event: 'REQUEST_CHANGES', body: 'No.' }),
  },
  {
    id: 'reviews/own-comment',
    rule: 'The author of a pull request may comment on it in a review.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 200, 'body.state': 'COMMENTED', 'body.body': 'Note.' },
    probe: async (place) =>
      review(place, await sharedPull(place), { event: 'COMMENT', body: 'Note.' }),
  },
  {
    id: 'reviews/empty-request',
    rule: 'A request for changes without a word is refused.',
    source: 'https://github.com/hubtty/hubtty/issues/67',
    changes: 'something',
    expect: {
      status: 422,
      'body.errors.0': 'You need to leave a comment indicating the requested changes.',
    },
    probe: async (place) =>
      review(place, await sharedPull(place), { as: '@ada', event: 'REQUEST_CHANGES', body: ' ' }),
  },
  {
    id: 'reviews/empty-comment',
    rule: 'A review that comments without a text and without comments is refused.',
    source: 'https://github.com/hubtty/hubtty/pull/128',
    changes: 'something',
    expect: { status: 422 },
    probe: async (place) => review(place, await sharedPull(place), { event: 'COMMENT', body: '' }),
  },
  {
    id: 'reviews/long-body',
    rule: 'The text of a review has at most 65,536 characters.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422 },
    probe: async (place) =>
      review(place, await sharedPull(place), { event: 'COMMENT', body: 'x'.repeat(65_537) }),
  },
  {
    id: 'reviews/foreign-commit',
    rule: 'The commit of a review must be one of the pull request.',
    source: 'https://github.com/reviewdog/reviewdog/issues/434',
    changes: 'something',
    expect: { status: 422, 'body.errors.0': 'The commitOID is not part of the pull request' },
    probe: async (place) =>
      review(place, await sharedPull(place), {
        event: 'COMMENT',
        body: 'Elsewhere.',
        commit_id: '0'.repeat(40),
      }),
  },
  {
    id: 'reviews/submitted',
    rule: 'A pending review is submitted with an event, and its comments are seen by all from then on.',
    source: docs,
    changes: 'something',
    expect: { before: 0, state: 'COMMENTED', after: 1 },
    probe: async (place) => {
      const material = await freshPull(place);
      const comments = [{ path, line: 3, body: 'Three?' }];
      const { body } = await review(place, material, { comments });
      const count = async () => {
        const seen = await place.ask({ as: '@ada', path: `${material.pull}/comments` });
        return Array.isArray(seen.body) ? seen.body.length : seen.status;
      };
      const before = await count();
      const address = `${material.pull}/reviews/${String(at(body, 'id'))}/events`;
      const event = { event: 'COMMENT', body: 'Done.' };
      const done = await place.ask({ method: 'POST', path: address, body: event });
      return { before, state: at(done.body, 'state'), after: await count() };
    },
  },
  {
    id: 'reviews/delete-pending',
    rule: 'A pending review can be deleted, and its comments go with it.',
    source: docs,
    changes: 'something',
    expect: { status: 200, left: [] },
    probe: async (place) => {
      const material = await freshPull(place);
      const comments = [{ path, line: 3, body: 'Three?' }];
      const { body } = await review(place, material, { comments });
      const address = `${material.pull}/reviews/${String(at(body, 'id'))}`;
      const { status } = await place.ask({ method: 'DELETE', path: address });
      const left = await place.ask({ path: `${material.pull}/reviews` });
      return { status, left: left.body };
    },
  },
  {
    id: 'reviews/delete-submitted',
    rule: 'A review that was submitted cannot be deleted.',
    source: 'https://github.com/apache/magpie/pull/1300',
    changes: 'something',
    expect: { status: 422, 'body.errors.0': 'Can not delete a non-pending pull request review' },
    probe: async (place) => {
      const material = await sharedPull(place);
      const { body } = await review(place, material, { event: 'COMMENT', body: 'Said.' });
      const address = `${material.pull}/reviews/${String(at(body, 'id'))}`;
      return place.ask({ method: 'DELETE', path: address });
    },
  },
  {
    id: 'reviews/update',
    rule: 'The text of a submitted review can be changed by its author.',
    source: docs,
    changes: 'something',
    expect: { status: 200, 'body.body': 'Said better.', 'body.state': 'COMMENTED' },
    probe: async (place) => {
      const material = await sharedPull(place);
      const { body } = await review(place, material, { event: 'COMMENT', body: 'Said.' });
      const address = `${material.pull}/reviews/${String(at(body, 'id'))}`;
      return place.ask({ method: 'PUT', path: address, body: { body: 'Said better.' } });
    },
  },
  {
    id: 'reviews/dismiss',
    rule: 'A review that approved or requested changes can be dismissed with a message.',
    source: docs,
    changes: 'something',
    expect: { status: 200, 'body.state': 'DISMISSED' },
    probe: async (place) => {
      const material = await sharedPull(place);
      const { body } = await review(place, material, {
        as: '@ada',
        event: 'REQUEST_CHANGES',
        body: 'No.',
      });
      const address = `${material.pull}/reviews/${String(at(body, 'id'))}/dismissals`;
      return place.ask({ method: 'PUT', path: address, body: { message: 'It was mended.' } });
    },
  },
  {
    id: 'reviews/dismiss-comment',
    rule: 'A review that only commented cannot be dismissed.',
    source: 'https://github.com/MorrisonCole/pr-lint-action/issues/155',
    changes: 'something',
    expect: { status: 422, 'body.errors.0': 'Can not dismiss a commented pull request review' },
    probe: async (place) => {
      const material = await sharedPull(place);
      const { body } = await review(place, material, { event: 'COMMENT', body: 'Said.' });
      const address = `${material.pull}/reviews/${String(at(body, 'id'))}/dismissals`;
      return place.ask({ method: 'PUT', path: address, body: { message: 'Old.' } });
    },
  },
  {
    id: 'reviews/unknown',
    rule: 'A review that is not there is answered with 404.',
    source: 'openapi pulls/get-review',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: async (place) =>
      place.ask({ path: `${place.root}/pulls/${await somePull(place)}/reviews/1` }),
  },
  {
    id: 'reviews/listed',
    rule: 'The reviews of a pull request are a list, in pages of at most a hundred.',
    source: 'openapi pulls/list-reviews',
    changes: 'nothing',
    expect: { status: 200, list: true },
    probe: async (place) => {
      const number = await somePull(place);
      const { status, body } = await place.ask({
        path: `${place.root}/pulls/${number}/reviews?per_page=100`,
      });
      return { status, list: Array.isArray(body) };
    },
  },
];
