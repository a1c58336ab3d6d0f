/** Starts each tool once for its version: a list names only what really starts where checks run it. */
import { execFile } from 'node:child_process';
import { openLog, openSandbox } from '#app.ts';
import type { Config } from '#config.ts';
import { mounted, mountedNode, versionIn, type Tool } from './tool-table.ts';

/** The version that the tool told, or why there is none. */
export interface Tried {
  readonly version?: string | undefined;
  readonly problem?: string | undefined;
}

interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function tried({ exitCode, stdout, stderr }: Said): Tried {
  const version = exitCode === 0 ? versionIn(stdout) : undefined;
  if (version !== undefined) return { version };
  const last = stderr.split('\n').findLast((line) => line.trim() !== '');
  return { problem: `it does not start: ${last ?? `it ended with ${String(exitCode)}`}` };
}

/** In the sandbox, with `staging` in the place of the tools folder. */
export function tryInSandbox(config: Config) {
  return async (staging: string, tools: readonly Tool[]): Promise<readonly Tried[]> => {
    const options = { config: { ...config, toolsFolder: staging }, log: openLog('error') };
    const sandbox = openSandbox(options);
    try {
      const workspace = await sandbox.open([]);
      const outcomes: Tried[] = [];
      for (const { command, ask } of tools)
        outcomes.push(tried(await workspace.exec({ argv: [...command, ...ask], purpose: 'tool' })));
      await workspace.close();
      return outcomes;
    } finally {
      await sandbox.close();
    }
  };
}

/** On this machine: while an image is built there is no sandbox, and what is built is what the sandbox shows. */
export async function tryHere(staging: string, tools: readonly Tool[]): Promise<readonly Tried[]> {
  const outcomes: Tried[] = [];
  for (const { command, ask } of tools) {
    const here = command.map((word) =>
      word === mountedNode ? process.execPath : word.replace(mounted, staging),
    );
    outcomes.push(tried(await said([...here, ...ask])));
  }
  return outcomes;
}

function said([program = '', ...rest]: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(program, rest, { timeout: 60_000 }, (error, stdout, stderr) => {
      const exitCode = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ exitCode, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
