/** GraphQL documents as probes ask them. */
import type { Seen, Who } from './ask.ts';
import type { Place } from '#local-github/rules/rule.ts';

export const docs = 'https://docs.github.com/en/graphql';

interface Document {
  readonly query: string;
  readonly variables?: object;
  readonly as?: Who;
}

/** The double answers below `/api/v3` too, where the probes' addresses begin. */
export function graphql({ ask }: Pick<Place, 'ask'>, { query, variables = {}, as }: Document) {
  const body = { query, variables };
  return ask({ ...(as ? { as } : {}), method: 'POST', path: '/graphql', body });
}

export function inRepository(place: Place, fields: string, as?: Who): Promise<Seen> {
  const { owner, name } = place.repository;
  const query = `query($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { ${fields} } }`;
  return graphql(place, { query, variables: { owner, name }, ...(as ? { as } : {}) });
}
