/** Memory watch: the memory of a command's whole tree, looked at again and again where no control group limits it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks: what is allocated within is not noticed before its end. */
const interval = 100;
const pageSize = 4096;

/** Calls `exceed` once, when the processes below `first`, itself included, hold more than `limit` bytes of their own. */
export function watchMemory(
  first: () => number | undefined,
  limit: number,
  exceed: () => void,
): { stop(): void } {
  const timer = setInterval(() => {
    const root = first();
    if (root === undefined || memoryBelow(root) <= limit) return;
    clearInterval(timer);
    exceed();
  }, interval);
  return { stop: () => clearInterval(timer) };
}

/**
 * Bytes. Orphans of the sandbox become children of its first process, so none escapes the count; what two processes
 * share since a fork is counted twice, and files in memory have limits of their own.
 */
function memoryBelow(root: number): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  const parents = new Map(all.map((name) => [Number(name), parentOf(name)]));
  const isBelow = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && isBelow(parents.get(pid)));
  return all.filter((name) => isBelow(Number(name))).reduce((sum, name) => sum + ownOf(name), 0);
}

function parentOf(name: string): number | undefined {
  // The program's name stands in parentheses and may hold any character, those too.
  const parent = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function ownOf(name: string): number {
  const [, resident = 0, shared = 0] = read(`/proc/${name}/statm`).split(' ').map(Number);
  return (resident - shared) * pageSize;
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
