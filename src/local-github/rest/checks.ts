/** REST: check runs and suites. */
import {
  checkRunById,
  createCheckRun,
  rerequestCheckRun,
  updateCheckRun,
} from '#local-github/actions/checks.ts';
import type { CheckEdit } from '#local-github/actions/checks.ts';
import { demandRead } from '#local-github/caller.ts';
import type { Scope } from '#local-github/caller.ts';
import { conclusions } from '#local-github/conclusion.ts';
import { readCommit, resolveCommit } from '#local-github/git/objects.ts';
import { Refusal } from '#local-github/refusal.ts';
import { annotationShape, checkRunShape, checkSuiteShape } from '#local-github/shapes/checks.ts';
import type { Annotation, CheckRun } from '#local-github/state.ts';
import {
  given,
  optionalNumber,
  optionalOneOf,
  optionalRecord,
  optionalRecords,
  optionalText,
  text,
} from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';
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

/** The fields that making and changing share. */
function editOf(body: Body): CheckEdit {
  const statuses = ['queued', 'in_progress', 'completed'] as const;
  return given({
    name: optionalText(body, 'name'),
    status: optionalOneOf(body, 'status', statuses),
    conclusion: optionalOneOf(body, 'conclusion', conclusions),
    startedAt: optionalText(body, 'started_at'),
    completedAt: optionalText(body, 'completed_at'),
    externalId: optionalText(body, 'external_id'),
    detailsUrl: optionalText(body, 'details_url'),
    output: outputOf(body),
    actions: optionalRecords(body, 'actions')?.map((action) => ({
      label: text(action, 'label', 'CheckRun'),
      description: text(action, 'description', 'CheckRun'),
      identifier: text(action, 'identifier', 'CheckRun'),
    })),
  });
}

function outputOf(body: Body): CheckEdit['output'] {
  const output = optionalRecord(body, 'output');
  return (
    output && {
      summary: text(output, 'summary', 'CheckRun'),
      ...given({
        title: optionalText(output, 'title'),
        text: optionalText(output, 'text'),
        annotations: optionalRecords(output, 'annotations')?.map(annotationOf),
      }),
    }
  );
}

function annotationOf(body: Body): Annotation {
  const startLine = optionalNumber(body, 'start_line');
  const endLine = optionalNumber(body, 'end_line');
  const level = optionalOneOf(body, 'annotation_level', ['notice', 'warning', 'failure']);
  if (
    startLine === undefined ||
    endLine === undefined ||
    level === undefined ||
    endLine < startLine
  )
    throw new Refusal(
      422,
      'Invalid request.\n\nAn annotation needs start_line, end_line and annotation_level.',
    );
  return {
    path: text(body, 'path', 'CheckRun'),
    startLine,
    endLine,
    startColumn: optionalNumber(body, 'start_column') ?? null,
    endColumn: optionalNumber(body, 'end_column') ?? null,
    level,
    message: text(body, 'message', 'CheckRun'),
    title: optionalText(body, 'title') ?? null,
    rawDetails: optionalText(body, 'raw_details') ?? null,
  };
}

async function addRun(exchange: Exchange): Promise<Answer> {
  const scope = scopeOf(exchange);
  const { body } = exchange;
  const run = await createCheckRun(scope, {
    ...editOf(body),
    name: text(body, 'name', 'CheckRun'),
    headSha: text(body, 'head_sha', 'CheckRun'),
  });
  return created(checkRunShape(scope.github, scope.repository, run));
}

async function changeRun(exchange: Exchange): Promise<Answer> {
  const { scope, run } = runOf(exchange);
  await updateCheckRun(scope, run, editOf(exchange.body));
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
  const [name, status] = [query.get('check_name'), query.get('status')];
  const found = repository.checkRuns
    .filter(is)
    .filter(
      (run) => (name === null || run.name === name) && (status === null || run.status === status),
    );
  const newest = [...new Map(found.map((run) => [run.name, run])).values()];
  const chosen = query.get('filter') === 'all' ? found : newest;
  const { items, headers } = page(exchange, chosen);
  const check_runs = items.map((run) => checkRunShape(github, repository, run));
  return { status: 200, body: { total_count: chosen.length, check_runs }, headers };
}

async function listSuites(exchange: Exchange): Promise<Answer> {
  const scope = readScope(exchange);
  const { github, repository } = scope;
  const sha = await shaOf(exchange, scope);
  const commit = await readCommit(repository.folder, sha);
  const found = repository.checkSuites.filter(({ headSha }) => headSha === sha);
  const { items, headers } = page(exchange, found);
  const check_suites = items.map((each) => checkSuiteShape(github, { repository, commit }, each));
  return { status: 200, body: { total_count: found.length, check_suites }, headers };
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
];
