/** What a world says of merging, of protected branches and of checks that other Apps reported. */
import { z } from 'zod';
import { conclusions } from '#local-github/conclusion.ts';
import { mergeMethods } from '#local-github/state/merging.ts';

export const Merges = z.strictObject({
  /** As on GitHub all three are allowed unless said otherwise. */
  methods: z
    .array(z.enum(mergeMethods))
    .min(1)
    .default([...mergeMethods]),
  /** Whether a merge removes the head branch. */
  deleteBranch: z.boolean().default(false),
  squashTitle: z.enum(['COMMIT_OR_PR_TITLE', 'PR_TITLE']).default('COMMIT_OR_PR_TITLE'),
  squashMessage: z.enum(['COMMIT_MESSAGES', 'PR_BODY', 'BLANK']).default('COMMIT_MESSAGES'),
  mergeTitle: z.enum(['MERGE_MESSAGE', 'PR_TITLE']).default('MERGE_MESSAGE'),
  mergeMessage: z.enum(['PR_TITLE', 'PR_BODY', 'BLANK']).default('PR_TITLE'),
  /** Asked so often after a move of either side, a pull request does not know yet whether it can be merged. */
  unknownFor: z.int().min(0).max(20).default(0),
});

export const Protection = z.strictObject({
  /** Names of check runs or statuses. */
  checks: z.array(z.string().min(1)).default([]),
  strict: z.boolean().default(false),
  approvals: z.int().min(0).max(6).default(0),
});

/** A check run of another App. */
export const Check = z.strictObject({
  app: z.string().regex(/^[a-z\d-]+$/, 'must be small letters, digits and dashes'),
  name: z.string().min(1),
  /** Absent: the default branch. */
  branch: z.string().min(1).optional(),
  /** Absent: it is under way. */
  conclusion: z.enum(conclusions).optional(),
  title: z.string().optional(),
  summary: z.string().optional(),
});
export type Check = z.output<typeof Check>;
