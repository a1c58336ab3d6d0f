/** Lists in GraphQL: GitHub's bounds, told before anything is run, and pages with cursors. */
import { getNamedType, GraphQLError, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { DocumentNode, FieldNode, GraphQLSchema } from 'graphql';
import type { Args } from './source.ts';
import { failure, numberArg, optionalTextArg } from './source.ts';

const pageLimit = 100;
const nodeLimit = 500_000;

export interface Demand {
  readonly errors: readonly GraphQLError[];
  /** How many objects the document may answer with at most. */
  readonly nodes: number;
  /** Points of the hourly limit: one for each hundred requests that its lists stand for, at least one. */
  readonly cost: number;
}

/** What a document asks for; fragments count where they are written. */
export function demandOf(schema: GraphQLSchema, document: DocumentNode, variables: Args): Demand {
  const errors: GraphQLError[] = [];
  const info = new TypeInfo(schema);
  const sizes = [1];
  let [nodes, requests] = [0, 0];
  const enter = (node: FieldNode): void => {
    const around = sizes.at(-1) ?? 1;
    const isList = getNamedType(info.getType())?.name.endsWith('Connection') ?? false;
    const size = isList ? sizeOf(node, { variables, errors }) : 1;
    if (isList) {
      nodes += around * size;
      requests += around;
    }
    sizes.push(around * size);
  };
  const leave = (): void => void sizes.pop();
  visit(document, visitWithTypeInfo(info, { Field: { enter, leave } }));
  if (nodes > nodeLimit)
    errors.push(
      failure(
        'MAX_NODE_LIMIT_EXCEEDED',
        `This query requests up to ${nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of 500,000.`,
      ),
    );
  return { errors, nodes, cost: Math.max(1, Math.round(requests / 100)) };
}

interface Sizing {
  readonly variables: Args;
  readonly errors: GraphQLError[];
}

function sizeOf(node: FieldNode, { variables, errors }: Sizing): number {
  const name = node.name.value;
  const given = (bound: string): unknown => {
    const value = node.arguments?.find((each) => each.name.value === bound)?.value;
    if (value?.kind === Kind.VARIABLE) return variables[value.name.value];
    return value?.kind === Kind.INT ? Number(value.value) : undefined;
  };
  const [bound, size] = [['first', given('first')] as const, ['last', given('last')] as const].find(
    ([, value]) => typeof value === 'number',
  ) ?? ['', undefined];
  if (typeof size !== 'number') {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    errors.push(at(node, failure('MISSING_PAGINATION_BOUNDARIES', message)));
    return 1;
  }
  if (size < 1 || size > pageLimit) {
    const message =
      size < 1
        ? `\`${bound}\` on the \`${name}\` connection cannot be less than 1.`
        : `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${pageLimit} records.`;
    errors.push(at(node, failure('EXCESSIVE_PAGINATION', message)));
  }
  return Math.max(1, size);
}

function at(node: FieldNode, { message, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes: node, extensions });
}

/** One page of a list. Throws on a cursor that is not of ours. */
export function connection<T>(all: readonly T[], args: Args, shape: (item: T) => unknown) {
  const after = position(args, 'after') ?? -1;
  const before = position(args, 'before') ?? all.length;
  let [start, end] = [after + 1, Math.min(before, all.length)];
  const [first, last] = [numberArg(args, 'first'), numberArg(args, 'last')];
  if (first !== undefined) end = Math.min(end, start + first);
  if (last !== undefined) start = Math.max(start, end - last);
  const nodes = all.slice(start, end).map(shape);
  return {
    totalCount: all.length,
    nodes,
    edges: nodes.map((node, index) => ({ cursor: cursor(start + index), node })),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length > 0 ? cursor(start) : null,
      endCursor: nodes.length > 0 ? cursor(end - 1) : null,
    },
  };
}

function cursor(index: number): string {
  return Buffer.from(`cursor:${index}`).toString('base64');
}

function position(args: Args, name: string): number | undefined {
  const given = optionalTextArg(args, name);
  if (given === undefined) return undefined;
  const [, index] = /^cursor:(\d+)$/.exec(Buffer.from(given, 'base64').toString()) ?? [];
  if (index === undefined)
    throw failure('INVALID_CURSOR_ARGUMENTS', `\`${given}\` does not appear to be a valid cursor.`);
  return Number(index);
}
