/** Ending: what the code that a command ended with says. */
import { constants } from 'node:os';
import type { Execution } from '#ports/sandbox.ts';

const signals = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** As every shell does it, the sandboxes say 128 and the signal's number for a command that a signal ended. */
export function endOf(code: number | undefined): Pick<Execution, 'exitCode' | 'signal'> {
  if (code === undefined) return { exitCode: null, signal: 'SIGKILL' };
  const signal = signals.get(code - 128);
  return signal === undefined ? { exitCode: code, signal: null } : { exitCode: null, signal };
}

/** Engines that meet a limit of their own give up, and say so. */
export function saysOutOfMemory(code: number | undefined, stderr: string): boolean {
  return (
    code !== 0 &&
    /out of memory|MemoryError|cannot allocate memory|allocation failed/iu.test(stderr)
  );
}
