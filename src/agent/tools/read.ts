/** read: the lines of a file. */
import { z } from 'zod';
import { runInside } from '#agent/inside.ts';
import type { Tool } from '#agent/tool.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(1000).describe('The file, from the root of the repository.'),
  from: z.int().min(1).max(10_000_000).optional().describe('The first line; 1 when left out.'),
  to: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe('The last line; the end of the file when left out.'),
});

export const read: Tool<z.infer<typeof Input>> = {
  name: 'read',
  description:
    'Reads a file with line numbers, which are no part of it. At most 400 lines at once.',
  input: Input,
  run: (input, workspace) => runInside({ program: 'read', input }, workspace),
};
