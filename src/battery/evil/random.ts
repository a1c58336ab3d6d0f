/** Random: hostile comments and patches by a seed, so that one that breaks a rule can be made again. */
import { textBlob, type FileChange } from '#core/change.ts';

export type Dice = () => number;

/** The same numbers for the same seed, from 0 to below 1 (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(roll: Dice, from: readonly [T, ...T[]]): T {
  return from[Math.floor(roll() * from.length)] ?? from[0];
}

/** What texts that act are made of, and what may bring one of them out of its cover. */
const shards = [
  ...[
    '@ada',
    '@acme/team',
    '@',
    'ada',
    '#',
    '1',
    '#12',
    'GH-3',
    'acme/app#7',
    'Fixes #9',
    'closes',
  ],
  ...['![', '[', ']', '](', ')', '(', 'x', '//evil.example/?q=1', 'https://evil.example/a?b=c'],
  ...['www.evil.example', 'ftp://evil.example', 'mailto:a@evil.example', '[a]: //evil.example'],
  ...['<img src="//evil.example/', '<', '>', '<!--', '-->', '<a href=x>', '</details>', '<b>', '&'],
  ...['&#64;', '&num;', '&commat;ada', '`', '``', '```', '````', '~~~', '\\', '\\`', "'", '"', '|'],
  ...['\n', '\n\n', '\r', '\r\n', '\t', ' ', '    ', '> ', '- ', '* ', '1. ', '***', '__', '---'],
  ...['/approve', '/merge', '::error::x', '::add-mask::y', '##[error]', '===', '# ', '[!WARNING]'],
  ...[
    '\u001b[31m',
    '\u001b]8;;https://evil.example\u0007',
    '\u009b2J',
    '\u0007',
    '\u0000',
    '\u0085',
  ],
  ...['\u200b', '\u202e', '\u2066', '\ufeff', '\u{e0041}', '\u00ad', '\u2028', '\u3164', 'é', '👩‍👧'],
  ...[
    '[skip ci]',
    '$x$',
    '```mermaid\n',
    '```suggestion\n',
    ':tada:',
    '[^1]',
    '[x](y "z")',
    '=1+1',
  ],
] as const;

export function randomText(roll: Dice): string {
  const count = 1 + Math.floor(roll() * 14);
  return Array.from({ length: count }, () => pick(roll, ['', ...shards])).join('');
}

const folders = [
  '',
  'src/',
  'lib/a/',
  '.github/workflows/',
  '.git/',
  'test/',
  '../',
  'node_modules/x/',
  '/',
  '.husky/',
  'SRC/',
  'link/',
  'vendor/',
  'hooks/',
] as const;
const names = [
  'a.ts',
  'A.ts',
  'b.ts',
  'ci.yml',
  'package.json',
  'AGENTS.md',
  'CODEOWNERS',
  'config',
  '.npmrc',
  'pre-commit',
  'a\u202e.ts',
  'a\u{e0041}.ts',
  'con',
  'a.ts.',
  'src',
  'id_rsa',
  'Makefile',
  'x/a.ts',
  'a.test.ts',
  'action.yml',
] as const;
/** Put together here, so that no scanner takes this file for a leak. */
const token = ['ghp', 'a1B2'.repeat(9)].join('_');
const lines = [
  'const a = 1;',
  'ordinary();',
  `k = '${token}'`,
  'x\u202ey',
  'a\u200bb',
  '\u001b[2J',
  'uses: a/b@v1',
  'test.skip(1)',
  'a\u2028b',
  '',
  '// nosec',
  ['AKIA', 'ABCDEFGHIJKLMNOP'].join(''),
] as const;

export function randomPatch(roll: Dice): readonly FileChange[] {
  const count = 1 + Math.floor(roll() * 3);
  return Array.from({ length: count }, () => {
    const path = `${pick(roll, folders)}${pick(roll, names)}`;
    const size = 1 + Math.floor(roll() * 4);
    const text = Array.from({ length: size }, () => pick(roll, lines)).join('\n');
    const gone = roll() < 0.1;
    const mode = roll() < 0.1 ? ('100755' as const) : ('100644' as const);
    return { path, mode, content: gone ? null : textBlob(`${text}\n`) };
  });
}
