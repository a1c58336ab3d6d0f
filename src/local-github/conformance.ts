/** Compares what is said over HTTP with GitHub's own published description: requests, answers and webhooks. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import {
  type Description,
  type Operation,
  readDescription,
  type Schema,
} from './conformance/description.ts';
import { type Exception, exceptions } from './conformance/exceptions.ts';
import { createRouter, type Found } from './conformance/router.ts';
import { readDocument } from './graphql/schema.ts';
import { type UnknownProperties, unknownProperties } from './conformance/shape.ts';

export interface DescribedRequest {
  readonly method: string;
  /** With or without `/api/v3` in front, without the query. */
  readonly path: string;
  readonly query?: URLSearchParams | Readonly<Record<string, unknown>>;
  /** As JSON reads it; text when it is not JSON, nothing when there is none. */
  readonly body?: unknown;
}

export interface DescribedResponse extends Omit<DescribedRequest, 'query'> {
  readonly status: number;
}

export interface DescribedWebhook {
  readonly event: string;
  readonly action?: string | undefined;
  readonly payload: unknown;
}

/** Each answers the deviations as sentences that name the operation and the place; none means that it conforms. */
export interface Conformance {
  request(request: DescribedRequest): readonly string[];
  response(response: DescribedResponse): readonly string[];
  webhook(webhook: DescribedWebhook): readonly string[];
  /** A GraphQL document. */
  graphql(document: string): readonly string[];
}

/** Reads the descriptions (about 20 ms); a schema is compiled when it is first needed, and then kept. */
export function createConformance(): Conformance {
  const rest = readDescription('rest');
  const find = createRouter(rest.operations);
  const checks = checker(rest);
  const hooks = checker(readDescription('webhooks'));
  return {
    request(request) {
      const found = find(request.method, request.path);
      if (!found) return [`${request.method} ${request.path} is not described`];
      return [
        ...queryDeviations(found, request, checks),
        ...bodyDeviations(found, request, checks),
      ].map((text) => `${nameOf(found.operation)}: ${text}`);
    },
    response(response) {
      const found = find(response.method, response.path);
      if (!found) return [`${response.method} ${response.path} is not described`];
      return answerDeviations(found, response, checks);
    },
    webhook({ event, action, payload }) {
      const name = action === undefined ? event : `${event}.${action}`;
      if (!hooks.has(`payloads/${name}`)) return [`webhook ${name} is not described`];
      return hooks
        .check(`payloads/${name}`, payload, 'payload')
        .map((text) => `webhook ${name}: ${text}`);
    },
    graphql: (document) => readDocument(document).errors.map(({ message }) => message),
  };
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

function queryDeviations({ index }: Found, { query = {} }: DescribedRequest, checks: Checker) {
  // A copy, because reading `"30"` as a number writes the number into it.
  const read = Object.fromEntries(query instanceof URLSearchParams ? query : Object.entries(query));
  return checks.check(`operations/${index}/query`, read, 'query');
}

function bodyDeviations({ operation, index }: Found, { body }: DescribedRequest, checks: Checker) {
  const empty = isEmpty(body);
  if (operation.body === undefined) return empty || isEmptyObject(body) ? [] : ['it takes no body'];
  if (empty) return operation.bodyRequired === true ? ['the body is missing'] : [];
  if (operation.body === true) return [];
  return checks.check(`operations/${index}/body`, body, 'body');
}

function answerDeviations(found: Found, answer: DescribedResponse, checks: Checker) {
  const name = nameOf(found.operation);
  const about = exceptions.filter(({ operation }) => operation?.test(name) ?? true);
  if (about.some((one) => isExempt(one, answer))) return [];
  return compareAnswer(found, answer, { checks, about })
    .filter((text) => !about.some(({ deviation }) => deviation?.test(text) ?? false))
    .map((text) => `${name} ${answer.status}: ${text}`);
}

interface Rules {
  readonly checks: Checker;
  /** The exceptions for the operation. */
  readonly about: readonly Exception[];
}

function compareAnswer(
  { operation, index }: Found,
  answer: DescribedResponse,
  { checks, about }: Rules,
) {
  const described = operation.responses[answer.status];
  if (described === true) return [];
  if (answer.method === 'HEAD' || described === null)
    return isEmpty(answer.body) ? [] : ['it has no body'];
  if (described)
    return checks.check(`operations/${index}/responses/${answer.status}`, answer.body, 'body');
  const general = about.find(
    ({ undescribed }) => undescribed?.status.includes(answer.status) ?? false,
  );
  if (!general?.undescribed) return ['this status is not described'];
  return checks.check(`$defs/${general.undescribed.schema}`, answer.body, 'body');
}

function isExempt({ status, text }: Exception, answer: DescribedResponse): boolean {
  if (status === undefined && text === undefined) return false;
  return (
    (status?.includes(answer.status) ?? true) &&
    (text === undefined || typeof answer.body === 'string')
  );
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || body === '';
}

function isEmptyObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0;
}

