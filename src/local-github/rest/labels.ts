/** REST: labels of a repository and of its issues. */
import { issueByNumber } from '#local-github/actions/issues.ts';
import {
  addLabels,
  createLabel,
  deleteLabel,
  findLabel,
  removeLabel,
  setLabels,
  updateLabel,
} from '#local-github/actions/labels.ts';
import { demandRead } from '#local-github/caller.ts';
import { notFound } from '#local-github/refusal.ts';
import { labelShape } from '#local-github/shapes/issues.ts';
import type { Label } from '#local-github/state.ts';
import { given, optionalText, optionalTexts, text } from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';
import { created, idOf, noContent, ok, paged, scopeOf } from './route.ts';
import type { Answer, Exchange, Route } from './route.ts';

const readable = 'issues|pull_requests';

function shaped(exchange: Exchange) {
  const { github, repository } = scopeOf(exchange);
  return (label: Label) => labelShape(github, repository, label);
}

function listLabels(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  return paged(exchange, scope.repository.labels, shaped(exchange));
}

function showLabel(exchange: Exchange): Answer {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  const label = findLabel(scope, exchange.params.name ?? '');
  if (!label) throw notFound();
  return ok(shaped(exchange)(label));
}

function addLabel(exchange: Exchange): Answer {
  const { body } = exchange;
  const label = createLabel(scopeOf(exchange), {
    name: text(body, 'name', 'Label'),
    ...given({
      color: optionalText(body, 'color'),
      description: optionalText(body, 'description'),
    }),
  });
  return created(shaped(exchange)(label));
}

function changeLabel(exchange: Exchange): Answer {
  const { body, params } = exchange;
  const edit = given({
    newName: optionalText(body, 'new_name'),
    color: optionalText(body, 'color'),
    description: optionalText(body, 'description'),
  });
  return ok(shaped(exchange)(updateLabel(scopeOf(exchange), params.name ?? '', edit)));
}

function dropLabel(exchange: Exchange): Answer {
  deleteLabel(scopeOf(exchange), exchange.params.name ?? '');
  return noContent;
}

function issueOf(exchange: Exchange) {
  const scope = scopeOf(exchange);
  demandRead(scope, readable);
  return { scope, issue: issueByNumber(scope, idOf(exchange, 'number')) };
}

function listOfIssue(exchange: Exchange): Answer {
  return paged(exchange, issueOf(exchange).issue.labels, shaped(exchange));
}

/** The body is `{labels: [...]}`, or the bare list as older clients send it, which the door puts under `items`. */
function names(body: Body): readonly string[] {
  return optionalTexts(body, 'labels') ?? optionalTexts(body, 'items') ?? [];
}

async function addToIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  const labels = await addLabels(scope, issue, names(exchange.body));
  return ok(labels.map(shaped(exchange)));
}

async function setOnIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  const labels = await setLabels(scope, issue, names(exchange.body));
  return ok(labels.map(shaped(exchange)));
}

async function clearIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  await setLabels(scope, issue, []);
  return noContent;
}

async function removeFromIssue(exchange: Exchange): Promise<Answer> {
  const { scope, issue } = issueOf(exchange);
  const labels = await removeLabel(scope, issue, exchange.params.name ?? '');
  return ok(labels.map(shaped(exchange)));
}

const labels = '/repos/:owner/:repo/labels';
const ofIssue = '/repos/:owner/:repo/issues/:number/labels';

export const labelRoutes: readonly Route[] = [
  { method: 'GET', path: labels, run: listLabels },
  { method: 'POST', path: labels, run: addLabel },
  { method: 'GET', path: `${labels}/:name`, run: showLabel },
  { method: 'PATCH', path: `${labels}/:name`, run: changeLabel },
  { method: 'DELETE', path: `${labels}/:name`, run: dropLabel },
  { method: 'GET', path: ofIssue, run: listOfIssue },
  { method: 'POST', path: ofIssue, run: addToIssue },
  { method: 'PUT', path: ofIssue, run: setOnIssue },
  { method: 'DELETE', path: ofIssue, run: clearIssue },
  { method: 'DELETE', path: `${ofIssue}/:name`, run: removeFromIssue },
];
