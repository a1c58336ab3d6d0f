/** Asks one of the programs that run inside the sandbox, here directly on a folder. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder with these files. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-inside-')));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The answer on standard output, or with `exitCode` 2 what should be asked instead. */
export function ask(program: string, question: unknown, folder: string) {
  const file = fileURLToPath(import.meta.resolve(`#inside/${program}.ts`));
  const input = typeof question === 'string' ? question : JSON.stringify(question);
  const done = spawnSync(process.execPath, [file], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: {},
  });
  return { exitCode: done.status, text: done.stdout.trimEnd(), hint: done.stderr.trimEnd() };
}
