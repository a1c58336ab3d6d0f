/** A run as a row: its columns, and how it is read back. */
import { z } from 'zod';
import { Event } from '#core/event.ts';
import { hasEnded, outcomes, runStates } from '#core/run.ts';

export const RunRow = z.object({
  id: z.string(),
  flow: z.string(),
  key: z.string(),
  state: z.enum(runStates),
  event: Event,
  input: z.unknown(),
  attempts: z.int(),
  result: z
    .object({
      outcome: z.enum(outcomes),
      reason: z.string(),
      code: z.string(),
      facts: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  supersededBy: z.string().nullable(),
  createdAt: z.date(),
  endedAt: z.date().nullable(),
});

export const runColumns = `id, flow, key, state, event, input, attempts, result, superseded_by as "supersededBy",
  created_at as "createdAt", ended_at as "endedAt"`;

/** The states of runs that have not ended. */
export const open = runStates.filter((state) => !hasEnded(state));
