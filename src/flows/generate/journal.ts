/** Journal: keeps the status comment up to date while a run goes through its phases, and words its end. */
import { z } from 'zod';
import type { Outcome, RunResult } from '#core/run.ts';
import { keyed, type Context } from '#engine/flow.ts';
import type { RepositorySession } from '#ports/forge.ts';
import { remarksOf } from './remarks.ts';
import { acceptedText, endText, progressText, tell, type Notes, type Phase } from './status.ts';

export const Told = z.object({ url: z.string() });

export interface Ending {
  readonly outcome: Outcome;
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
  /** What was found on the way: Markdown that is safe to publish. */
  readonly found?: string;
  /** What a person can do now. */
  readonly next: string;
  readonly facts?: RunResult['facts'];
}

export interface Journal {
  /** Says that the run may begin. */
  accept(): Promise<void>;
  /** Says that a phase begins. */
  enter(phase: Phase): Promise<void>;
  /** What came of the present phase: Markdown that is safe to publish. Told with the next phase. */
  note(text: string): void;
  /** What was found so far, in the same Markdown: told at an end that brings nothing of its own. */
  keep(found: string): void;
  end(ending: Ending): Promise<RunResult>;
}

export function openJournal(context: Context, session: RepositorySession): Journal {
  const { run, event } = context;
  const issue = event.issue.number;
  const notes: Record<string, string> = {};
  let now: Phase | undefined;
  let kept: string | undefined;
  // A run that was superseded must not speak over the newer one, so each word is an effect.
  const say = (step: string, text: (remarks: readonly string[]) => string) =>
    context.effect(
      `status-${step}`,
      Told,
      keyed(async () => tell(session, { issue, run, text: text(await remarksOf(context)) })),
    );
  return {
    async accept() {
      await say('accepted', (remarks) => acceptedText(run, remarks));
    },
    async enter(phase) {
      now = phase;
      await say(phase, (remarks) => progressText(run, { now: phase, notes, remarks }));
    },
    note(text) {
      if (now !== undefined) notes[now] = text;
    },
    keep(found) {
      kept = found;
    },
    async end({ outcome, code, reason, found = kept, next, facts = {} }) {
      const cost = context.spent();
      const at = outcome === 'proven' ? undefined : now;
      const shown: Notes = notes;
      await say('end', (remarks) =>
        endText(run, {
          result: { outcome, code, reason },
          remarks,
          cost,
          at,
          notes: shown,
          next,
          ...(found === undefined ? {} : { found }),
        }),
      );
      return { outcome, code, reason, facts: { ...facts, cost } };
    },
  };
}
