/** Rules: comments on the changes of a pull request. */
import { at } from '#local-github/probing/ask.ts';
import {
  begun,
  changedLines,
  freshPull,
  path,
  push,
  sharedPull,
} from '#local-github/probing/review-material.ts';
import type { Place, Rule } from './rule.ts';

const docs = 'https://docs.github.com/en/rest/pulls/comments';
async function pushedUpon(place: Place, text: string) {
  const material = await freshPull(place);
  const { comment } = await begun(place, material);
  const head = await push(place, material, text);
  const seen = await place.ask({ path: `${place.root}/pulls/comments/${comment}` });
  return { seen, head, old: material.head };
}

export const reviewCommentRules: readonly Rule[] = [
  {
    id: 'review-comments/context-line',
    rule: 'A line that did not change can be commented on when it stands within a hunk.',
    source: docs,
    changes: 'something',
    expect: { line: 6, side: 'RIGHT', hunk: /^@@ -1,6 \+1,6 @@\n[^]*\n line 6$/, position: 7 },
    probe: async (place) => {
      const { comment } = await begun(place, await sharedPull(place), { line: 6 });
      const { body } = await place.ask({ path: `${place.root}/pulls/comments/${comment}` });
      const [line, side, position] = ['line', 'side', 'position'].map((name) => at(body, name));
      return { line, side, position, hunk: at(body, 'diff_hunk') };
    },
  },
  {
    id: 'review-comments/left',
    rule: 'A removed line is commented on by its number on the left side.',
    source: docs,
    changes: 'something',
    expect: {
      'body.line': 3,
      'body.side': 'LEFT',
      'body.position': 3,
      'body.diff_hunk': /-line 3$/,
    },
    probe: async (place) => {
      const { comment } = await begun(place, await sharedPull(place), { side: 'LEFT' });
      return place.ask({ path: `${place.root}/pulls/comments/${comment}` });
    },
  },
  {
    id: 'review-comments/position',
    rule: 'A place can be given as a position, counted from the first hunk header through all hunks.',
    source: docs,
    changes: 'something',
    expect: { 'body.line': 30, 'body.side': 'RIGHT', 'body.position': 13 },
    probe: async (place) => {
      const { pull, head } = await sharedPull(place);
      const body = { path, position: 13, commit_id: head, body: 'Thirty?' };
      return place.ask({ method: 'POST', path: `${pull}/comments`, body });
    },
  },
  {
    id: 'review-comments/range',
    rule: 'A range keeps both its ends.',
    source: docs,
    changes: 'something',
    expect: {
      'body.start_line': 27,
      'body.line': 30,
      'body.start_side': 'RIGHT',
      'body.original_start_line': 27,
    },
    probe: async (place) => {
      const range = { start_line: 27, start_side: 'RIGHT', line: 30 };
      const { comment } = await begun(place, await sharedPull(place), range);
      return place.ask({ path: `${place.root}/pulls/comments/${comment}` });
    },
  },
  {
    id: 'review-comments/single',
    rule: 'A comment of its own gets a review around it.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 201, state: 'COMMENTED', body: '' },
    probe: async (place) => {
      const { pull, head } = await sharedPull(place);
      const words = { path, line: 3, commit_id: head, body: 'Alone.' };
      const made = await place.ask({ method: 'POST', path: `${pull}/comments`, body: words });
      const id = String(at(made.body, 'pull_request_review_id'));
      const around = await place.ask({ path: `${pull}/reviews/${id}` });
      return {
        status: made.status,
        state: at(around.body, 'state'),
        body: at(around.body, 'body'),
      };
    },
  },
  {
    id: 'review-comments/file',
    rule: 'A whole file can be commented on; such a comment has no line.',
    source: docs,
    changes: 'something',
    expect: { status: 201, 'body.subject_type': 'file', 'body.line': null },
    probe: async (place) => {
      const { pull, head } = await sharedPull(place);
      const body = { path, subject_type: 'file', commit_id: head, body: 'All of it.' };
      return place.ask({ method: 'POST', path: `${pull}/comments`, body });
    },
  },
  {
    id: 'review-comments/reply',
    rule: 'An answer names the first comment of its thread and stands where that stands.',
    source: docs,
    changes: 'something',
    expect: { status: 201, answers: true, line: 3 },
    probe: async (place) => {
      const material = await sharedPull(place);
      const { comment } = await begun(place, material);
      const address = `${material.pull}/comments/${comment}/replies`;
      const { status, body } = await place.ask({
        method: 'POST',
        path: address,
        body: { body: 'Because.' },
      });
      return { status, answers: at(body, 'in_reply_to_id') === comment, line: at(body, 'line') };
    },
  },
  {
    id: 'review-comments/moved',
    rule: 'A comment follows its line when a push moves it, and keeps where it was written.',
    source: 'assumed',
    changes: 'something',
    expect: { line: 4, original: 3, position: 5, moved: true, kept: true },
    probe: async (place) => {
      const { seen, head, old } = await pushedUpon(place, `first\n${changedLines}`);
      const { body } = seen;
      return {
        line: at(body, 'line'),
        original: at(body, 'original_line'),
        position: at(body, 'position'),
        moved: at(body, 'commit_id') === head,
        kept: at(body, 'original_commit_id') === old,
      };
    },
  },
  {
    id: 'review-comments/outdated',
    rule: 'A comment whose line a push changed is outdated: no line, no position, but where it was written.',
    source: 'assumed',
    changes: 'something',
    expect: {
      'seen.body.line': null,
      'seen.body.position': null,
      'seen.body.original_line': 3,
      'seen.body.original_position': 4,
    },
    probe: (place) => pushedUpon(place, changedLines.replace('three', 'drei')),
  },
  {
    id: 'review-comments/edited',
    rule: 'An App changes its own comments, not those of others.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 403, 'body.message': 'Resource not accessible by integration' },
    probe: async (place) => {
      const { comment } = await begun(place, await sharedPull(place));
      const address = `${place.root}/pulls/comments/${comment}`;
      return place.ask({ method: 'PATCH', path: address, body: { body: 'Never said.' } });
    },
  },
  {
    id: 'review-comments/reactions',
    rule: 'A second reaction alike is answered with the first one.',
    source: 'https://docs.github.com/en/rest/reactions/reactions',
    changes: 'something',
    expect: { statuses: [201, 200] },
    probe: async (place) => {
      const { comment } = await begun(place, await sharedPull(place));
      const address = `${place.root}/pulls/comments/${comment}/reactions`;
      const react = () => place.ask({ method: 'POST', path: address, body: { content: '+1' } });
      return { statuses: [(await react()).status, (await react()).status] };
    },
  },
  {
    id: 'review-comments/listed',
    rule: 'The comments of a whole repository are a list, sorted and since a time as asked.',
    source: 'openapi pulls/list-review-comments-for-repo',
    changes: 'nothing',
    expect: { status: 200, list: true },
    probe: async ({ ask, root }) => {
      const query = 'sort=updated&direction=desc&since=2020-01-01T00:00:00Z&per_page=5';
      const { status, body } = await ask({ path: `${root}/pulls/comments?${query}` });
      return { status, list: Array.isArray(body) };
    },
  },
  {
    id: 'review-comments/unknown',
    rule: 'A comment that is not there is answered with 404.',
    source: 'openapi pulls/get-review-comment',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/pulls/comments/1` }),
  },
];
