/** search: where a text or a pattern stands in the repository. */
import { z } from 'zod';
import { runInside } from '#agent/inside.ts';
import type { Tool } from '#agent/tool.ts';

const Input = z.strictObject({
  text: z.string().min(1).max(1000).describe('What to look for, within one line.'),
  regex: z.boolean().optional().describe('Whether text is a regular expression (Rust syntax).'),
  ignoreCase: z.boolean().optional(),
  path: z
    .string()
    .max(1000)
    .optional()
    .describe('Only in this file or folder, or where this pattern fits, as in src/**/*.ts.'),
  context: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('Lines to show before and after each, at most 10.'),
});

export const search: Tool<z.infer<typeof Input>> = {
  name: 'search',
  description: 'Finds a text or pattern in the files of the repository. Shows at most 100 lines.',
  input: Input,
  run: (input, workspace) => runInside({ program: 'search', input }, workspace),
};
