/** Prompts are read from their folder. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPrompts } from '#adapters/disk/prompts.ts';

test('every Markdown file is a prompt, named by its path', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prompts-'));
  await mkdir(join(folder, 'generate'));
  await writeFile(join(folder, 'generate', 'patch.md'), 'a');
  await writeFile(join(folder, 'generate', 'notes.txt'), 'b');
  expect([...(await readPrompts(folder))]).toEqual([['generate/patch', 'a']]);
  await rm(folder, { recursive: true });
});
