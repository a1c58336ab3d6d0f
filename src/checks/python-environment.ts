/** Python environment: what type checkers know of a repository's packages, and what to make of findings where they are not there. */
import type { Side, Unread } from './check.ts';

/** Where the installer of packages puts them. */
export const interpreter = '.venv/bin/python3';

/** Whether the repository's packages lie in the workspace. */
export async function hasEnvironment(side: Side): Promise<boolean> {
  const workspace = await side.workspace();
  const { exitCode } = await workspace.exec({ argv: ['test', '-x', interpreter], purpose: 'tool' });
  return exitCode === 0;
}

/** What a checker could not judge because packages are not there, as one line of the report instead of a finding for each import. */
export function unjudged(side: Side, missing: number): readonly Unread[] {
  if (missing === 0) return [];
  const why = side.packagesProblem === null ? '' : ` (${side.packagesProblem})`;
  const imports = missing === 1 ? 'an import' : `${String(missing)} imports`;
  const reason = `the packages are not installed${why}, so that what hangs on ${imports} was not judged`;
  return [{ path: '.venv', reason }];
}
