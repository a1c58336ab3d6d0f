/** What the steps of a generate run keep: plain data, read by schema when a run goes on after a restart. */
import { z } from 'zod';
import { Linter, type LintReport } from '#checks/lint.ts';
import { Suite } from '#checks/detect.ts';
import type { FileChange } from '#core/change.ts';
import type { SuiteReport } from '#core/evidence.ts';

const TestCase = z.object({
  id: z.string(),
  file: z.string(),
  state: z.enum(['passed', 'failed', 'skipped']),
  message: z.string().nullable(),
  fault: z.enum(['assertion', 'exception', 'load']).nullable(),
});

export const KeptReport: z.ZodType<SuiteReport> = z.object({
  runner: z.string(),
  command: z.string(),
  state: z.enum(['passed', 'failed', 'crashed', 'timed-out', 'skipped']),
  reason: z.string().nullable(),
  cases: z.array(TestCase).readonly(),
});

export const KeptLint: z.ZodType<LintReport> = z.object({
  state: z.enum(['clean', 'findings', 'crashed', 'timed-out']),
  findings: z.array(z.string()).readonly().nullable(),
  reason: z.string().nullable(),
});

export const KeptFiles: z.ZodType<readonly FileChange[]> = z
  .array(
    z.object({
      path: z.string(),
      mode: z.enum(['100644', '100755']),
      content: z.object({ encoding: z.enum(['utf-8', 'base64']), text: z.string() }).nullable(),
    }),
  )
  .readonly();

/** How the repository is checked, and what that says of the base commit. */
export const Baseline = z.object({
  suite: Suite,
  linter: Linter.nullable(),
  tests: KeptReport,
  lint: KeptLint.nullable(),
});
export type Baseline = Readonly<z.infer<typeof Baseline>>;

/** The baseline, or why nothing can be proven here. */
export const LookedAt = z.union([
  z.object({ baseline: Baseline }),
  z.object({ problem: z.string() }),
]);
export type LookedAt = Readonly<z.infer<typeof LookedAt>>;

/** Where the model wants to look and what it means to do. */
export const Plan = z.object({
  files: z.array(z.string()).readonly(),
  /** The lines that matter of files that are too long to be shown whole; from 1, both ends included. */
  spans: z.array(z.object({ path: z.string(), from: z.int(), to: z.int() })).readonly(),
  plan: z.string(),
});
export type Plan = Readonly<z.infer<typeof Plan>>;

/** One try of the model: what it wrote, and why that is not enough, or null when it is. */
export const Attempt = z.object({
  files: KeptFiles,
  /** What the model says about it, unread and unchecked. */
  summary: z.string(),
  /** Its whole answer, to be shown to it again when it was not enough. */
  answer: z.string(),
  problem: z.string().nullable(),
  /** What the new test said on the base commit, or the suite with the change; null when nothing could be run. */
  report: KeptReport.nullable(),
});
export type Attempt = Readonly<z.infer<typeof Attempt>>;

/** All evidence of one change, gathered anew on clean layers. */
export const Evidence = z.object({
  before: KeptReport,
  reproduced: KeptReport,
  /** The proof's files alone, with the change. */
  proven: KeptReport,
  after: KeptReport,
  lintBefore: KeptLint.nullable(),
  lintAfter: KeptLint.nullable(),
  /** Tests that passed in one run of the base commit and not in another: they prove nothing either way. */
  flaky: z.array(z.string()).readonly(),
});
export type Evidence = Readonly<z.infer<typeof Evidence>>;
