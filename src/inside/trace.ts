/**
 * Trace: where a value in a syntax tree comes from, as far as the file itself tells: a constant, a request from outside, or a
 * text that is put together. It follows names to what they were last set to in the same function or file, and no further.
 */
import type { SgNode } from '@ast-grep/napi';
import type { Grammar } from './grammars.ts';

export interface Origin {
  /** Somebody outside chose it, or a part of it. */
  readonly request: boolean;
  /** A text that is put together from what is no constant. */
  readonly built: boolean;
  /** It is written in the file. */
  readonly constant: boolean;
}

const constant: Origin = { request: false, built: false, constant: true };
const unknown: Origin = { request: false, built: false, constant: false };

/** How many names are followed one after another. */
const farthest = 4;

/** A file in which values are followed. */
export interface Trace {
  readonly grammar: Grammar;
  readonly root: SgNode;
  /** By name, everything that sets it. */
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
}

interface Setting {
  readonly at: SgNode;
  readonly value: SgNode;
  /** The id of the function around it, or of the whole file. */
  readonly scope: number;
}

export function traceOf(root: SgNode, grammar: Grammar): Trace {
  const settings = new Map<string, Setting[]>();
  for (const [kind, [nameField, valueField]] of Object.entries(grammar.assignments)) {
    for (const at of root.findAll({ rule: { kind } })) {
      const [target, value] = [at.field(nameField), at.field(valueField)];
      if (!target || !value) continue;
      const scope = scopeAbove(at, grammar)?.id() ?? root.id();
      for (const name of namesIn(target)) {
        settings.set(name, [...(settings.get(name) ?? []), { at, value, scope }]);
      }
    }
  }
  return { grammar, root, settings };
}

export function originOf(node: SgNode, trace: Trace, left = farthest): Origin {
  const { grammar } = trace;
  const kind = String(node.kind());
  if (grammar.literals.has(kind)) return constant;
  if (kind === 'identifier') return ofName(node, trace, left);
  if (isTamed(node, kind, grammar)) return unknown;
  if (isText(kind)) return ofText(node, trace, left);
  return ofParts(node, trace, left);
}

function ofParts(node: SgNode, trace: Trace, left: number): Origin {
  const kind = String(node.kind());
  const parts = partsOf(node, trace.grammar);
  const found = merged(parts.map((part) => originOf(part, trace, left)));
  const isConstant = parts.length > 0 && found.constant && isPlain(kind);
  return {
    request: found.request || isOutside(node, trace.grammar),
    built: !isConstant && (found.built || puts(node, kind)),
    constant: isConstant,
  };
}

/** What a value is, or what the name that stands there was set to. */
export function textsOf(node: SgNode, trace: Trace): readonly string[] {
  const set = String(node.kind()) === 'identifier' ? settingsOf(node, trace) : undefined;
  return set?.found.map(({ value }) => value.text()) ?? [node.text()];
}

