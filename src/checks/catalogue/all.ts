/** All checks, in the order in which they are told. */
import type { Check } from '#checks/check.ts';
import { secrets } from './secrets.ts';
import { suppressions } from './suppressions.ts';

export const checks: readonly Check[] = [secrets, suppressions];
