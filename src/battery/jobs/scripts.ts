/** Scripts: hostile jobs that are one shell script, the same inside and outside. They print `ran`, and `breached` when they got it. */
import { floods } from './floods.ts';
import { reach, tools } from './reach.ts';
import type { Script } from './script.ts';
import { network, secrets } from './secrets.ts';

export const scripts: readonly Script[] = [...secrets, ...network, ...floods, ...tools, ...reach];
