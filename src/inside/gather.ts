/**
 * Runs inside the sandbox: moves folders, so that what is to be kept lies in one of them.
 * Called as `node gather.ts FROM TO [FROM TO]...`; a folder that is not there is passed over.
 */
import { renameSync } from 'node:fs';

const paths = process.argv.slice(2);
for (let at = 0; at + 1 < paths.length; at += 2) {
  try {
    renameSync(paths[at] ?? '', paths[at + 1] ?? '');
  } catch (error) {
    // npm makes no folder where every package of it is for another system.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
