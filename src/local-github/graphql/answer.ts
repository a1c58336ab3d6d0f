/** The GraphQL endpoint: reads a document, holds it against GitHub's schema and bounds, and answers it. */
import { execute, getOperationAST, GraphQLError } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLFieldResolver } from 'graphql';
import type { Caller } from '#local-github/caller.ts';
import { countedOf } from '#local-github/limits/counted.ts';
import { Refusal } from '#local-github/refusal.ts';
import type { Answer } from '#local-github/rest/route.ts';
import type { GitHub } from '#local-github/state.ts';
import type { Meter } from '#local-github/limits/meter.ts';
import { allFields } from './fields/all.ts';
import { demandOf } from './paging.ts';
import { githubSchema, readDocument } from './schema.ts';
import { failure } from './source.ts';
import type { Args, Context } from './source.ts';

export interface GraphqlCall {
  readonly github: GitHub & { readonly meter: Meter };
  readonly caller: Caller;
  /** The JSON object of the request. */
  readonly body: Args;
  readonly violations: string[];
}

/** Throws Refusal without a caller who may ask; all else is answered with 200, as GitHub does. */
export async function answerGraphql(call: GraphqlCall): Promise<Answer> {
  const { caller, body, violations } = call;
  if (caller.kind === 'anonymous')
    throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  if (caller.kind === 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  if (typeof body.query !== 'string')
    return wrong([new GraphQLError('A query attribute must be specified and must be a string.')]);
  const { document, errors } = readDocument(body.query);
  violations.push(...errors.map(({ message }) => `graphql: ${message}`));
  if (!document || errors.length > 0) return wrong(errors);
  const variables = isRecord(body.variables) ? body.variables : {};
  return run(call, document, variables);
}

function wrong(errors: readonly GraphQLError[]): Answer {
  return { status: 200, body: { errors: errors.map(told) } };
}

async function run(
  { github, caller, body, violations }: GraphqlCall,
  document: DocumentNode,
  variables: Args,
): Promise<Answer> {
  const schema = githubSchema();
  const demand = demandOf(schema, document, variables);
  const { cost, nodes: nodeCount } = demand;
  const counted = countedOf(github, caller);
  github.meter.refund(counted, 'graphql', -cost);
  if (demand.errors.length > 0) {
    violations.push(...demand.errors.map(({ message }) => `graphql: ${message}`));
    return wrong(demand.errors);
  }
  const operationName = typeof body.operationName === 'string' ? body.operationName : null;
  if (!getOperationAST(document, operationName))
    return wrong([new GraphQLError('An operation name is required')]);
  const rate = github.meter.rate(counted, 'graphql');
  const contextValue: Context = { github, caller, rate, cost, nodeCount, violations };
  const result = await execute({
    schema,
    document,
    variableValues: variables,
    operationName,
    contextValue,
    fieldResolver,
  });
  return { status: 200, body: shaped(result) };
}

function shaped({ data, errors = [] }: ExecutionResult) {
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors.length > 0 ? { errors: errors.map(told) } : {}),
  };
}

/** A type that is only described, such as one of a list or a payload, answers with what it holds. */
const fieldResolver: GraphQLFieldResolver<unknown, Context, Args> = (...given) => {
  const [source, args, context, info] = given;
  const { parentType, fieldName } = info;
  const fields = allFields[parentType.name];
  const field = fields && Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
  if (field) return field(source as never, args, context);
  if (!fields && isRecord(source) && Object.hasOwn(source, fieldName)) return source[fieldName];
  const name = `${parentType.name}.${fieldName}`;
  context.violations.push(`graphql: the local GitHub has not built ${name}`);
  throw failure('NOT_BUILT', `The local GitHub has not built ${name}`);
};

/** As GitHub words an error: its type stands beside the message, not below `extensions`. */
function told(error: GraphQLError) {
  const { path, locations, message, originalError } = error;
  const refused = originalError instanceof Refusal ? refusalOf(originalError) : undefined;
  const { type, ...extensions } = error.extensions;
  const name = refused?.type ?? type;
  return {
    ...(name === undefined ? {} : { type: name }),
    ...(path ? { path } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(locations ? { locations } : {}),
    message: refused?.message ?? message,
  };
}

const types: Readonly<Record<number, string>> = {
  401: 'FORBIDDEN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
};

function refusalOf({ status, message, errors }: Refusal) {
  const reasons = errors.map((each) =>
    typeof each === 'string' ? each : (each.message ?? each.code),
  );
  return {
    type: types[status] ?? 'UNPROCESSABLE',
    message: reasons.length > 0 ? reasons.join(', ') : message,
  };
}

function isRecord(value: unknown): value is Args {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
