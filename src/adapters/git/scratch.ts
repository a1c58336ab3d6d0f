/**
 * Half-made folders, named after the process that makes them, so that a later one can clear what a dead one left; and
 * the mark by which cleaning sees what is in use.
 */
import { lstat, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
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

/** Milliseconds without a change: in a container the numbers of other containers' processes mean nothing. */
const quiet = 60 * 60 * 1000;

/** Removes what processes that were killed have left. */
export async function clearHalves(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = named.exec(name)?.groups?.pid;
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => undefined);
    if (found && found.mtimeMs < Date.now() - quiet)
      await rm(path, { recursive: true, force: true });
  }
}

/** Says that a mirror or layer is used now; false when it is not there. */
export async function markUsed(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}