interface Checker {
  /** Whether the description has something at this pointer. */
  has(pointer: string): boolean;
  /** Deviations of a value from the schema at this pointer, each opening with where it is. */
  check(pointer: string, value: unknown, place: string): readonly string[];
}

interface Compiled {
  readonly validate: ValidateFunction;
  readonly unknown: UnknownProperties | undefined;
}

function checker(description: Description): Checker {
  const options = {
    strict: false,
    allErrors: true,
    validateSchema: false,
    inlineRefs: false,
    addUsedSchema: false,
  } as const;
  const bodies = withDescription(new Ajv(options), description);
  const queries = withDescription(new Ajv({ ...options, coerceTypes: true }), description);
  const compiled = new Map<string, Compiled>();
  const at = (pointer: string) =>
    pointer.split('/').reduce<unknown>((holder, key) => property(holder, key), description);
  const schemaAt = (pointer: string) => (at(pointer) ?? {}) as Schema;
  const compile = (pointer: string): Compiled => {
    // A query is text and is read as what the description wants; its schema is closed, so ajv names unknown parameters.
    if (pointer.endsWith('/query'))
      return { validate: queries().compile(reference(pointer)), unknown: undefined };
    const unknown = unknownProperties(schemaAt(pointer), (ref) => schemaAt(ref.slice('#/'.length)));
    return { validate: bodies().compile(reference(pointer)), unknown };
  };
  return {
    has: (pointer) => at(pointer) !== undefined,
    check(pointer, value, place) {
      const { validate, unknown } = compiled.get(pointer) ?? compile(pointer);
      compiled.set(pointer, { validate, unknown });
      const wrong = validate(value) ? [] : sentences(validate.errors ?? [], place);
      const strange = unknown?.(value, place).map((where) => `${where} is not described`) ?? [];
      return [...new Set([...strange, ...wrong])];
    },
  };
}

const root = 'github';

/** The validator, made when it is first asked for: many processes only ever send requests. */
function withDescription(ajv: Ajv, description: Description): () => Ajv {
  let ready = false;
  return () => {
    if (!ready) ajvFormats.default(ajv).addSchema(description, root);
    ready = true;
    return ajv;
  };
}

function reference(pointer: string): { readonly $ref: string } {
  return { $ref: `${root}#/${pointer}` };
}

function property(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null) return undefined;
  return Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
}

/** One sentence per error, but all that is missing at one place in one. */
function sentences(errors: readonly ErrorObject[], place: string): readonly string[] {
  const missing = errors.filter(({ keyword }) => keyword === 'required');
  const lacking = Map.groupBy(missing, ({ instancePath }) => where(instancePath, place));
  const names = (group: readonly ErrorObject[]) =>
    group.map(({ params }) => String(property(params, 'missingProperty')));
  return [
    ...errors
      .filter(({ keyword }) => keyword !== 'required')
      .map((error) => sentence(error, place)),
    ...[...lacking].map(([at, group]) => `${at} lacks ${[...new Set(names(group))].join(', ')}`),
  ];
}

function sentence(
  { instancePath, keyword, message = keyword, params }: ErrorObject,
  place: string,
): string {
  if (keyword === 'additionalProperties')
    return `${where(instancePath, place)}.${String(property(params, 'additionalProperty'))} is not described`;
  const allowed =
    keyword === 'enum' ? `: ${JSON.stringify(property(params, 'allowedValues'))}` : '';
  return `${where(instancePath, place)} ${message}${allowed}`;
}

/** `/labels/0/name` below `body` is `body.labels[0].name`. */
function where(instancePath: string, place: string): string {
  const keys = instancePath.split('/').slice(1);
  return keys.reduce(
    (path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`),
    place,
  );
}
