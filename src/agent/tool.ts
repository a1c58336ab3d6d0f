/** Tool: a read-only look at the workspace that a model may ask for. It runs inside the sandbox. */
import type { z } from 'zod';
import type { Workspace } from '#ports/sandbox.ts';

/** To add one: a file in `agent/tools/` with a value of this type, and its line in `agent/tools/all.ts`. */
export interface Tool<Input = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** The text that the model reads. Throws unusable with what to do better. */
  run(input: Input, workspace: Workspace): Promise<string>;
}
