/** The gates that every change passes before it leaves, in the order in which people read them. */
import type { Gate } from './gate.ts';
import { checks } from './checks.ts';
import { dependencies } from './dependencies.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { lint } from './lint.ts';
import { policy } from './policy.ts';
import { proof } from './proof.ts';
import { protectedPaths } from './protected-paths.ts';
import { regression } from './regression.ts';
import { secrets } from './secrets.ts';
import { size } from './size.ts';
import { testsKept } from './tests-kept.ts';
import { tree } from './tree.ts';

export const gates: readonly Gate[] = [
  proof,
  regression,
  lint,
  checks,
  testsKept,
  tree,
  protectedPaths,
  dependencies,
  size,
  secrets,
  hiddenCharacters,
  policy,
];
