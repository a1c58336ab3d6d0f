/** Rules: what a check run may hold, and what GitHub refuses of it. */
import { annotation, many, output, run } from '#local-github/probing/check-material.ts';
import type { Rule } from './rule.ts';

const runDocs = 'https://docs.github.com/en/rest/checks/runs';
const tooLong = 'https://github.com/reviewdog/action-rubocop/issues/67';
const tooMany = 'https://github.com/dorny/test-reporter/issues/194';
const oneLine = 'https://github.com/octokit/octokit.js/issues/1170';
const bothColumns = 'https://github.com/probot/probot/issues/790';

const action = { label: 'Fix', identifier: 'fix', description: 'Fixes it' };
const invalidAnnotations = {
  status: 422,
  'body.message': 'Validation Failed',
  'body.errors': [{ resource: 'CheckRun', field: 'annotations', code: 'invalid' }],
};

type Stated = readonly [rule: string, source: string];

/** One field of a new run that GitHub refuses before it looks any further. */
function refused(
  id: string,
  [rule, source]: Stated,
  { fields, words }: { readonly fields: object; readonly words: string },
): Rule {
  return {
    id: `checks/${id}`,
    rule,
    source,
    changes: 'something',
    expect: { status: 422, 'body.message': `Invalid request.\n\n${words}` },
    probe: (place) => run(place, fields),
  };
}

function badAnnotation(id: string, [rule, source]: Stated, fields: object): Rule {
  return {
    id: `checks/${id}`,
    rule,
    source,
    changes: 'something',
    expect: invalidAnnotations,
    probe: (place) =>
      run(place, { output: { ...output, annotations: [{ ...annotation, ...fields }] } }),
  };
}

export const checkLimitRules: readonly Rule[] = [
  refused('name-supplied', ['A run needs a name.', runDocs], {
    fields: { name: undefined },
    words: '"name" wasn\'t supplied.',
  }),
  refused('summary-length', ['A summary has at most 65,535 characters.', tooLong], {
    fields: { output: { ...output, summary: 'x'.repeat(65_536) } },
    words: 'Only 65535 characters are allowed; 65536 were supplied.',
  }),
  refused('text-length', ['A text has at most 65,535 characters.', tooLong], {
    fields: { output: { ...output, text: 'x'.repeat(65_536) } },
    words: 'Only 65535 characters are allowed; 65536 were supplied.',
  }),
  refused('annotations-per-request', ['One request brings at most 50 annotations.', tooMany], {
    fields: { output: { ...output, annotations: many(51) } },
    words: 'No more than 50 items are allowed; 51 were supplied.',
  }),
  refused('annotation-title', ["An annotation's title has at most 255 characters.", runDocs], {
    fields: { output: { ...output, annotations: [{ ...annotation, title: 'x'.repeat(256) }] } },
    words: 'Only 255 characters are allowed; 256 were supplied.',
  }),
  refused('three-actions', ['A run offers at most three buttons.', runDocs], {
    fields: { actions: [action, action, action, action] },
    words: 'No more than 3 items are allowed; 4 were supplied.',
  }),
  refused('action-label', ["A button's label has at most 20 characters.", runDocs], {
    fields: { actions: [{ ...action, label: 'x'.repeat(21) }] },
    words: 'Only 20 characters are allowed; 21 were supplied.',
  }),
  refused('action-identifier', ["A button's identifier has at most 20 characters.", runDocs], {
    fields: { actions: [{ ...action, identifier: 'x'.repeat(21) }] },
    words: 'Only 20 characters are allowed; 21 were supplied.',
  }),
  refused('action-description', ["A button's description has at most 40 characters.", runDocs], {
    fields: { actions: [{ ...action, description: 'x'.repeat(41) }] },
    words: 'Only 40 characters are allowed; 41 were supplied.',
  }),
  refused('completed-needs-conclusion', ['A completed run needs a conclusion.', runDocs], {
    fields: { status: 'completed' },
    words: '"conclusion" wasn\'t supplied.',
  }),
  refused('completed-at-needs-conclusion', ['A time of completion needs a conclusion.', runDocs], {
    fields: { completed_at: '2026-01-31T12:00:00Z' },
    words: '"conclusion" wasn\'t supplied.',
  }),
  refused('output-title', ['The output of a new run needs a title.', 'openapi checks/create'], {
    fields: { output: { summary: 's' } },
    words: '"title" wasn\'t supplied.',
  }),
  badAnnotation(
    'end-before-start',
    ['An annotation that ends before it starts is refused.', 'assumed'],
    {
      start_line: 2,
    },
  ),
  badAnnotation('columns-on-one-line', ['Columns are for annotations of one line.', oneLine], {
    end_line: 2,
    start_column: 1,
    end_column: 2,
  }),
  badAnnotation('both-columns', ['One column without the other is refused.', bothColumns], {
    start_column: 1,
  }),
  badAnnotation('columns-count-from-one', ['Columns count from one.', 'assumed'], {
    start_column: 0,
    end_column: 1,
  }),
  badAnnotation('annotation-message', ["An annotation's message has at most 64 KB.", runDocs], {
    message: 'x'.repeat(65_537),
  }),
  {
    id: 'checks/summary-bytes',
    rule: 'A summary of fewer characters whose bytes are too many is refused as well.',
    source: 'https://github.com/github/docs/issues/35252',
    changes: 'something',
    expect: {
      status: 422,
      'body.errors': [
        {
          resource: 'CheckRun',
          field: 'summary',
          code: 'custom',
          message: 'summary exceeds a maximum bytesize of 65535',
        },
      ],
    },
    probe: (place) => run(place, { output: { ...output, summary: '🙂'.repeat(20_000) } }),
  },
  {
    id: 'checks/stale-is-githubs',
    rule: 'Only GitHub lets a run go stale.',
    source: runDocs,
    changes: 'something',
    expect: { status: 422 },
    probe: (place) => run(place, { conclusion: 'stale' }),
  },
  {
    id: 'checks/waiting-is-actions',
    rule: 'Only Actions may let a run wait.',
    source: runDocs,
    changes: 'something',
    expect: { status: 422 },
    probe: (place) => run(place, { status: 'waiting' }),
  },
];
