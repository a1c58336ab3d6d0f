/** System: runs one of the system's own programs (mount, chmod) from the runner and says what went wrong. */
import { execFile } from 'node:child_process';

/** The programs' folders, in order; nothing else is searched. */
export const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Rejects with the program's own words. It takes no input and is never given strange code to run. */
export function runSystem(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { PATH: systemPath, LC_ALL: 'C' };
    execFile(program, args, { env, timeout: 60_000 }, (error, _stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message, { cause: error }));
      else resolve();
    });
  });
}
