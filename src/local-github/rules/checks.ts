/** Rules: check runs and suites, their limits, and who may change and ask for them. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen } from '#local-github/probing/ask.ts';
import type { Double } from '#local-github/probing/double.ts';
import { Skipped } from './rule.ts';
import type { Place, Rule } from './rule.ts';

const runDocs = 'https://docs.github.com/en/rest/checks/runs';
const suiteDocs = 'https://docs.github.com/en/rest/checks/suites';
const tooLong = 'https://github.com/reviewdog/action-rubocop/issues/67';
const tooMany = 'https://github.com/dorny/test-reporter/issues/194';
const soundAnnotations = 'https://github.com/octokit/octokit.js/issues/1170';

const commits = new WeakMap<Double, Promise<string>>();

/** One commit for all rows: runs of different names do not meet. */
function commitOf({ double }: Place): Promise<string> {
  const sha =
    commits.get(double) ?? double.branch({ 'checked.txt': 'one\n' }).then((made) => made.sha);
  commits.set(double, sha);
  return sha;
}

let count = 0;

/** A run of a name of its own, with these fields. */
async function run(place: Place, fields: object = {}): Promise<Seen> {
  count += 1;
  const body = { name: `proof ${String(count)}`, head_sha: await commitOf(place), ...fields };
  return place.ask({ method: 'POST', path: `${place.root}/check-runs`, body });
}

async function made(place: Place, fields: object = {}) {
  const { body } = await run(place, fields);
  const path = `${place.root}/check-runs/${String(at(body, 'id'))}`;
  const change = (more: object) => place.ask({ method: 'PATCH', path, body: more });
  return { body, path, change, sha: String(at(body, 'head_sha')) };
}

const annotation = {
  path: 'checked.txt',
  start_line: 1,
  end_line: 1,
  annotation_level: 'notice',
  message: 'm',
};
const output = { title: 'Title', summary: 'Summary' };
const many = (count: number) => Array.from({ length: count }, () => annotation);
const action = { label: 'Fix', identifier: 'fix', description: 'Fixes it' };
const invalidAnnotations = {
  status: 422,
  'body.message': 'Validation Failed',
  'body.errors': [{ resource: 'CheckRun', field: 'annotations', code: 'invalid' }],
};

