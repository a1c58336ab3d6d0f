/** Faults: what the product stands on breaks; it must stop, write nothing, run nothing, and say why. */
import type { Group } from '#battery/attack.ts';
import { forgeFaults } from '#battery/faults/forge.ts';
import { modelFaults } from '#battery/faults/model.ts';
import { sandboxFaults } from '#battery/faults/sandbox.ts';

export const faults: Group = {
  name: 'faults',
  about: 'what the product stands on breaks: nothing runs, nothing is written, and it is said',
  attacks: [...sandboxFaults, ...forgeFaults, ...modelFaults],
};
