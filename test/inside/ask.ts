/** Asks one of the programs that run inside the sandbox, here directly on a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answer } from '#inside/answer.ts';
import type { Reply } from '#inside/question.ts';
import { scratch } from '../scratch.ts';

/** A folder with these files. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = scratch();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The answer, or with `exitCode` 2 what should be asked instead. A question that is text is sent as it is. */
export function ask(
  program: 'list' | 'outline' | 'read' | 'search',
  question: unknown,
  folder: string,
): Promise<Reply> {
  const json = typeof question === 'string' ? question : JSON.stringify(question);
  return answer(program, json, folder);
}
