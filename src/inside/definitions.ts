/** Finds the definitions of a file: by its grammar where there is one, else by the look of its lines. */
import { createRequire } from 'node:module';
import { Language as Grammar, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';
import type { Language } from './languages.ts';

export interface Definition {
  /** First and last line, from 1. */
  readonly from: number;
  readonly to: number;
  /** How many definitions it stands in. */
  readonly depth: number;
  /** Its text up to its body, on one line. */
  readonly signature: string;
}

const longestSignature = 160;
/** Deeper nesting was made by a program, or to break ours. */
const deepest = 150;

/** Signatures begin with these when they wrap the definition: `export`, decorators, `template <...>`, `const`. */
const wrappers = new Set([
  'export_statement',
  'decorated_definition',
  'template_declaration',
  'ambient_declaration',
  'lexical_declaration',
  'variable_declaration',
  'type_declaration',
  'const_declaration',
  'var_declaration',
  'declaration',
  'field_declaration',
]);

/** Kinds that are told with what they are equal to. */
const aliases = ['type_alias_declaration', 'alias_declaration', 'type_alias', 'type_item'];

/** Where a definition stops being its signature: at its body, or at the value of a constant that is no function. */
function bodyOf(node: Node): Node | null {
  if (aliases.includes(node.type)) return null;
  const value = node.childForFieldName('value') ?? node.childForFieldName('right');
  const body = (value ?? node).childForFieldName('body');
  if (body) return body;
  const lists = ['block', 'field_declaration_list', 'declaration_list', 'enum_body', 'struct_type'];
  return node.namedChildren.find((child) => lists.includes(child.type)) ?? value;
}

/** The outermost wrapper that is about this definition alone. */
function wrapped(node: Node): Node {
  let outer = node;
  while (outer.parent && wrappers.has(outer.parent.type)) {
    const { type } = outer;
    if (outer.parent.namedChildren.filter((child) => child.type === type).length > 1) break;
    outer = outer.parent;
  }
  return outer;
}

function signatureOf(node: Node, outer: Node, source: string): string {
  const end = bodyOf(node)?.startIndex ?? node.endIndex;
  const text = source.slice(outer.startIndex, Math.max(end, node.startIndex));
  const line = text
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/(?:\s*(?:[={]|=>|:=)|\s+end)+$/u, '');
  return line.length > longestSignature ? `${line.slice(0, longestSignature)}...` : line;
}

/** What may hold a constant that others can use, by the kinds of syntax from the inside out. */
const levels: readonly (readonly string[])[] = [
  ['program'],
  ['module'],
  ['class_body'],
  ['statement_block', 'internal_module'],
  ['statement_block', 'module'],
  ['expression_statement', 'module'],
  ['expression_statement', 'block', 'class_definition'],
];

/** Values inside of functions are no definitions of the file. */
function isLocal(node: Node): boolean {
  if (node.type !== 'variable_declarator' && node.type !== 'assignment') return false;
  const first = wrapped(node).parent;
  return !levels.some((kinds) => {
    let holder = first;
    return kinds.every((kind) => {
      const fits = holder?.type === kind;
      holder = holder?.parent ?? null;
      return fits;
    });
  });
}

function* definitionsIn(node: Node, language: Language, at: Walk): Generator<Definition> {
  if (at.level > deepest) return;
  const holds = language.holders.includes(node.type);
  const shown = node.isNamed && (holds || language.leaves.includes(node.type)) && !isLocal(node);
  if (shown) {
    const outer = wrapped(node);
    yield {
      from: outer.startPosition.row + 1,
      to: outer.endPosition.row + 1,
      depth: at.depth,
      signature: signatureOf(node, outer, at.source),
    };
    if (!holds) return;
  }
  const below = { ...at, level: at.level + 1, depth: at.depth + (shown ? 1 : 0) };
  for (const child of node.namedChildren) {
    yield* definitionsIn(child, language, below);
  }
}

interface Walk {
  readonly source: string;
  readonly level: number;
  readonly depth: number;
}

/** By the grammar; undefined where it cannot be loaded or gives up. */
export async function definitionsByGrammar(
  source: string,
  language: Language,
): Promise<readonly Definition[] | undefined> {
  const { resolve } = createRequire(import.meta.url);
  await Parser.init();
  const grammar = await Grammar.load(
    resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${language.grammar}.wasm`),
  );
  const parser = new Parser();
  parser.setLanguage(grammar);
  const tree = parser.parse(source);
  if (!tree) return undefined;
  const found = [...definitionsIn(tree.rootNode, language, { source, level: 0, depth: 0 })];
  tree.delete();
  parser.delete();
  return found;
}

const words =
  'class|def|defp|defmodule|enum|extension|fn|fun|func|function|impl|interface|macro|module|object|package|proc|protocol|record|service|struct|sub|trait|type|message';
const definitionLine = new RegExp(
  `^(?<indent>\\s*)(?:(?:export|default|public|private|protected|internal|static|abstract|final|async|override|open|sealed|data|inline|pub|local|suspend)\\s+)*(?:${words})\\b.*[\\w)]`,
  'u',
);
const heading = /^(?<marks>#{1,6}) \S/u;

/** By the look of its lines, for files without a grammar: definitions, or headings of Markdown. */
export function definitionsByLook(source: string, isMarkdown: boolean): readonly Definition[] {
  return source.split('\n').flatMap((line, n) => {
    const found = (isMarkdown ? heading : definitionLine).exec(line.slice(0, 500))?.groups;
    if (!found) return [];
    const depth = isMarkdown
      ? (found.marks?.length ?? 1) - 1
      : Math.min(4, Math.floor((found.indent ?? '').replaceAll('\t', '  ').length / 2));
    const signature = line.trim().slice(0, longestSignature);
    return [{ from: n + 1, to: n + 1, depth, signature }];
  });
}
