/** Searches the repository's text by ripgrep: where, with lines around, always in the same order. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { rgPath } from '@vscode/ripgrep';
import { placeOf, skipped } from './place.ts';
import { longestAnswer, Misasked } from './question.ts';
import type { Question } from './question.ts';

const fields = {
  text: { kind: 'text', most: 1000, needed: true },
  regex: { kind: 'flag' },
  ignoreCase: { kind: 'flag' },
  path: { kind: 'text', most: 1000 },
  context: { kind: 'number', least: 0, most: 10 },
} as const;
type Asked = Question<typeof fields>;

const mostMatches = 100;
const longestLine = 300;

/** Where to look: a folder or file that is there, or else a pattern of paths. */
function whereOf(path: string, root: string): readonly string[] {
  if (/[*?[{]/u.test(path)) return ['--glob', path, '--', '.'];
  return ['--', placeOf(root, path).path || '.'];
}

function argumentsFor(asked: Asked, root: string): readonly string[] {
  const where = whereOf(asked.path ?? '', root);
  return [
    '--no-config',
    '--json',
    '--sort=path',
    '--hidden',
    '--no-ignore',
    '--max-filesize=1M',
    asked.regex === true ? '--no-fixed-strings' : '--fixed-strings',
    asked.ignoreCase === true ? '--ignore-case' : '--case-sensitive',
    `--context=${String(asked.context ?? 0)}`,
    ...skipped.map((name) => `--glob=!**/${name}/**`),
    `--regexp=${asked.text}`,
    ...where,
  ];
}

/** A line that ripgrep tells: one that matches, or one beside it. */
interface Line {
  readonly path: string;
  readonly number: number;
  readonly text: string;
  readonly isMatch: boolean;
}

/** What ripgrep writes by `--json`; bytes that are no UTF-8 come in another form and are left out. */
interface Message {
  readonly type: string;
  readonly data?: {
    readonly path?: { readonly text?: string };
    readonly lines?: { readonly text?: string };
    readonly line_number?: number | null;
  };
}

function lineIn(json: string): Line | undefined {
  // Written by our own pinned program, one shape per type.
  const { type, data = {} } = JSON.parse(json) as Message;
  const { path, lines, line_number: number } = data;
  if (type !== 'match' && type !== 'context') return undefined;
  if (!path?.text || lines?.text === undefined || typeof number !== 'number') return undefined;
  const isMatch = type === 'match';
  return { path: path.text.replace(/^\.\//u, ''), number, text: lines.text, isMatch };
}

interface Found {
  readonly lines: readonly Line[];
  readonly cut: boolean;
  readonly problem: string;
}

/** Reads until there is enough, then ends ripgrep. */
async function run(args: readonly string[], root: string): Promise<Found> {
  const child = spawn(rgPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let problem = '';
  child.stderr.on('data', (chunk: Buffer) => (problem += chunk.toString('utf8')));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const lines: Line[] = [];
  let [matches, size] = [0, 0];
  for await (const json of createInterface({ input: child.stdout })) {
    const line = lineIn(json);
    if (!line) continue;
    matches += line.isMatch ? 1 : 0;
    size += Math.min(line.text.length, longestLine) + line.path.length;
    if (matches > mostMatches || size > longestAnswer) {
      child.kill();
      return { lines, cut: true, problem: '' };
    }
    lines.push(line);
  }
  return { lines, cut: false, problem: (await ended) === 2 ? problem : '' };
}

function shown({ number, text, isMatch }: Line): string {
  const line = text.replace(/\r?\n$/u, '');
  const cut = line.length > longestLine ? `${line.slice(0, longestLine)} [cut]` : line;
  return `${String(number)}${isMatch ? ':' : '-'} ${cut}`;
}

/** Lines under their file's name; a gap between two of them is told. */
function layOut(lines: readonly Line[], context: number): readonly string[] {
  return lines.flatMap((line, n) => {
    const before = lines[n - 1];
    if (before?.path !== line.path) return [...(before ? [''] : []), line.path, shown(line)];
    const gap = context > 0 && before.number + 1 < line.number;
    return gap ? ['--', shown(line)] : [shown(line)];
  });
}

function nothing({ text, regex, ignoreCase, path }: Asked): string {
  const hints = [
    ...(regex !== true && /[\\^$.*+?|[\](){}]/u.test(text) ? ['set regex if it is one'] : []),
    ...(ignoreCase === true ? [] : ['set ignoreCase']),
    ...(path === undefined ? [] : ['leave out path']),
    'search for a shorter part',
  ];
  return `[Nothing found for "${text}". You may ${hints.join(', or ')}.]`;
}

async function search(asked: Asked, root: string): Promise<string> {
  if (asked.text === '') throw new Misasked('"text" must not be empty.');
  if (asked.regex !== true && asked.text.includes('\n')) {
    throw new Misasked('"text" must be within one line: search for its most telling line.');
  }
  const { lines, cut, problem } = await run(argumentsFor(asked, root), root);
  if (problem !== '') throw new Misasked(`The search is not understood: ${problem.trim()}`);
  if (lines.length === 0) return nothing(asked);
  const matches = String(lines.filter(({ isMatch }) => isMatch).length);
  const files = String(new Set(lines.map(({ path }) => path)).size);
  const end = cut
    ? `[Cut after ${matches} matching lines in ${files} files: give a path, a longer text or less context.]`
    : `[${matches} matching lines in ${files} files.]`;
  return [...layOut(lines, asked.context ?? 0), end].join('\n');
}

export const searchProgram = { fields, find: search };
