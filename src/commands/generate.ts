/** `/sluice generate`: does what the label does. */
import type { Command } from './command.ts';

export const generate: Command = {
  name: 'generate',
  usage:
    'Looks for the bug that this issue tells, proves it with a test, and proposes a change that fixes it.',
};
