/** Every prompt is whole: its file names it, its inputs are its placeholders, and somebody asks it. */
import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { parsePrompt } from '#agent/prompt.ts';
import { files, textOf } from './imports.ts';

const prompts = globSync('prompts/**/*.md').sort();

test('there are prompts', () => {
  expect(prompts.length).toBeGreaterThan(0);
});

test.each(prompts)('%s is whole', (file) => {
  const id = relative('prompts', file).replace(/\.md$/, '');
  const text = readFileSync(file, 'utf8');
  expect(() => parsePrompt(id, text)).not.toThrow();
  expect(text.split('\n').length).toBeLessThanOrEqual(150);
  const asked = files.filter((each) => textOf(each).includes(`'${id}'`));
  expect(asked).not.toEqual([]);
});
