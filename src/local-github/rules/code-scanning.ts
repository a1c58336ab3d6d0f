/** Rules: uploads of SARIF, their limits, and what is told of them. */
import { gzipSync } from 'node:zlib';
import { at } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const docs =
  'https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data';
const limitDocs =
  'https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit';

const location = {
  physicalLocation: { artifactLocation: { uri: 'README.md' }, region: { startLine: 1 } },
};
const result = { ruleId: 'r', message: { text: 'm' }, locations: [location] };
const run = { tool: { driver: { name: 'Proof' } }, results: [result] };

function packed(file: object): string {
  return gzipSync(JSON.stringify(file)).toString('base64');
}

const whole = packed({ version: '2.1.0', runs: [run] });

async function upload({ ask, root, double }: Place, fields: object = {}) {
  const head = await double.done({ path: `${root}/commits/main` });
  const body = { commit_sha: at(head, 'sha'), ref: 'refs/heads/main', sarif: whole, ...fields };
  return ask({ method: 'POST', path: `${root}/code-scanning/sarifs`, body });
}

/** What is told of an upload when it is asked for the second time. */
async function outcome(place: Place, fields: object = {}) {
  const made = await upload(place, fields);
  const path = `${place.root}/code-scanning/sarifs/${String(at(made.body, 'id'))}`;
  return { made, first: await place.ask({ path }), second: await place.ask({ path }) };
}

function refused(
  id: string,
  rule: string,
  { fields, expect }: { readonly fields: object; readonly expect: Rule['expect'] },
): Rule {
  const probe = (place: Place) => upload(place, fields);
  return { id: `code-scanning/${id}`, rule, source: docs, changes: 'something', expect, probe };
}

/** A file that is taken and turns out to be too much. */
function beyond(
  id: string,
  rule: string,
  { runs, error }: { readonly runs: readonly object[]; readonly error: string },
): Rule {
  return {
    id: `code-scanning/${id}`,
    rule,
    source: limitDocs,
    changes: 'something',
    expect: {
      'made.status': 202,
      'second.body.processing_status': 'failed',
      'second.body.errors': [`rejecting SARIF, as there are more ${error}`],
    },
    probe: (place) => outcome(place, { sarif: packed({ version: '2.1.0', runs }) }),
  };
}

export const codeScanningRules: readonly Rule[] = [
  {
    id: 'code-scanning/upload',
    rule: 'An upload is answered with an id at once and looked into later.',
    source: docs,
    changes: 'something',
    expect: {
      'made.status': 202,
      'first.body.processing_status': 'pending',
      'second.body.processing_status': 'complete',
      'second.body.analyses_url': /\/code-scanning\/analyses\?sarif_id=/,
    },
    probe: (place) => outcome(place),
  },
  {
    id: 'code-scanning/analyses',
    rule: 'What was complete is listed as an analysis of its tool.',
    source: 'openapi code-scanning/list-recent-analyses',
    changes: 'something',
    expect: {
      'body.0.tool.name': 'Proof',
      'body.0.results_count': 1,
      'body.0.ref': 'refs/heads/main',
    },
    probe: async (place) => {
      const { made } = await outcome(place);
      const query = `sarif_id=${String(at(made.body, 'id'))}`;
      return place.ask({ path: `${place.root}/code-scanning/analyses?${query}` });
    },
  },
  refused('ref', 'A ref is written whole.', {
    fields: { ref: 'main' },
    expect: {
      status: 422,
      'body.message': 'Invalid request.\n\nmain does not match /^refs\\/(heads|pull|tags)\\/.*$/.',
    },
  }),
  refused('commit-sha', 'A commit is written whole.', {
    fields: { commit_sha: 'n/a' },
    expect: {
      status: 422,
      'body.message':
        'Invalid request.\n\nAt least 40 characters are required; only 3 were supplied.\nn/a does not match /^[0-9a-f]+$/.',
    },
  }),
  refused('unknown-commit', 'A commit that the repository does not have is not found.', {
    fields: { commit_sha: 'd'.repeat(40) },
    expect: { status: 404, 'body.message': 'commit not found' },
  }),
  refused('cut-short', 'What cannot be unpacked is refused with 400.', {
    fields: { sarif: whole.slice(0, 60) },
    expect: { status: 400 },
  }),
  refused('not-packed', 'A file that is not compressed is refused with 400.', {
    fields: { sarif: Buffer.from('{}').toString('base64') },
    expect: { status: 400 },
  }),
  beyond('runs', 'A file has at most 20 runs.', {
    runs: Array.from({ length: 21 }, () => run),
    error: 'runs than allowed (21 > 20)',
  }),
  beyond('results', 'A run has at most 25,000 results.', {
    runs: [{ ...run, results: Array.from({ length: 25_001 }, () => result) }],
    error: 'results per run than allowed (25001 > 25000)',
  }),
  beyond('locations', 'A result has at most 1,000 locations.', {
    runs: [
      { ...run, results: [{ ...result, locations: Array.from({ length: 1001 }, () => location) }] },
    ],
    error: 'locations per result than allowed (1001 > 1000)',
  }),
  {
    id: 'code-scanning/not-sarif',
    rule: 'A file that is no SARIF is taken and fails later.',
    source: 'https://github.com/codacy/codacy-analysis-cli-action/issues/34',
    changes: 'something',
    expect: { 'made.status': 202, 'second.body.processing_status': 'failed' },
    probe: (place) => outcome(place, { sarif: packed({ hello: 'there' }) }),
  },
  {
    id: 'code-scanning/needs-write',
    rule: 'Who may not push may not upload.',
    source: docs,
    changes: 'something',
    expect: { status: 403 },
    probe: async (place) =>
      upload({ ...place, ask: (question) => place.ask({ ...question, as: '@eve' }) }),
  },
];
