/** Rules: check runs and suites, who may change them and who may ask for them again. */
import { at } from '#local-github/probing/ask.ts';
import type { Seen } from '#local-github/probing/ask.ts';
import { commitOf, made, many, output, run } from '#local-github/probing/check-material.ts';
import { Skipped } from './rule.ts';
import type { Rule } from './rule.ts';

const runDocs = 'https://docs.github.com/en/rest/checks/runs';
const suiteDocs = 'https://docs.github.com/en/rest/checks/suites';

export const checkRules: readonly Rule[] = [
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
