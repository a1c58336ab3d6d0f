/** Half-made folders: named after the process that makes them, so that a later one can clear what a dead one left. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const named = /^\.half-(?<pid>\d+)-/u;

/** Makes a new folder beside the finished ones. */
export function makeHalf(parent: string): Promise<string> {
  return mkdtemp(join(parent, `.half-${String(process.pid)}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes what processes that were killed have left. */
export async function clearHalves(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = named.exec(name)?.groups?.pid;
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}
