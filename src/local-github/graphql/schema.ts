/** GitHub's own GraphQL schema, as cut down by .ci/refresh-descriptions.js, and what a document does wrong by it. */
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';

let known: GraphQLSchema | undefined;

/** Read when it is first asked for: most processes never speak GraphQL. */
export function githubSchema(): GraphQLSchema {
  const file = new URL('../description/schema.graphql', import.meta.url);
  known ??= buildSchema(readFileSync(file, 'utf8'), { assumeValidSDL: true });
  return known;
}

export interface ReadDocument {
  /** Undefined when the text is no GraphQL. */
  readonly document: DocumentNode | undefined;
  readonly errors: readonly GraphQLError[];
}

/** Never throws: what is wrong stands in `errors`. */
export function readDocument(text: string): ReadDocument {
  try {
    const document = parse(text);
    return { document, errors: validate(githubSchema(), document) };
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return { document: undefined, errors: [thrown] };
    throw thrown;
  }
}
