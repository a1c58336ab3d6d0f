/** Shows the definitions of a file with their lines, so that only what matters needs to be read. */
import { readFileSync } from 'node:fs';
import { definitionsByGrammar, definitionsByLook } from './definitions.ts';
import type { Definition } from './definitions.ts';
import { languageOf } from './languages.ts';
import { filePlace } from './place.ts';
import { longestAnswer, Misasked } from './question.ts';
import type { Question } from './question.ts';

const fields = { path: { kind: 'text', most: 1000, needed: true } } as const;

const mostBytes = 1_000_000;
const mostShown = 400;

function shown({ from, to, depth, signature }: Definition): string {
  const lines = from === to ? String(from) : `${String(from)}-${String(to)}`;
  return `${'  '.repeat(depth)}${lines}: ${signature}`;
}

async function find(source: string, path: string): Promise<readonly Definition[]> {
  const language = languageOf(path);
  const parsed = language && (await definitionsByGrammar(source, language));
  return parsed ?? definitionsByLook(source, /\.(?:md|mdx|markdown)$/iu.test(path));
}

/** As many as an answer may have. */
function asMany(lines: readonly string[]): readonly string[] {
  let size = 0;
  const end = lines.findIndex((line, n) => {
    size += line.length + 1;
    return n >= mostShown || size > longestAnswer;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

async function outline({ path }: Question<typeof fields>, root: string): Promise<string> {
  const place = filePlace(root, path, mostBytes);
  const bytes = readFileSync(place.real);
  if (bytes.subarray(0, 8000).includes(0)) throw new Misasked(`"${path}" is no text.`);
  const source = bytes.toString('utf8');
  const count = String(source.replace(/\n$/u, '').split('\n').length);
  const lines = (await find(source, place.path)).map(shown);
  if (lines.length === 0) return `[No definitions seen in ${place.path}; read it: ${count} lines.]`;
  const kept = asMany(lines);
  const cut =
    kept.length < lines.length
      ? ` Cut: ${String(lines.length - kept.length)} more; search for a name instead.`
      : '';
  return `${kept.join('\n')}\n[${place.path} has ${count} lines.${cut}]`;
}

export const outlineProgram = { fields, find: outline };
