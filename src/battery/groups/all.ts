/** The groups of attacks, in the order in which they are told. */
import type { Group } from '#battery/attack.ts';
import { authorisation } from './authorisation.ts';
import { collector } from './collector.ts';
import { evilModel } from './evil-model.ts';
import { faults } from './faults.ts';
import { git } from './git.ts';
import { install } from './install.ts';
import { hostileJobs } from './jobs.ts';
import { kernel } from './kernel.ts';

export const groups: readonly Group[] = [
  kernel,
  hostileJobs,
  faults,
  authorisation,
  collector,
  git,
  install,
  evilModel,
];
