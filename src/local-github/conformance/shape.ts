/** Finds properties that a description does not know: GitHub's schemas are open, so a misspelt field would pass them. */
import type { Schema } from './description.ts';

/** Answers the places of unknown properties, such as `body.lables`. */
export type UnknownProperties = (value: unknown, place: string) => readonly string[];

/** Follows `#/$defs/...` references of one description. */
export type Resolve = (reference: string) => Schema;

/** What may stand below one place, all alternatives taken together; `undefined` when nothing is known, `open` for anything. */
interface Shape {
  property(name: string): Shape | 'open' | undefined;
  item(): Shape | 'open';
}

/** The finder for one schema; shapes are worked out when a value first needs them, and then kept. */
export function unknownProperties(schema: Schema, resolve: Resolve): UnknownProperties {
  const root = shapeOf([schema], resolve);
  return (value, place) => {
    const found: string[] = [];
    walk(value, root, { place, found });
    return found;
  };
}

interface Search {
  readonly place: string;
  readonly found: string[];
}

function walk(value: unknown, shape: Shape | 'open', { place, found }: Search): void {
  if (shape === 'open' || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries())
      walk(item, shape.item(), { place: `${place}[${at}]`, found });
    return;
  }
  for (const [name, below] of Object.entries(value)) {
    const known = shape.property(name);
    if (known === undefined) found.push(`${place}.${name}`);
    else walk(below, known, { place: `${place}.${name}`, found });
  }
}

function shapeOf(alternatives: readonly Schema[], resolve: Resolve): Shape | 'open' {
  const flat = alternatives.flatMap((one) => flatten(one, resolve));
  const named = flat.some(({ properties }) => properties !== undefined);
  const others = flat.flatMap(({ additionalProperties: more }) =>
    typeof more === 'object' ? [more] : [],
  );
  const items = flat.flatMap((one) => one.items ?? []);
  const closed = flat.some(({ additionalProperties: more }) => more === false);
  if (!named && !closed && others.length === 0 && items.length === 0) return 'open';
  const known = new Map<string, Shape | 'open' | undefined>();
  const below = (name: string) => {
    const schemas = flat.flatMap(({ properties }) =>
      properties && Object.hasOwn(properties, name) ? [properties[name] ?? {}] : [],
    );
    if (schemas.length > 0) return shapeOf(schemas, resolve);
    if (others.length > 0) return shapeOf(others, resolve);
    return named || closed ? undefined : 'open';
  };
  let item: Shape | 'open' | undefined;
  return {
    property(name) {
      if (!known.has(name)) known.set(name, below(name));
      return known.get(name);
    },
    item: () => (item ??= shapeOf(items, resolve)),
  };
}

/** The schema and all that it combines, references followed. */
function flatten(schema: Schema, resolve: Resolve): readonly Schema[] {
  if (schema.$ref !== undefined) return flatten(resolve(schema.$ref), resolve);
  const combined = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [schema, ...combined.flatMap((one) => flatten(one, resolve))];
}
