/** All checks, in the order in which they are told. */
import type { Check } from '#checks/check.ts';

export const checks: readonly Check[] = [];
