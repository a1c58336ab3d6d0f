/** Prompts from a folder: every Markdown file in it, by its path without the ending. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function readPrompts(folder: string): Promise<ReadonlyMap<string, string>> {
  const prompts = new Map<string, string>();
  const files = await Array.fromAsync(glob('**/*.md', { cwd: folder }));
  for (const file of files.sort()) {
    const id = file.replaceAll('\\', '/').replace(/\.md$/, '');
    prompts.set(id, await readFile(join(folder, file), 'utf8'));
  }
  return prompts;
}
