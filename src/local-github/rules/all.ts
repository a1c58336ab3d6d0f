/** The table of rules: everything that the double promises to do as GitHub does. */
import { credentialRules } from './credentials.ts';
import type { Rule } from './rule.ts';

export const rules: readonly Rule[] = [...credentialRules];
