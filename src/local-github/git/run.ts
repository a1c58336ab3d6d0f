/** Runs git on a bare repository, always as an asynchronous child and apart from the host's configuration. */
import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { Refusal } from '#local-github/refusal.ts';

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are answers and not errors, beside 0. */
  readonly answers?: readonly number[];
}

export interface GitOutput {
  readonly code: number;
  readonly bytes: Buffer;
  readonly text: string;
}

export function gitEnvironment(): Record<string, string> {
  return {
    // eslint-disable-next-line no-restricted-properties -- not a setting: a child finds git by the caller's PATH
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

/** No argument can hold a NUL, and nothing of git's has one in its name. Throws 422 where that is no answer. */
function nothingNamed({ answers = [] }: GitOptions): GitOutput {
  if (answers.includes(128)) return { code: 128, bytes: Buffer.alloc(0), text: '' };
  throw new Refusal(422, 'Invalid request.\n\nA name holds a NUL.');
}

/** Throws with git's own words when it ends otherwise than `options` allows. */
export async function git(
  folder: string,
  argv: readonly string[],
  options: GitOptions = {},
): Promise<GitOutput> {
  if (argv.some((each) => each.includes('\0'))) return nothingNamed(options);
  const child = spawn('git', [...argv], {
    cwd: folder,
    env: { ...gitEnvironment(), ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const complaint: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk));
  // Git may end before it has read its input; its exit code tells more than the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve(exitCode ?? -1));
  });
  if (code !== 0 && !options.answers?.includes(code))
    throw new Error(`git ${argv.join(' ')}: ${Buffer.concat(complaint).toString().trim()}`);
  const bytes = Buffer.concat(output);
  return { code, bytes, text: bytes.toString() };
}

/** Git's output as one line, or undefined when it answers 1 or 128: no such thing. */
export async function ask(folder: string, argv: readonly string[]): Promise<string | undefined> {
  const { code, text } = await git(folder, argv, { answers: [1, 128] });
  return code === 0 ? text.trim() : undefined;
}
