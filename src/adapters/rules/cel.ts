/** CEL over typed facts: which names and types an expression may use, what is wrong with one, and what it says. */
import { Script } from 'node:vm';
import { Environment, type ASTNode } from '@marcbachmann/cel-js';

/** Milliseconds that one expression may take; usual ones take a thousandth of that. */
export const patience = 200;

/** Characters of an error's text: it may quote facts. */
const longestText = 300;

/** The part of JSON Schema in which the facts are described. */
export interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

export type Answered = { readonly value: boolean } | { readonly broken: string };

/** Nothing, or what is wrong and how many characters stand before it. */
export type Checked = { readonly at: number; readonly problem: string } | null;

export interface Language {
  readonly check: (expression: string) => Checked;
  /** The facts have to have the shape. */
  readonly ask: (facts: unknown) => (expression: string) => Answered;
}

type Convert = (value: unknown) => unknown;

/** A language whose variables are the properties of `shape`. */
export function languageOf(shape: Shape): Language {
  const environment = new Environment({
    limits: {
      maxAstNodes: 1_000,
      maxDepth: 40,
      maxListElements: 200,
      maxMapEntries: 50,
      maxCallArguments: 10,
    },
  });
  const convert = new Map<string, Convert>();
  for (const [name, below] of Object.entries(shape.properties ?? {})) {
    const told = declare(environment, below, capital(name));
    environment.registerVariable(name, told.type);
    convert.set(name, told.convert);
  }
  return {
    check: (expression) => checkOne(environment, expression),
    ask: (facts) => {
      const context = Object.fromEntries(
        [...convert].map(([name, make]) => [name, make(property(facts, name))]),
      );
      return (expression) => askOne(environment, expression, context);
    },
  };
}

interface Told {
  readonly type: string;
  readonly convert: Convert;
}

const plain: Readonly<Record<string, Told>> = {
  string: { type: 'string', convert: String },
  boolean: { type: 'bool', convert: Boolean },
  integer: { type: 'int', convert: (value) => BigInt(Number(value)) },
  number: { type: 'double', convert: Number },
};

/** Makes a type of its own of every object, so that a field that there is not is found without facts. */
function declare(environment: Environment, shape: Shape, name: string): Told {
  const { type = '', items, properties } = shape;
  if (type === 'array' && items !== undefined) {
    const item = declare(environment, items, name);
    const convert = (value: unknown) =>
      Array.isArray(value) ? value.map((one: unknown) => item.convert(one)) : [];
    return { type: `list<${item.type}>`, convert };
  }
  if (type !== 'object' || properties === undefined) {
    const told = plain[type];
    if (told === undefined) throw new Error(`facts cannot have the type ${type}`);
    return told;
  }
  const fields = Object.entries(properties).map(
    ([field, below]) => [field, declare(environment, below, `${name}${capital(field)}`)] as const,
  );
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- CEL tells types apart by their class
  const ctor = class {};
  const types = Object.fromEntries(fields.map(([field, told]) => [field, told.type]));
  environment.registerType(name, { ctor, fields: types });
  const convert = (value: unknown): object => {
    const entries = fields.map(
      ([field, told]) => [field, told.convert(property(value, field))] as const,
    );
    return Object.assign(new ctor(), Object.fromEntries<unknown>(entries));
  };
  return { type: name, convert };
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
    throw new Error(`the facts have no ${name}`);
  }
  return new Map(Object.entries(value)).get(name);
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function checkOne(environment: Environment, expression: string): Checked {
  try {
    const parsed = environment.parse(expression);
    const unfit = nodesIn(parsed.ast).flatMap((node) => unfitIn(node) ?? []);
    if (unfit[0] !== undefined) return unfit[0];
    const { valid, type, error } = parsed.check();
    if (!valid) return problemOf(error);
    const problem = `It gives ${type ?? 'nothing'}, and has to be true or false.`;
    return type === 'bool' ? null : { at: 0, problem };
  } catch (thrown) {
    return problemOf(thrown);
  }
}

/** What CEL's errors have; `summary` is their text without the expression. */
interface Said {
  readonly summary?: unknown;
  readonly message?: unknown;
  readonly range?: { readonly start?: unknown } | undefined;
}

function problemOf(thrown: unknown): { readonly at: number; readonly problem: string } {
  const { summary, message, range }: Said = thrown instanceof Error ? thrown : {};
  const text = typeof summary === 'string' ? summary : String(message ?? thrown);
  const at = typeof range?.start === 'number' ? range.start : 0;
  return { at, problem: text.slice(0, longestText) };
}

function unfitIn(node: ASTNode): Checked {
  const at = node.range.start;
  // Nothing in the facts is made of bytes, and their memory is not the heap's, which is limited.
  const isBytes =
    node.args instanceof Uint8Array || (node.op === 'call' && node.args[0] === 'bytes');
  if (isBytes) return { at, problem: 'Bytes are of no use here.' };
  const pattern = node.op === 'rcall' && node.args[0] === 'matches' ? node.args[2][0] : undefined;
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return null;
  try {
    new RegExp(pattern.args);
    return null;
  } catch (thrown) {
    const why = problemOf(thrown).problem;
    return { at: pattern.range.start, problem: `The pattern is none of RE2: ${why}.` };
  }
}

function nodesIn(tree: unknown): readonly ASTNode[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesIn);
  return isNode(tree) ? [tree, ...nodesIn(tree.args)] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

const asking = new Script('sluiceAsks()');

function askOne(environment: Environment, expression: string, context: object): Answered {
  const wrong = checkOne(environment, expression);
  if (wrong !== null) return { broken: wrong.problem };
  try {
    const evaluate = environment.parse(expression);
    // Only a script can be ended from outside while it works.
    Object.assign(globalThis, { sluiceAsks: () => evaluate(context) as unknown });
    const value: unknown = asking.runInThisContext({ timeout: patience });
    return typeof value === 'boolean' ? { value } : { broken: 'It gave neither true nor false.' };
  } catch (thrown) {
    const isLate =
      thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    const broken = isLate
      ? `It took longer than ${String(patience)} milliseconds.`
      : problemOf(thrown).problem;
    return { broken };
  }
}
