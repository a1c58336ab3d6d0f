/** The commands that people may type. */
import type { Command } from './command.ts';
import { generate } from './generate.ts';

export const commands: readonly Command[] = [generate];
