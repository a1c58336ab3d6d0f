/** Which workflow files a new commit brings in: an App needs a permission of its own for them. */
import { git } from './run.ts';

export const workflowFolder = '.github/workflows';

/** Paths that commits reachable from `head`, but from no branch or tag yet, add or change. */
export async function workflowsTouched(folder: string, head: string): Promise<readonly string[]> {
  const argv = [
    'log',
    '-z',
    '--format=',
    '--name-only',
    '-m',
    head,
    '--not',
    '--branches',
    '--tags',
  ];
  const { text } = await git(folder, [...argv, '--', workflowFolder]);
  return text.split('\0').filter(Boolean);
}
