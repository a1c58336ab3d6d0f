/** Kill: ends a process together with its children, though it may be making one right now. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** False when it is gone. The runner has its own process namespace, in which a number does not soon come back. */
export function killProcess(pid: number, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * Stops the process first, so that it makes no child that nobody would know of: bubblewrap's would wait for ever for
 * the word of a parent that was killed in between, and hold the output open.
 */
export async function killWithChildren(pid: number): Promise<void> {
  if (!killProcess(pid, 'SIGSTOP')) return;
  while (stateOf(pid) !== 'T') {
    if (['', 'Z', 'X'].includes(stateOf(pid))) break;
    await sleep(1);
  }
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  for (const child of children) killProcess(Number(child));
  killProcess(pid);
}

/** Its letter in the kernel's words; empty when it is gone. */
function stateOf(pid: number): string {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.slice(0, 1) ?? '';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
