/** Apart: looks at many files so that one of them that stalls or kills the tool costs only itself. */
import type { Said } from '#core/finding.ts';
import type { Looked, Unread } from './check.ts';

/** Files of one call of a tool: their names must fit into its arguments. */
const together = 2_000;
/** Further calls until the culprits are found; one that stalls is as dear as four that die. Ten of them find one of 1,000 files. */
const patience = 24;

type Failed = Extract<Looked, { state: string }>;
/** `everyones`: no file is to blame (the configuration cannot be read), so that fewer of them would fare no better. */
export type Attempt = Looked | (Failed & { readonly everyones: true });

/**
 * Asks for all paths at once; where that fails, for halves of them, until the files that do it stand alone: they are unread.
 * Fails as the first call did where none came to an end.
 */
export async function lookApart(
  paths: readonly string[],
  lookAt: (paths: readonly string[]) => Promise<Attempt>,
): Promise<Looked> {
  const waiting = batches(paths);
  const found: Found = { said: [], unread: [] };
  const failed: Failed[] = [];
  let calls = 0;
  let left = patience;
  for (let some = waiting.shift(); some !== undefined; some = waiting.shift()) {
    const looked = await lookAt(some);
    calls += 1;
    if (!('state' in looked)) {
      add(found, looked);
      continue;
    }
    const { state, reason } = looked;
    if ('everyones' in looked) return { state, reason };
    failed.push({ state, reason });
    left -= state === 'timed-out' ? 4 : 1;
    if (some.length > 1 && left > 0) waiting.unshift(...halves(some));
    else found.unread.push(...some.map((path) => ({ path, reason })));
  }
  const [first] = failed;
  return first !== undefined && failed.length === calls ? first : found;
}

interface Found {
  readonly said: Said[];
  readonly unread: Unread[];
}

function add(found: Found, { said, unread = [] }: Exclude<Looked, Failed>): void {
  found.said.push(...said);
  found.unread.push(...unread);
}

function batches(paths: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(paths.length / together);
  return Array.from({ length: count }, (_, at) => paths.slice(at * together, (at + 1) * together));
}

function halves(paths: readonly string[]): readonly (readonly string[])[] {
  const middle = Math.ceil(paths.length / 2);
  return [paths.slice(0, middle), paths.slice(middle)];
}
