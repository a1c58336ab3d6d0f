/** `/sluice stop`: ends what is under way here, and lets nothing begin. */
import type { Command } from './command.ts';

export const stop: Command = {
  name: 'stop',
  usage: 'Stops what is under way here at once. Nothing begins here again until `/sluice resume`.',
};
