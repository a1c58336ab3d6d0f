/** Reads the fields of a request's body strictly: a wrong type is answered with 422, as GitHub does. */
import { invalid, Refusal } from '#local-github/refusal.ts';

export type Body = Readonly<Record<string, unknown>>;

function wrong(body: Body, field: string, wanted: string): Refusal {
  const value = JSON.stringify(body[field]);
  return new Refusal(
    422,
    `Invalid request.\n\nFor 'properties/${field}', ${value} is not ${wanted}.`,
  );
}

/** Halves of characters become U+FFFD: they can stand in JSON, and neither in UTF-8 nor in an address. */
export function optionalText(body: Body, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrong(body, field, 'a string');
  return value.toWellFormed();
}

/** Throws 422 `missing_field` when it is not there. */
export function text(body: Body, field: string, resource: string): string {
  const value = optionalText(body, field);
  if (value === undefined) throw invalid({ resource, field, code: 'missing_field' });
  return value;
}

export function optionalFlag(body: Body, field: string): boolean | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrong(body, field, 'a boolean');
  return value;
}

export function optionalNumber(body: Body, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw wrong(body, field, 'an integer');
  return value;
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function optionalRecord(body: Body, field: string): Body | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw wrong(body, field, 'an object');
  return value;
}

export function optionalList<T>(
  body: Body,
  field: string,
  is: (value: unknown) => value is T,
): readonly T[] | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(is)) throw wrong(body, field, 'an array of these');
  return value;
}

export function optionalTexts(body: Body, field: string): readonly string[] | undefined {
  const values = optionalList(body, field, (value) => typeof value === 'string');
  return values?.map((value) => value.toWellFormed());
}

export function optionalNumbers(body: Body, field: string): readonly number[] | undefined {
  return optionalList(body, field, (value) => typeof value === 'number');
}

export function optionalRecords(body: Body, field: string): readonly Body[] | undefined {
  return optionalList(body, field, isRecord);
}

export function optionalOneOf<T extends string>(
  body: Body,
  field: string,
  allowed: readonly T[],
): T | undefined {
  const value = optionalText(body, field);
  if (value === undefined) return undefined;
  const known = allowed.find((each) => each === value);
  if (known === undefined) throw wrong(body, field, `a member of ${JSON.stringify(allowed)}`);
  return known;
}

/** The fields that were given, without those that were not: for edits that leave the rest alone. */
export function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> };
export function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** As GitHub refuses what its own schema of an operation does not allow, before it looks any further. */
export function badRequest(problem: string): Refusal {
  return new Refusal(422, `Invalid request.\n\n${problem}`);
}

/** Throws 422 when it is not there: for the operations that GitHub checks by a schema. */
export function supplied(body: Body, field: string): string {
  const value = optionalText(body, field);
  if (value === undefined) throw badRequest(`"${field}" wasn't supplied.`);
  return value;
}
