/** Pinned: how the programs that `npm run tools` installs are called, and how the paths in what they say are read. */
import type { Looked, Side } from './check.ts';
import type { Reported } from './report.ts';

/** The beginning of the command line of a tool that the check needs. Throws where the check is asked without it. */
export function pinned({ tools }: Side, name: string): readonly string[] {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`The check was asked to look without ${name}.`);
  return tool.command;
}

/** Paths as the last arguments of a command: none is taken for an option, also not by programs that know no `--`. */
export function asArguments(paths: readonly string[]): readonly string[] {
  return ['--', ...paths.map((path) => (path.startsWith('-') ? `./${path}` : path))];
}

/** A path that a tool named, as the tree has it: relative to the root. Outside of it, it stays as it is and is nobody's. */
export function inTree(path: string, root: string): string {
  const relative = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  return relative.replace(/^(?:\.\/)+/, '');
}

/** Milliseconds for files: a second for three, which is ten times what the slowest needs, so that one that stalls is soon seen. */
export function timeFor(paths: readonly string[]): number {
  return Math.min(300_000, 30_000 + paths.length * 300);
}

export function pathsOf({ targets }: Side): readonly string[] {
  return targets.map(({ path }) => path);
}

/** What to say of a tool that left no result which can be read. */
export function withoutResult(
  name: string,
  { trouble, tail }: Pick<Reported, 'trouble' | 'tail'>,
): Extract<Looked, { state: string }> {
  if (trouble !== undefined) return trouble;
  const last = tail === '' ? '' : ` It said: ${tail.slice(-500)}`;
  return { state: 'crashed', reason: `${name} ended without a result that can be read.${last}` };
}
