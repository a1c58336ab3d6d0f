/** What git says of objects that are named by their SHAs: it never changes, so a child is asked once. */
import { isSha } from './loose.ts';
import { git } from './run.ts';
import type { GitOptions, GitOutput } from './run.ts';

/** Bytes of answers that are kept, of all repositories together; the oldest go first. */
const room = 32 * 1024 * 1024;

// No state of the double: without it everything is answered the same, only later.
const answers = new Map<string, GitOutput>();
let kept = 0;

/** As `git`; the answer is kept where every one of `names` is a SHA. They must be all that the answer depends on. */
export async function lasting(
  folder: string,
  argv: readonly string[],
  { names, ...options }: GitOptions & { readonly names: readonly string[] },
): Promise<GitOutput> {
  if (!names.every(isSha)) return git(folder, argv, options);
  const key = [folder, ...argv, String(options.input ?? '')].join('\0');
  const known = answers.get(key);
  if (known) return known;
  const output = await git(folder, argv, options);
  // 128: an object is not there, and may be tomorrow.
  if (output.code < 128) keep(key, output);
  return output;
}

function keep(key: string, output: GitOutput): void {
  if (answers.has(key)) return;
  answers.set(key, output);
  kept += weight(key, output);
  for (const [oldest, gone] of answers) {
    if (kept <= room) return;
    answers.delete(oldest);
    kept -= weight(oldest, gone);
  }
}

/** The bytes, the same as text, and what stands around them. */
function weight(key: string, { bytes }: GitOutput): number {
  return 3 * bytes.length + key.length + 200;
}
