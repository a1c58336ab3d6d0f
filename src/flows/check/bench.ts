/** Bench: what the verbs of a run share, and how its check runs are named. */
import { z } from 'zod';
import type { Context } from '#engine/flow.ts';
import type { CheckReport, RepositorySession } from '#ports/forge.ts';
import type { Subject } from './admit.ts';
import type { Asked } from './asked.ts';
import type { Told } from './report.ts';

export interface Bench {
  readonly context: Context;
  readonly session: RepositorySession;
  readonly subject: Subject;
  readonly asked: Asked;
}

export const Written = z.object({ url: z.string() });

/** A check run of this run, found again by whoever goes on with it. */
export function inFull({ context, subject }: Bench, told: Told): CheckReport {
  const { head: commit, number: of, look } = subject;
  return { ...told, commit, of, key: `${look}:${context.run.id}` };
}
