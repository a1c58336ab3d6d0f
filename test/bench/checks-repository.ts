/** Repositories for the bench of checks: made of texts, or a folder of one's own, and asked about by `sluice check`. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Finding } from '#core/finding.ts';

const execute = promisify(execFile);

export type Texts = Readonly<Record<string, string>>;

const Told = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      new: z.int(),
      fixed: z.int(),
      preexisting: z.int(),
      files: z.int(),
      cached: z.int(),
      milliseconds: z.number(),
      findings: z.array(Finding),
    }),
  ),
  verdict: z.string(),
  seconds: z.number(),
});
export type Told = z.infer<typeof Told>;

export async function git(folder: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', ['-C', folder, ...words], { maxBuffer: 2 ** 28 });
  return stdout;
}

export async function newRepository(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
}

/** Writes the files over what is there and commits all; answers with the commit. */
export async function commit(folder: string, texts: Texts): Promise<string> {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  await git(folder, 'add', '--all', '--force');
  await git(folder, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'bench');
  return (await git(folder, 'rev-parse', 'HEAD')).trim();
}

export interface Question {
  readonly folder: string;
  readonly base: string;
  readonly head: string;
  /** Where mirrors, packages and findings are kept: a new one is a cold start. */
  readonly data: string;
}

/** As a person asks, in a process of its own. */
export async function ask({ folder, base, head, data }: Question): Promise<Told> {
  const words = ['check', '--repo', folder, '--base', base, '--head', head, '--json'];
  const options = { maxBuffer: 2 ** 28, env: { ...process.env, SLUICE_DATA_DIR: data } };
  // Exit code 1 is an answer too: something new is an error.
  const said = execute(process.execPath, ['src/cli.ts', ...words], options).catch(
    (error: unknown) => z.object({ stdout: z.string().min(1) }).parse(error),
  );
  return Told.parse(JSON.parse((await said).stdout));
}
