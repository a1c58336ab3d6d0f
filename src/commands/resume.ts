/** `/sluice resume`: takes a stop back. */
import type { Command } from './command.ts';

export const resume: Command = {
  name: 'resume',
  usage: 'Takes a stop back, so that work here can be asked for again.',
};
