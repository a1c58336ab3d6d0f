/** Which workflow files a new commit brings in: an App needs a permission of its own for them. */
import { git } from './run.ts';

export const workflowFolder = '.github/workflows';

/** Paths that commits reachable from `head`, but from no branch or tag yet, add or change. */
export async function workflowsTouched(folder: string, head: string): Promise<readonly string[]> {
  const known = ['--not', '--branches', '--tags'];
  const { text } = await git(folder, ['rev-list', head, ...known]);
  if (text === '') return [];
  const argv = [
    'diff-tree',
    '--stdin',
    '-r',
    '-m',
    '--root',
    '--no-commit-id',
    '--name-only',
    '-z',
  ];
  const changed = await git(folder, [...argv, '--', workflowFolder], { input: text });
  return changed.text.split('\0').filter(Boolean);
}
