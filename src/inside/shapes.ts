/** Shapes: what a rule of ours looks for in a syntax tree. The rules themselves are data, in `rules/`. */
import type { NapiConfig, SgNode } from '@ast-grep/napi';
import type { Seen } from './each-file.ts';
import { javascript, python } from './grammars.ts';
import { calleeOf, originOf, textsOf, traceOf, type Trace } from './trace.ts';

/**
 * What must hold of a value: it is chosen outside, put together, one of these two, or just not written in the file; or its text
 * matches. `missing`: the call has no such argument.
 */
export interface Condition {
  /** Counted from 0 (or from the end by -1), or the name of a keyword; where it is absent, what is assigned or what a pattern calls `$A`. */
  readonly argument?: number | string;
  readonly is?: 'request' | 'built' | 'request-or-built' | 'variable' | 'missing';
  readonly text?: string;
  readonly not?: string;
}

export interface Shape {
  readonly id: string;
  /** Of the list of weaknesses at cwe.mitre.org. */
  readonly cwe: number;
  readonly level: Seen['level'];
  readonly message: string;
  /** What the text of the file must match, so that others are not looked at. */
  readonly file?: string;
  /** One of three: what a call calls (without blanks), what an assignment sets, or a rule of ast-grep's. */
  readonly call?: string;
  readonly assign?: string;
  readonly rule?: NapiConfig['rule'];
  readonly where?: readonly Condition[];
  /** Texts that hold the flaw, and such that look like it and do not. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

export type Family = 'javascript' | 'python';

const grammars = { javascript, python };
const calls = { javascript: ['call_expression', 'new_expression'], python: ['call'] } as const;

/** All places of a file where one of the shapes stands, each rule once a line. */
export function shapesIn(root: SgNode, family: Family, shapes: readonly Shape[]): readonly Seen[] {
  const text = root.text();
  const fitting = shapes.filter(({ file }) => file === undefined || matcher(file).test(text));
  if (fitting.length === 0) return [];
  const trace = traceOf(root, grammars[family]);
  const seen = [
    ...callsIn(trace, calls[family], fitting),
    ...assignmentsIn(trace, fitting),
    ...patternsIn(trace, fitting),
  ];
  const lines = new Map(seen.map((each) => [`${each.rule}:${String(each.line)}`, each]));
  return [...lines.values()].sort((a, b) => a.line - b.line);
}

function callsIn(
  trace: Trace,
  kinds: readonly string[],
  shapes: readonly Shape[],
): readonly Seen[] {
  const wanted = shapes.flatMap((shape) =>
    shape.call === undefined ? [] : [{ shape, callee: matcher(shape.call) }],
  );
  if (wanted.length === 0) return [];
  const all = kinds.flatMap((kind) => trace.root.findAll({ rule: { kind } }));
  return all.flatMap((call) => {
    const callee = calleeOf(call) || (call.field('constructor')?.text() ?? '');
    return wanted
      .filter((each) => each.callee.test(callee))
      .filter(({ shape }) =>
        (shape.where ?? []).every((condition) => {
          const value = argumentOf(call, condition.argument ?? 0);
          if (condition.is === 'missing') return value === undefined;
          return value !== undefined && holds(condition, value, trace);
        }),
      )
      .map(({ shape }) => seenAt(call, shape));
  });
}

function argumentOf(call: SgNode, which: number | string): SgNode | undefined {
  const given = (call.field('arguments')?.namedChildren() ?? []).filter(
    (each) => String(each.kind()) !== 'comment',
  );
  if (typeof which === 'number') {
    return given.filter((each) => String(each.kind()) !== 'keyword_argument').at(which);
  }
  const named = given.find((each) => each.field('name')?.text() === which);
  return named?.field('value') ?? undefined;
}

function assignmentsIn(trace: Trace, shapes: readonly Shape[]): readonly Seen[] {
  const wanted = shapes.flatMap((shape) =>
    shape.assign === undefined ? [] : [{ shape, target: matcher(shape.assign) }],
  );
  if (wanted.length === 0) return [];
  const kinds = Object.entries(trace.grammar.assignments);
  return kinds.flatMap(([kind, [left, right]]) =>
    trace.root.findAll({ rule: { kind } }).flatMap((at) => {
      const [target, value] = [at.field(left)?.text(), at.field(right)];
      if (target === undefined || !value) return [];
      return wanted
        .filter((each) => each.target.test(target))
        .filter(({ shape }) => (shape.where ?? []).every((each) => holds(each, value, trace)))
        .map(({ shape }) => seenAt(at, shape));
    }),
  );
}

function patternsIn(trace: Trace, shapes: readonly Shape[]): readonly Seen[] {
  return shapes.flatMap((shape) => {
    if (shape.rule === undefined) return [];
    return trace.root
      .findAll({ rule: shape.rule })
      .filter((node) =>
        (shape.where ?? []).every((each) => holds(each, node.getMatch('A') ?? node, trace)),
      )
      .map((node) => seenAt(node, shape));
  });
}

function holds({ is, text, not }: Condition, value: SgNode, trace: Trace): boolean {
  const words = textsOf(value, trace);
  if (text !== undefined && !words.some((each) => matcher(text).test(each))) return false;
  if (not !== undefined && words.some((each) => matcher(not).test(each))) return false;
  if (is === undefined) return true;
  const { request, built, constant } = originOf(value, trace);
  if (is === 'variable') return !constant;
  return (is !== 'built' && request) || (is !== 'request' && built);
}

/** As ast-grep's own rules are written: `(?i)` at the beginning makes capitals no matter. */
function matcher(source: string): RegExp {
  return source.startsWith('(?i)') ? new RegExp(source.slice(4), 'i') : new RegExp(source);
}

function seenAt(node: SgNode, { id, level, message, cwe }: Shape): Seen {
  const { start, end } = node.range();
  return {
    rule: id,
    level,
    message: `${message} (CWE-${String(cwe)})`,
    line: start.line + 1,
    // The whole of a long call is no place that anybody looks at.
    endLine: Math.min(end.line, start.line + 9) + 1,
    help: `https://cwe.mitre.org/data/definitions/${String(cwe)}.html`,
  };
}
