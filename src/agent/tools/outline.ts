/** outline: what a file defines, and where. */
import { z } from 'zod';
import { runInside } from '#agent/inside.ts';
import type { Tool } from '#agent/tool.ts';

const Input = z.strictObject({
  path: z.string().min(1).max(1000).describe('The file, from the root of the repository.'),
});

export const outline: Tool<z.infer<typeof Input>> = {
  name: 'outline',
  description: 'Shows the functions, classes and types of one file with their lines.',
  input: Input,
  run: (input, workspace) => runInside({ program: 'outline', input }, workspace),
};
