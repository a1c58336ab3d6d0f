/** End: one that was decided and of which people are still being told; it survives a crash, and the flow is not run any more. */
import { z } from 'zod';
import { outcomes, type Step } from '#core/run.ts';
import type { Next } from './retry.ts';
import type { Attempt } from './step.ts';

/** The step of the engine's own that is kept beside the flow's meanwhile. */
export const endStep = 'engine/end';

const End = z.object({
  next: z.literal('end'),
  state: z.enum(['succeeded', 'failed', 'cancelled', 'superseded']),
  result: z.object({
    outcome: z.enum(outcomes),
    reason: z.string(),
    code: z.string(),
    facts: z.record(z.string(), z.unknown()),
  }),
  tell: z.boolean(),
});
const Decided = z.object({ decided: z.int() });
export type End = Extract<Next, { next: 'end' }>;

/** An end that was decided before a crash or by others, or whose telling is tried again. */
export function pendingEnd({ kept }: Attempt): End | undefined {
  const known = kept.get(endStep);
  return known?.state === 'started' ? End.safeParse(known.output).data : undefined;
}

/** A run that people start again may end again, so an end is known by the attempt that decided it. */
export function decidedIn({ state, output }: Pick<Step, 'state' | 'output'>): number | undefined {
  return state === 'started' ? Decided.safeParse(output).data?.decided : undefined;
}
