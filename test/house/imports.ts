/** Reads the imports of every file in src, types included, so that the tests of the house can hold them against the law. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

export interface Import {
  readonly from: string;
  /** As written. */
  readonly name: string;
  /** The file of ours that it means, relative to src, or undefined for a package. */
  readonly file: string | undefined;
}

const outside = (file: string) => file.startsWith('demo/sample');

/** Every TypeScript file of ours, relative to src. */
export const files = globSync('**/*.ts', { cwd: 'src' })
  .filter((file) => !outside(file))
  .sort();

export const textOf = (file: string) => readFileSync(join('src', file), 'utf8');

function target(from: string, name: string): string | undefined {
  if (name.startsWith('#')) return name.slice(1);
  if (name.startsWith('.')) return normalize(join(dirname(from), name));
  return undefined;
}

export const imports: readonly Import[] = files.flatMap((from) =>
  ts
    .preProcessFile(textOf(from), true, true)
    .importedFiles.map(({ fileName }) => ({ from, name: fileName, file: target(from, fileName) })),
);

/** The room of a file: the first folder, or the file itself at the top. */
export const roomOf = (file: string) => file.split('/')[0] ?? file;

/** The circles among files: each strongly connected set of more than one, by Tarjan's algorithm. */
export function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const stack: string[] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return found;
}