function isTamed(node: SgNode, kind: string, grammar: Grammar): boolean {
  if (kind === grammar.call) return grammar.tamed.test(calleeOf(node));
  // The address of the request itself is no choice of a target; what its query holds is told by how it is read.
  return (
    kind === 'new_expression' && /^new URL\(\s*[\w.]*req(?:uest)?\.\w*[uU]rl\b/.test(node.text())
  );
}

export function calleeOf(call: SgNode): string {
  return call.field('function')?.text().replace(/\s+/g, '') ?? '';
}

function isText(kind: string): boolean {
  return kind === 'template_string' || kind === 'string' || kind === 'concatenated_string';
}

function ofText(node: SgNode, trace: Trace, left: number): Origin {
  const holes = node.findAll({ rule: { kind: trace.grammar.substitution } });
  const found = holes.flatMap((hole) => {
    const [inner] = hole.namedChildren();
    return inner === undefined ? [] : [originOf(inner, trace, left)];
  });
  if (found.every((each) => each.constant)) return constant;
  return { request: found.some((each) => each.request), built: true, constant: false };
}

/** Whether a value of constants alone is one itself; what a call gives back is not known. */
function isPlain(kind: string): boolean {
  return /^(?:binary|binary_operator|parenthesized|array|list|tuple|object|pair|dictionary|ternary|conditional|as_|satisfies|non_null|unary|expression_list|set)/.test(
    kind,
  );
}

/** Whether this puts a text together: by `+`, `%`, `.concat`, `.format` or `.join`. */
function puts(node: SgNode, kind: string): boolean {
  if (kind === 'binary_expression' || kind === 'binary_operator') {
    const operator = node.field('operator')?.text();
    const sides = [node.field('left'), node.field('right')];
    const hasText = sides.some((side) => side !== null && holdsText(side));
    return (operator === '+' || operator === '%') && hasText;
  }
  return /(?:['"`]|\))\.(?:concat|format|join)$/.test(calleeOf(node));
}

function holdsText(node: SgNode): boolean {
  const kind = String(node.kind());
  if (isText(kind)) return true;
  const inner = /^(?:binary|parenthesized)/.test(kind) ? node.namedChildren() : [];
  return inner.some(holdsText);
}

/** What a value is made of; of a call its receiver and arguments, of a member what it is a member of. */
function partsOf(node: SgNode, grammar: Grammar): readonly SgNode[] {
  const kind = String(node.kind());
  // What happens inside a function is no part of the function as a value.
  if (grammar.functions.has(kind) || compares(node, kind)) return [];
  if (kind === grammar.call) return partsOfCall(node);
  const owner = chain.test(kind) ? (node.field('object') ?? node.field('value')) : null;
  if (owner !== null) return [owner];
  const condition = conditionOf(node, kind)?.id();
  return node
    .namedChildren()
    .filter((child) => String(child.kind()) !== 'comment' && child.id() !== condition);
}

function partsOfCall(call: SgNode): readonly SgNode[] {
  const receiver = call.field('function')?.field('object');
  const given = asks.test(calleeOf(call)) ? [] : call.field('arguments')?.namedChildren();
  return [...(receiver ? [receiver] : []), ...(given ?? [])];
}

/** Calls whose answer is not made of what they are asked for. */
const asks =
  /\.(?:get|has|includes|find|findIndex|indexOf|test|startsWith|endsWith|startswith|endswith)$/;

/** Whether it says only how two values stand to one another. */
function compares(node: SgNode, kind: string): boolean {
  if (kind === 'comparison_operator' || kind === 'not_operator') return true;
  const operator = kind === 'binary_expression' ? node.field('operator')?.text() : undefined;
  return operator !== undefined && /^(?:[!=]==?|[<>]=?|in|instanceof)$/.test(operator);
}

/** What chooses between two values without being part of either. */
function conditionOf(node: SgNode, kind: string): SgNode | null {
  if (kind === 'ternary_expression') return node.field('condition');
  return kind === 'conditional_expression' ? (node.namedChildren()[1] ?? null) : null;
}

function isOutside(node: SgNode, grammar: Grammar): boolean {
  const kind = String(node.kind());
  const isChain = kind === grammar.call || chain.test(kind);
  return isChain && grammar.outside.test(headOf(node, grammar));
}

const chain = /^(?:member_expression|subscript|attribute)/;

/** The text of a chain without the arguments of its calls, which are looked at by themselves. */
function headOf(node: SgNode, grammar: Grammar): string {
  const kind = String(node.kind());
  const inner = node.field(kind === grammar.call ? 'function' : 'object') ?? node.field('value');
  if (inner === null || (kind !== grammar.call && !chain.test(kind))) {
    return node.text().slice(0, 200);
  }
  const rest =
    kind === grammar.call
      ? '('
      : node.text().slice(inner.range().end.index - node.range().start.index);
  return `${headOf(inner, grammar)}${rest.slice(0, 200)}`;
}

function ofName(name: SgNode, trace: Trace, left: number): Origin {
  if (left === 0) return unknown;
  const set = settingsOf(name, trace);
  if (set === undefined) return isImported(name.text(), trace) ? constant : unknown;
  const origin = merged(set.found.map((each) => ofSetting(each, trace, left - 1)));
  const isOurs = set.isTop && !origin.request && !origin.built;
  // What a module sets when it is loaded no request has chosen, unless it asked somebody.
  return isOurs && !set.found.some(({ value }) => questions.test(value.text())) ? constant : origin;
}

const questions = /\b(?:argv|env|environ|stdin|input|await|prompt|readFile\w*|open)\b/;

interface Settings {
  readonly found: readonly Setting[];
  /** Whether the file itself sets it, outside its functions. */
  readonly isTop: boolean;
}

/** What the nearest scope that knows the name sets it to before it is used; undefined for parameters and names of others. */
function settingsOf(name: SgNode, { grammar, root, settings }: Trace): Settings | undefined {
  const text = name.text();
  const all = settings.get(text) ?? [];
  const used = name.range().start.index;
  for (let scope = scopeAbove(name, grammar); scope; scope = scopeAbove(scope, grammar)) {
    const id = scope.id();
    const isTop = id === root.id();
    const found = all.filter(
      (each) => each.scope === id && (isTop || each.at.range().end.index <= used),
    );
    if (found.length > 0) return { found, isTop };
    if (!isTop && isParameter(scope, text)) return undefined;
  }
  return undefined;
}

function isImported(name: string, { root, grammar }: Trace): boolean {
  const imports = grammar.imports.flatMap((kind) => root.findAll({ rule: { kind } }));
  return imports.some((each) =>
    each
      .text()
      .split(/[^\w$]+/)
      .includes(name),
  );
}

/** What is added to a text puts it together. */
function ofSetting({ at, value }: Setting, trace: Trace, left: number): Origin {
  const origin = originOf(value, trace, left);
  const isAdded = String(at.kind()).startsWith('augmented') && !origin.constant;
  return isAdded ? { ...origin, built: true } : origin;
}

/** A name that is set more than once may be any of them. */
function merged(origins: readonly Origin[]): Origin {
  return {
    request: origins.some(({ request }) => request),
    built: origins.some(({ built }) => built),
    constant: origins.every((each) => each.constant),
  };
}

function scopeAbove(node: SgNode, { functions }: Grammar): SgNode | null {
  let above = node.parent();
  while (above && !functions.has(String(above.kind()))) above = above.parent();
  return above;
}

/** The names that a pattern sets: `x`, `{ a: x }`, `[x, y]`, `x, y`. */
function namesIn(target: SgNode): readonly string[] {
  if (chain.test(String(target.kind()))) return [];
  const parts = target.namedChildren();
  return parts.length === 0 ? [target.text()] : parts.flatMap(namesIn);
}

function isParameter(scope: SgNode, name: string): boolean {
  const parameters = scope.field('parameters') ?? scope.field('parameter');
  return parameters !== null && namesIn(parameters).includes(name);
}
