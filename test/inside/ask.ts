/** Asks one of the programs that run inside the sandbox, here directly on a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listProgram } from '#inside/list.ts';
import { outlineProgram } from '#inside/outline.ts';
import { reply } from '#inside/question.ts';
import type { Reply } from '#inside/question.ts';
import { readProgram } from '#inside/read.ts';
import { searchProgram } from '#inside/search.ts';
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
  if (program === 'list') return reply(listProgram, json, folder);
  if (program === 'outline') return reply(outlineProgram, json, folder);
  if (program === 'read') return reply(readProgram, json, folder);
  return reply(searchProgram, json, folder);
}
