/**
 * How a program is asked and answers: one JSON object, plain text. What the asker can do better is told with exit code 2;
 * anything else that goes wrong is a crash.
 */

/** What an answer may have at most, so that a model can read it. */
export const longestAnswer = 24_000;

/** Said to the asker: what was wrong with the question, and a better one. */
export class Misasked extends Error {
  override readonly name = 'Misasked';
}

type Field =
  | { readonly kind: 'text'; readonly most: number }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'flag' };

export type Fields = Readonly<Record<string, Field & { readonly needed?: true }>>;

type Value<F extends Field> = F['kind'] extends 'text'
  ? string
  : F['kind'] extends 'number'
    ? number
    : boolean;

export type Question<F extends Fields> = {
  readonly [K in keyof F]: F[K]['needed'] extends true ? Value<F[K]> : Value<F[K]> | undefined;
};

function fits(field: Field, value: unknown): boolean {
  if (field.kind === 'flag') return typeof value === 'boolean';
  if (field.kind === 'text') {
    return typeof value === 'string' && value.length <= field.most && !value.includes('\0');
  }
  return Number.isInteger(value) && Number(value) >= field.least && Number(value) <= field.most;
}

function wanted(field: Field): string {
  if (field.kind === 'flag') return 'true or false';
  if (field.kind === 'text') return `text of at most ${field.most} characters`;
  return `a whole number from ${field.least} to ${field.most}`;
}

function isQuestion<F extends Fields>(value: object, fields: F): value is Question<F> {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw new Misasked(`There is no "${unknown}" here, only ${Object.keys(fields).join(', ')}.`);
  }
  for (const [name, field] of Object.entries(fields)) {
    const given: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
    if (given === undefined && !field.needed) continue;
    if (!fits(field, given)) throw new Misasked(`"${name}" must be ${wanted(field)}.`);
  }
  return true;
}

/** Reads a question; unknown names are refused, so that a misspelt one is not overlooked. Throws Misasked. */
export function readQuestion<F extends Fields>(json: string, fields: F): Question<F> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Misasked('The question is no JSON.', { cause: error });
  }
  if (typeof value === 'object' && value !== null && isQuestion(value, fields)) return value;
  throw new Misasked('The question must be an object.');
}

/** A tool: what it may be asked, and how it finds the answer in the folder `root`. */
export interface Program<F extends Fields> {
  readonly fields: F;
  find(question: Question<F>, root: string): string | Promise<string>;
}

export interface Reply {
  /** 0 with an answer; 2 with what should be asked instead. */
  readonly exitCode: 0 | 2;
  readonly text: string;
}

/** Answers one question about the folder. */
export async function reply<F extends Fields>(
  program: Program<F>,
  json: string,
  root: string,
): Promise<Reply> {
  try {
    const text = await program.find(readQuestion(json, program.fields), root);
    return { exitCode: 0, text };
  } catch (error) {
    if (!(error instanceof Misasked)) throw error;
    return { exitCode: 2, text: error.message };
  }
}