/** One field of a new run that GitHub refuses before it looks any further. */
function refused(
  id: string,
  [rule, source]: readonly [rule: string, source: string],
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

function badAnnotation(id: string, rule: string, fields: object): Rule {
  return {
    id: `checks/${id}`,
    rule,
    source: soundAnnotations,
    changes: 'something',
    expect: invalidAnnotations,
    probe: (place) =>
      run(place, { output: { ...output, annotations: [{ ...annotation, ...fields }] } }),
  };
}

const limitRules: readonly Rule[] = [
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
  badAnnotation('end-before-start', 'An annotation that ends before it starts is refused.', {
    start_line: 2,
  }),
  badAnnotation('columns-on-one-line', 'Columns are for annotations of one line.', {
    end_line: 2,
    start_column: 1,
    end_column: 2,
  }),
  badAnnotation('both-columns', 'One column without the other is refused.', { start_column: 1 }),
  badAnnotation('columns-count-from-one', 'Columns count from one.', {
    start_column: 0,
    end_column: 1,
  }),
  badAnnotation('annotation-message', "An annotation's message has at most 64 KB.", {
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

export const checkRules: readonly Rule[] = [
  ...limitRules,
  {
    id: 'checks/unknown-commit',
    rule: 'A run needs a commit that the repository has.',
    source: 'assumed',
    changes: 'something',
    expect: { status: 422, 'body.message': `No commit found for SHA: ${'d'.repeat(40)}` },
    probe: (place) => run(place, { head_sha: 'd'.repeat(40) }),
  },
  {
    id: 'checks/apps-only',
    rule: 'People cannot make runs, whatever their role.',
    source: 'https://docs.github.com/en/rest/guides/using-the-rest-api-to-interact-with-checks',
    changes: 'something',
    expect: { status: 403 },
    probe: async (place) => {
      const { ask, root } = place;
      const body = { name: 'mine', head_sha: await commitOf(place) };
      return ask({ as: '@ada', method: 'POST', path: `${root}/check-runs`, body });
    },
  },
  {
    id: 'checks/another-apps-run',
    rule: 'A run can be changed by the App that made it only.',
    source: 'https://github.com/OP5dev/TF-via-PR/issues/538',
    changes: 'something',
    expect: {
      status: 403,
      'body.message':
        /^Invalid app_id `\d+` - check run can only be modified by the GitHub App that created it\.$/,
    },
    probe: async ({ ask, root }) => {
      const all = await ask({ path: `${root}/commits/main/check-runs?check_name=build` });
      const path = `${root}/check-runs/${String(at(all.body, 'check_runs.0.id'))}`;
      return ask({ method: 'PATCH', path, body: { name: 'mine' } });
    },
  },
  {
    id: 'checks/conclusion-completes',
    rule: 'A conclusion completes a run, whatever its status is said to be.',
    source: runDocs,
    changes: 'something',
    expect: { 'body.status': 'completed', 'body.conclusion': 'neutral' },
    probe: (place) => run(place, { status: 'in_progress', conclusion: 'neutral' }),
  },
  {
    id: 'checks/completed-stays',
    rule: 'A completed run does not go back to work: what asks for that is answered and changes no state.',
    source: 'https://github.com/Mergifyio/mergify/pull/1989',
    changes: 'something',
    expect: { status: 200, 'body.status': 'completed', 'body.conclusion': 'success' },
    probe: async (place) => {
      const { change } = await made(place, { conclusion: 'success' });
      return change({ status: 'in_progress' });
    },
  },
  {
    id: 'checks/annotations-add-up',
    rule: 'Annotations of later requests are added, and listed by pages.',
    source: runDocs,
    changes: 'something',
    expect: { 'run.output.annotations_count': 60, first: 30, link: /rel="next"/, more: 10 },
    probe: async (place) => {
      const annotations = many(50);
      const { path, change } = await made(place, { output: { ...output, annotations } });
      const { body } = await change({ output: { summary: 's', annotations: many(10) } });
      const list = await place.ask({ path: `${path}/annotations` });
      const rest = await place.ask({ path: `${path}/annotations?per_page=50&page=2` });
      const count = (seen: Seen): number => (Array.isArray(seen.body) ? seen.body.length : -1);
      return { run: body, first: count(list), link: list.headers.link, more: count(rest) };
    },
  },
  {
    id: 'checks/output-kept',
    rule: 'An update that brings no text leaves title and text as they were.',
    source: 'assumed',
    changes: 'something',
    expect: { 'body.output.title': 'Title', 'body.output.text': 'T', 'body.output.summary': 'new' },
    probe: async (place) => {
      const { change } = await made(place, { output: { ...output, text: 'T' } });
      return change({ output: { summary: 'new' } });
    },
  },
  {
    id: 'checks/latest-of-a-name',
    rule: 'A list holds the newest run of each name, all of them when asked for.',
    source: runDocs,
    changes: 'something',
    expect: { latest: 1, newest: 'success', all: 2 },
    probe: async (place) => {
      const { root, ask } = place;
      const { sha } = await made(place, { name: 'twice', conclusion: 'failure' });
      await run(place, { name: 'twice', conclusion: 'success' });
      const path = `${root}/commits/${sha}/check-runs?check_name=twice`;
      const latest = await ask({ path });
      const all = await ask({ path: `${path}&filter=all` });
      return {
        latest: at(latest.body, 'total_count'),
        newest: at(latest.body, 'check_runs.0.conclusion'),
        all: at(all.body, 'total_count'),
      };
    },
  },
  {
    id: 'checks/by-app',
    rule: "A list can be narrowed to one App's runs.",
    source: runDocs,
    changes: 'something',
    expect: { 'all.body.total_count': 1, 'own.body.total_count': 0 },
    probe: async ({ ask, root, double }) => {
      const path = `${root}/commits/main/check-runs?check_name=build`;
      const own = double.github.app.id;
      return {
        all: await ask({ path }),
        own: await ask({ path: `${path}&app_id=${String(own)}` }),
      };
    },
  },
  {
    id: 'checks/one-suite',
    rule: 'An App has one suite on a commit: making it again answers 200 with the one that is there.',
    source: 'openapi checks/create-suite',
    changes: 'something',
    expect: { status: 200, same: true },
    probe: async (place) => {
      const { body, sha } = await made(place);
      const asked = {
        method: 'POST',
        path: `${place.root}/check-suites`,
        body: { head_sha: sha },
      } as const;
      const seen = await place.ask(asked);
      return { status: seen.status, same: at(seen.body, 'id') === at(body, 'check_suite.id') };
    },
  },
  {
    id: 'checks/rerequest-suite',
    rule: 'A suite that is asked for again is queued, without a conclusion, until something is reported.',
    source: suiteDocs,
    changes: 'something',
    expect: {
      asked: 201,
      'suite.status': 'queued',
      'suite.conclusion': null,
      'run.status': 'completed',
    },
    probe: async (place) => {
      const { body, path } = await made(place, { conclusion: 'failure' });
      const suite = `${place.root}/check-suites/${String(at(body, 'check_suite.id'))}`;
      const { status } = await place.ask({
        as: '@ben',
        method: 'POST',
        path: `${suite}/rerequest`,
      });
      const { double } = place;
      return {
        asked: status,
        suite: await double.done({ path: suite }),
        run: await double.done({ path }),
      };
    },
  },
  {
    id: 'checks/rerequest-needs-write',
    rule: 'Only people who may push can ask for a run again.',
    source: runDocs,
    changes: 'something',
    expect: { status: 403 },
    probe: async (place) => {
      const { path } = await made(place, { conclusion: 'failure' });
      return place.ask({ as: '@eve', method: 'POST', path: `${path}/rerequest` });
    },
  },
  {
    id: 'checks/preferences-for-admins',
    rule: 'Whether pushes open suites is for people who administer the repository.',
    source: suiteDocs,
    changes: 'something',
    expect: { 'ben.status': 403, 'ada.status': 200 },
    probe: async ({ ask, root, double }) => {
      const auto_trigger_checks = [{ app_id: double.github.app.id, setting: true }];
      const path = `${root}/check-suites/preferences`;
      const as = (who: '@ada' | '@ben') =>
        ask({ as: who, method: 'PATCH', path, body: { auto_trigger_checks } });
      return { ben: await as('@ben'), ada: await as('@ada') };
    },
  },
  {
    id: 'checks/list-shape',
    rule: 'The runs of the default branch are told with their number, App and suite.',
    source: 'openapi checks/list-for-ref',
    changes: 'nothing',
    expect: { status: 200, counted: true },
    probe: async ({ ask, root, repository }) => {
      const path = `${root}/commits/${repository.defaultBranch}/check-runs?per_page=1`;
      const { status, body } = await ask({ path });
      if (status === 409 || status === 422) throw new Skipped('the default branch has no commit');
      return { status, counted: typeof at(body, 'total_count') === 'number' };
    },
  },
  {
    id: 'checks/unknown-run',
    rule: 'A run that is not there is answered with 404.',
    source: 'openapi checks/get',
    changes: 'nothing',
    expect: { status: 404, 'body.message': 'Not Found' },
    probe: ({ ask, root }) => ask({ path: `${root}/check-runs/1` }),
  },
];
