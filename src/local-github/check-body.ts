/** Reads what a request says of a check run, and refuses what GitHub refuses before it looks at the commit. */
import type { CheckEdit, CheckOutput } from '#local-github/actions/checks.ts';
import { conclusions } from '#local-github/conclusion.ts';
import { invalid } from '#local-github/refusal.ts';
import type { Annotation, CheckAction } from '#local-github/state/checks.ts';
import {
  badRequest,
  given,
  optionalNumber,
  optionalOneOf,
  optionalRecord,
  optionalRecords,
  optionalText,
  supplied,
} from '#local-github/body.ts';
import type { Body } from '#local-github/body.ts';

/** GitHub's limits: characters of texts, annotations of one request, and the buttons. */
const limits = { text: 65_535, title: 255, annotations: 50, actions: 3, name: 20, description: 40 };
/** Bytes of an annotation's message and of its details. */
const annotationBytes = 65_536;

const levels = ['notice', 'warning', 'failure'] as const;
/** The other ones are for GitHub's own Actions. */
const statuses = ['queued', 'in_progress', 'completed'] as const;
/** Only GitHub itself lets a run go stale. */
const settable = conclusions.filter((each) => each !== 'stale');

/** The fields that making and changing share. A new run's output has to have a title. */
export function checkEditOf(body: Body, { isNew }: { readonly isNew: boolean }): CheckEdit {
  const edit = given({
    name: optionalText(body, 'name'),
    status: optionalOneOf(body, 'status', statuses),
    conclusion: optionalOneOf(body, 'conclusion', settable),
    startedAt: time(body, 'started_at'),
    completedAt: time(body, 'completed_at'),
    externalId: optionalText(body, 'external_id'),
    detailsUrl: address(body),
    output: outputOf(body, isNew),
    actions: actionsOf(body),
  });
  const ends = edit.status === 'completed' || edit.completedAt !== undefined;
  if (ends && edit.conclusion === undefined) throw badRequest('"conclusion" wasn\'t supplied.');
  if (edit.name?.trim() === '')
    throw invalid({ resource: 'CheckRun', field: 'name', code: 'missing_field' });
  return edit;
}

function time(body: Body, field: string): string | undefined {
  const value = optionalText(body, field);
  if (value === undefined) return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) || Number.isNaN(Date.parse(value)))
    throw badRequest(`${value} is not a valid date-time.`);
  return `${new Date(value).toISOString().slice(0, 19)}Z`;
}

function address(body: Body): string | undefined {
  const value = optionalText(body, 'details_url');
  if (value === undefined || /^https?:\/\//.test(value)) return value;
  const message = 'details_url must use http or https';
  throw invalid({ resource: 'CheckRun', field: 'details_url', code: 'custom', message });
}

function atMost(limit: number, value: string): string {
  if (value.length <= limit) return value;
  throw badRequest(`Only ${limit} characters are allowed; ${value.length} were supplied.`);
}

function fewEnough<T>(limit: number, items: readonly T[] | undefined): readonly T[] | undefined {
  if (items === undefined || items.length <= limit) return items;
  throw badRequest(`No more than ${limit} items are allowed; ${items.length} were supplied.`);
}

function outputOf(body: Body, isNew: boolean): CheckOutput | undefined {
  const output = optionalRecord(body, 'output');
  if (!output) return undefined;
  if (isNew) supplied(output, 'title');
  const text = optionalText(output, 'text');
  return {
    summary: long('summary', supplied(output, 'summary')),
    ...given({
      title: optionalText(output, 'title'),
      text: text === undefined ? undefined : long('text', text),
      annotations: fewEnough(limits.annotations, optionalRecords(output, 'annotations'))?.map(
        annotationOf,
      ),
    }),
  };
}

/** Characters are counted first, then bytes: https://github.com/github/docs/issues/35252. */
function long(field: 'summary' | 'text', value: string): string {
  if (Buffer.byteLength(atMost(limits.text, value)) <= limits.text) return value;
  const message = `${field} exceeds a maximum bytesize of ${limits.text}`;
  throw invalid({ resource: 'CheckRun', field, code: 'custom', message });
}

function actionsOf(body: Body): readonly CheckAction[] | undefined {
  return fewEnough(limits.actions, optionalRecords(body, 'actions'))?.map((action) => ({
    label: atMost(limits.name, supplied(action, 'label')),
    description: atMost(limits.description, supplied(action, 'description')),
    identifier: atMost(limits.name, supplied(action, 'identifier')),
  }));
}

function annotationOf(body: Body): Annotation {
  const line = (field: string): number => {
    const value = optionalNumber(body, field);
    if (value === undefined) throw badRequest(`"${field}" wasn't supplied.`);
    return value;
  };
  const level = optionalOneOf(body, 'annotation_level', levels);
  if (level === undefined) throw badRequest(`"annotation_level" wasn't supplied.`);
  const title = optionalText(body, 'title') ?? null;
  const annotation: Annotation = {
    path: supplied(body, 'path'),
    startLine: line('start_line'),
    endLine: line('end_line'),
    startColumn: optionalNumber(body, 'start_column') ?? null,
    endColumn: optionalNumber(body, 'end_column') ?? null,
    level,
    message: supplied(body, 'message'),
    title: title === null ? null : atMost(limits.title, title),
    rawDetails: optionalText(body, 'raw_details') ?? null,
  };
  if (!isSound(annotation))
    throw invalid({ resource: 'CheckRun', field: 'annotations', code: 'invalid' });
  return annotation;
}

/** GitHub refuses all of them without naming the one. */
function isSound(annotation: Annotation): boolean {
  const { startLine, endLine, message, rawDetails } = annotation;
  const small = [message, rawDetails ?? ''].every(
    (text) => Buffer.byteLength(text) <= annotationBytes,
  );
  return small && startLine >= 1 && endLine >= startLine && hasSoundColumns(annotation);
}

/** Columns are for one line, and both of them or none. */
function hasSoundColumns({ startLine, endLine, startColumn, endColumn }: Annotation): boolean {
  if (startColumn === null || endColumn === null) return startColumn === endColumn;
  return startLine === endLine && startColumn >= 1 && endColumn >= startColumn;
}
