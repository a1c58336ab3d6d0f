/** list: which files there are. */
import { z } from 'zod';
import { runInside } from '#agent/inside.ts';
import type { Tool } from '#agent/tool.ts';

const Input = z.strictObject({
  path: z.string().max(1000).optional().describe('The folder; the whole repository when left out.'),
  depth: z.int().min(1).max(8).optional().describe('How many folders deep; 2 when left out.'),
});

export const list: Tool<z.infer<typeof Input>> = {
  name: 'list',
  description: 'Lists files and folders with their sizes. At most 300 of them at once.',
  input: Input,
  run: (input, workspace) => runInside({ program: 'list', input }, workspace),
};
