/** Rules: where comments on the changes of a pull request may not stand. */
import { freshPull, path, review, sharedPull } from '#local-github/probing/review-material.ts';
import type { Place, Rule } from './rule.ts';

const event = 'COMMENT';

/** A review of one comment that stands where it must not. */
async function misplaced(place: Place, where: object) {
  const comments = [{ path, body: 'Here?', ...where }];
  return review(place, await sharedPull(place), { event, body: 'See below.', comments });
}

async function single(place: Place, where: object) {
  const { pull, head } = await sharedPull(place);
  const body = { path, body: 'Here?', commit_id: head, ...where };
  return place.ask({ method: 'POST', path: `${pull}/comments`, body });
}

export const misplacedCommentRules: readonly Rule[] = [
  {
    id: 'review-comments/line-outside',
    rule: 'A comment of a review must stand on a line of the difference, else nothing of the review is written.',
    source: 'https://github.com/max-sixty/tend/pull/252',
    changes: 'something',
    expect: {
      status: 422,
      'body.message': 'Unprocessable Entity',
      'body.errors': ['Line could not be resolved'],
    },
    probe: (place) => misplaced(place, { line: 15, side: 'RIGHT' }),
  },
  {
    id: 'review-comments/all-or-nothing',
    rule: 'One bad comment refuses the whole review, and nothing of it is kept.',
    source: 'https://github.com/QwenLM/qwen-code/pull/6711',
    changes: 'something',
    expect: { status: 422, reviews: [] },
    probe: async (place) => {
      const material = await freshPull(place);
      const comments = [3, 15].map((line) => ({ path, line, body: `On ${line}` }));
      const { status } = await review(place, material, { event, body: 'Two.', comments });
      const reviews = await place.ask({ path: `${material.pull}/reviews` });
      return { status, reviews: reviews.body };
    },
  },
  {
    id: 'review-comments/path-outside',
    rule: 'A comment of a review must stand in a file of the difference.',
    source: 'https://github.com/warpdotdev/oz-for-oss/issues/310',
    changes: 'something',
    expect: { status: 422, 'body.errors': ['Path could not be resolved'] },
    probe: (place) => misplaced(place, { path: 'README.md', line: 1 }),
  },
  {
    id: 'review-comments/range-across-hunks',
    rule: 'The first line of a range must stand in the hunk of the last one.',
    source: 'https://github.com/qiniu/reviewbot/issues/179',
    changes: 'something',
    expect: {
      status: 422,
      'body.errors.0': /start line must be part of the same hunk as the line/,
    },
    probe: (place) => misplaced(place, { start_line: 3, line: 30, start_side: 'RIGHT' }),
  },
  {
    id: 'review-comments/range-order',
    rule: 'The first line of a range must stand before the last one: the same line twice is refused.',
    source: 'https://github.com/ubuntu/WSL/pull/244',
    changes: 'something',
    expect: { status: 422, 'body.errors.0': /start line must precede the end line/ },
    probe: (place) => misplaced(place, { start_line: 3, line: 3 }),
  },
  {
    id: 'review-comments/empty',
    rule: 'A comment without a text is refused.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422 },
    probe: (place) => misplaced(place, { line: 3, body: '' }),
  },
  {
    id: 'review-comments/long',
    rule: 'The text of a comment has at most 65,536 characters.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422 },
    probe: (place) => misplaced(place, { line: 3, body: 'x'.repeat(65_537) }),
  },
  {
    id: 'review-comments/single-outside',
    rule: 'A comment of its own outside the difference is refused with the field.',
    source: 'https://github.com/openshift/openshift-docs/pull/104109',
    changes: 'something',
    expect: {
      status: 422,
      'body.message': 'Validation Failed',
      'body.errors.0.field': 'pull_request_review_thread.line',
      'body.errors.0.code': 'custom',
      'body.errors.0.message': 'could not be resolved',
    },
    probe: (place) => single(place, { line: 15 }),
  },
];
