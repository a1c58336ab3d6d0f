/** Elision: lines such as `// ... rest unchanged` that stand for code which the writer left out. */

const opener = String.raw`(?:\/\/+|#+|--+|\/\*+|<!--|\{\/\*|\*|;+|%+)`;
const closer = String.raw`\s*(?:\*\/\}?|-->)?\s*$`;
const dots = String.raw`(?:\.{3,}|…)`;
const left = String.raw`(?:existing|rest|remaining|remainder|unchanged|same|other|others|previous|omitted|elided|keep|more|code|as before)`;

const shapes: readonly RegExp[] = [
  new RegExp(`^\\s*${opener}\\s*${dots}${closer}`),
  new RegExp(`^\\s*${opener}\\s*${dots}.*\\b${left}\\b`, 'i'),
  new RegExp(`^\\s*${opener}.*\\b${left}\\b.*${dots}${closer}`, 'i'),
  new RegExp(
    `^\\s*${opener}\\s*(?:the )?(?:rest|remainder) of (?:the |this )?\\w+.*\\b(?:unchanged|same|here|as before|stays|remains)\\b`,
    'i',
  ),
];

/** Languages and texts in which a line of three dots means something by itself. */
const dotsAreContent = /\.(?:pyi?|md|mdx|txt|rst|ya?ml)$/i;

/** Whether this line of the file `path` stands for code that was left out. */
export function isElision(line: string, path: string): boolean {
  if (/^\s*(?:\.{3}|…)\s*$/.test(line)) return !dotsAreContent.test(path);
  return shapes.some((shape) => shape.test(line));
}
