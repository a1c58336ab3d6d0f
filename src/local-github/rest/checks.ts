/** REST: check runs and suites. */
import {
  branchAt,
  checkRunById,
  createCheckRun,
  demandApp,
  demandCommit,
  rerequestCheckRun,
  updateCheckRun,
} from '#local-github/actions/checks.ts';
import { ownSuite, rerequestSuite, suiteById, suiteOf } from '#local-github/actions/suites.ts';
import { badRequest, optionalRecords, supplied } from '#local-github/body.ts';
import { demand, demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { readCommit, resolveCommit } from '#local-github/git/objects.ts';
import { Refusal } from '#local-github/refusal.ts';
import { annotationShape, checkRunShape, checkSuiteShape } from '#local-github/shapes/checks.ts';
import { repositoryShape } from '#local-github/shapes/repositories.ts';
import type { CheckRun, CheckSuite } from '#local-github/state.ts';
import { checkEditOf } from '#local-github/check-body.ts';
import { created, idOf, ok, page, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

function readScope(exchange: Exchange): Scope {
  const scope = scopeOf(exchange);
  demandRead(scope, 'checks');
  return scope;
}

function runOf(exchange: Exchange): { scope: Scope; run: CheckRun } {
  const scope = readScope(exchange);
  return { scope, run: checkRunById(scope, idOf(exchange, 'run')) };
}

async function addRun(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const run = await createCheckRun(scope, {
    ...checkEditOf(body, { isNew: true }),
    name: supplied(body, 'name'),
    headSha: supplied(body, 'head_sha'),
  });
  return created(checkRunShape(scope.github, scope.repository, run));
}

async function changeRun(exchange: Exchange): Promise<Answer> {
  const { scope, run } = runOf(exchange);
  await updateCheckRun(scope, run, checkEditOf(exchange.body, { isNew: false }));
  return ok(checkRunShape(scope.github, scope.repository, run));
}

function showRun(exchange: Exchange): Answer {
  const { scope, run } = runOf(exchange);
  return ok(checkRunShape(scope.github, scope.repository, run));
}

function listAnnotations(exchange: Exchange): Answer {
  const { scope, run } = runOf(exchange);
  const { github, repository } = scope;
  return paged(exchange, run.output.annotations, (each) =>
    annotationShape(github, { repository, run }, each),
  );
}

function rerequest(exchange: Exchange): Answer {
  const { scope, run } = runOf(exchange);
  rerequestCheckRun(scope, run);
  return { status: 201, body: {} };
}

async function shaOf(exchange: Exchange, scope: Scope): Promise<string> {
  const name = exchange.params.ref ?? '';
  const sha = await resolveCommit(scope.repository.folder, name);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return sha;
}

/** The newest run of each name, unless all are asked for. */
async function listForRef(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const sha = await shaOf(exchange, scope);
  return runsAnswer(exchange, scope, (run) => run.headSha === sha);
}

function listForSuite(exchange: Exchange): Answer {
  const scope = readScope(exchange);
  const id = idOf(exchange, 'suite');
  return runsAnswer(exchange, scope, (run) => run.suite.id === id);
}

function runsAnswer(exchange: Exchange, scope: Scope, is: (run: CheckRun) => boolean): Answer {
  const { query } = exchange;
  const { github, repository } = scope;
  const asked = (name: string, value: string): boolean => [null, value].includes(query.get(name));
  const found = repository.checkRuns
    .filter(is)
    .filter(
      ({ name, status, suite }) =>
        asked('check_name', name) &&
        asked('status', status) &&
        asked('app_id', String(suite.app.id)),
    );
  const newest = new Map(found.map((run) => [`${run.suite.app.id} ${run.name}`, run]));
  const chosen = query.get('filter') === 'all' ? found : [...newest.values()];
  // The newest first, as GitHub lists them.
  const { items, headers } = page(exchange, chosen.toReversed());
  const check_runs = items.map((run) => checkRunShape(github, repository, run));
  return { status: 200, body: { total_count: chosen.length, check_runs }, headers };
}

async function suiteAnswer(status: number, scope: Scope, suite: CheckSuite): Promise<Answer> {
  const { github, repository } = scope;
  const commit = await readCommit(repository.folder, suite.headSha);
  return { status, body: checkSuiteShape(github, { repository, commit }, suite) };
}

async function listSuites(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const { github, repository } = scope;
  const { query } = exchange;
  const sha = await shaOf(exchange, scope);
  const commit = await readCommit(repository.folder, sha);
  const [app, name] = [query.get('app_id'), query.get('check_name')];
  const holds = (suite: CheckSuite): boolean =>
    name === null || repository.checkRuns.some((run) => run.suite === suite && run.name === name);
  const found = repository.checkSuites
    .filter(({ headSha }) => headSha === sha)
    .filter((suite) => (app === null || String(suite.app.id) === app) && holds(suite));
  const { items, headers } = page(exchange, found);
  const check_suites = items.map((each) => checkSuiteShape(github, { repository, commit }, each));
  return { status: 200, body: { total_count: found.length, check_suites }, headers };
}

/** There is one suite of the App for a commit: asked for again it is answered with 200. */
async function addSuite(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  demandApp(scope);
  const sha = supplied(exchange.body, 'head_sha');
  await demandCommit(scope, sha);
  const known = ownSuite(scope, sha);
  const suite = known ?? suiteOf(scope, sha, await branchAt(scope.repository, sha));
  return suiteAnswer(known ? 200 : 201, scope, suite);
}

function suiteOfPath(exchange: Exchange): { scope: Scope; suite: CheckSuite } {
  const scope = readScope(exchange);
  return { scope, suite: suiteById(scope, idOf(exchange, 'suite')) };
}

function showSuite(exchange: Exchange): Promise<Answer> {
  const { scope, suite } = suiteOfPath(exchange);
  return suiteAnswer(200, scope, suite);
}

async function askAgain(exchange: Exchange): Promise<Answer> {
  const { scope, suite } = suiteOfPath(exchange);
  await rerequestSuite(scope, suite);
  return { status: 201, body: {} };
}

/** Only people who administer the repository may. */
function prefer(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demand(scope, { permission: 'checks', level: 'write', role: 'admin' });
  const { github, repository } = scope;
  const own = github.state.app.id;
  for (const { app_id: app, setting } of optionalRecords(exchange.body, 'auto_trigger_checks') ??
    []) {
    if (typeof app !== 'number' || typeof setting !== 'boolean')
      throw badRequest('"app_id" or "setting" wasn\'t supplied.');
    if (app === own) repository.autoSuites = setting;
  }
  const auto_trigger_checks = [{ app_id: own, setting: repository.autoSuites }];
  const preferences = { auto_trigger_checks };
  return ok({ preferences, repository: repositoryShape(github, repository) });
}

const repo = '/repos/:owner/:repo';

export const checkRoutes: readonly Route[] = [
  { method: 'POST', path: `${repo}/check-runs`, run: addRun },
  { method: 'GET', path: `${repo}/check-runs/:run`, run: showRun },
  { method: 'PATCH', path: `${repo}/check-runs/:run`, run: changeRun },
  { method: 'GET', path: `${repo}/check-runs/:run/annotations`, run: listAnnotations },
  { method: 'POST', path: `${repo}/check-runs/:run/rerequest`, run: rerequest },
  { method: 'GET', path: `${repo}/commits/:ref*/check-runs`, run: listForRef },
  { method: 'GET', path: `${repo}/commits/:ref*/check-suites`, run: listSuites },
  { method: 'GET', path: `${repo}/check-suites/:suite/check-runs`, run: listForSuite },
  { method: 'POST', path: `${repo}/check-suites`, run: addSuite },
  { method: 'PATCH', path: `${repo}/check-suites/preferences`, run: prefer },
  { method: 'GET', path: `${repo}/check-suites/:suite`, run: showSuite },
  { method: 'POST', path: `${repo}/check-suites/:suite/rerequest`, run: askAgain },
];
