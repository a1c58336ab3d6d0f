/** The commands that people may type. */
import type { Command } from './command.ts';
import { generate } from './generate.ts';
import { resume } from './resume.ts';
import { stop } from './stop.ts';

export const commands: readonly Command[] = [generate, stop, resume];
