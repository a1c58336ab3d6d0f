/** Policies: rules that owners write over the facts of a change, and what came of asking them. */
import { z } from 'zod';
import { answers } from './verdict.ts';

/** Policies of one owner; characters of an expression. With these no reading of them takes long. */
const most = 50;
const longest = 2_000;

/** One rule: `when` holds of the facts, then `answer`. There is no rule that allows: what others refuse stays refused. */
export const Policy = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, {
    error: 'It has to be a name of at most 50 lower-case letters, digits and hyphens.',
  }),
  /** An expression in CEL over the facts (`policy facts` prints them) that is true or false. */
  when: z.string().min(1).max(longest),
  /** What it means for the change when it is true. */
  answer: z.enum(['warn', 'block']).default('block'),
  /** What people are told then: why, and what they can do. */
  message: z.string().min(1).max(500),
  /** Who may lift it, in words: `a maintainer`, `the security team`. */
  lift: z.string().min(1).max(100).optional(),
});
export type Policy = Readonly<z.infer<typeof Policy>>;

export const Policies = z
  .array(Policy)
  .max(most)
  .superRefine((policies, context) => {
    policies.forEach(({ name }, index) => {
      const isSecond = policies.findIndex((other) => other.name === name) < index;
      if (isSecond) {
        const message = `There is another policy named ${name} above.`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    });
  });

/** A file of rules in Rego. */
export interface RegoFile {
  readonly path: string;
  readonly text: string;
}

/** Everything that one owner wants asked. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  readonly rego: readonly RegoFile[];
}

/** The operator's are asked beside the repository's: neither can take back what the other says. */
export const owners = ['operator', 'repository'] as const;
export type Owner = (typeof owners)[number];

/** What one rule said of a change. One that cannot answer blocks, and its reason says why it cannot. */
export const Ruled = z.object({
  owner: z.enum(owners),
  name: z.string(),
  answer: z.enum(answers),
  /** A sentence for people; empty when it passes. Plain text from outside. */
  reason: z.string(),
  /** Who may lift it, in words; null where the rule does not say. */
  lift: z.string().nullable(),
});
export type Ruled = Readonly<z.infer<typeof Ruled>>;

/** What is wrong with an expression before anything is asked. */
export interface PolicyProblem {
  /** The place of its policy in the list, counted from 0. */
  readonly index: number;
  /** Characters before what is wrong. */
  readonly at: number;
  readonly problem: string;
}

/** Where a repository keeps rules in Rego; tests of them are not asked. */
export function isRegoPolicy(path: string): boolean {
  return /^\.github\/policies\/(?:[^/]+\/)*[^/]+\.rego$/.test(path) && !path.endsWith('_test.rego');
}
