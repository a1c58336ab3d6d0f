/** A flow whose runs wait like a model, and tell when they begin and end; in every process of the measurement alike. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Event } from '#core/event.ts';
import type { Flow } from '#engine/flow.ts';
import { someEvent } from '../some-event.ts';

/** What a worker tells of a run. `at` is in milliseconds of the clock that all processes share. */
export interface Told {
  readonly tells: 'ready' | 'began' | 'asked' | 'ended';
  readonly run: string;
  readonly installation: number;
  readonly at: number;
}

const Input = z.object({ milliseconds: z.int() });
type Input = z.infer<typeof Input>;

export const now = (): number => performance.timeOrigin + performance.now();

/** An event on an issue of its own; its title is how long the run waits, in milliseconds. */
export function eventFor(installation: number, milliseconds: number): Event {
  const delivery = crypto.randomUUID();
  return {
    ...someEvent,
    delivery,
    repository: { ...someEvent.repository, id: installation, installation },
    issue: { ...someEvent.issue, title: String(milliseconds) },
  };
}

export function waitingFlow(tell: (told: Told) => void): Flow<Input> {
  return {
    name: 'waiting',
    input: Input,
    on: ({ issue }) => ({ milliseconds: Number(issue.title) }),
    key: ({ delivery }) => `waiting/${delivery}`,
    async run({ run, event, signal, step }, { milliseconds }) {
      const { installation } = event.repository;
      const say = (tells: Told['tells']) => tell({ tells, run: run.id, installation, at: now() });
      say('began');
      try {
        // In pieces, as a run of many model calls: each is remembered, so that who takes over asks only for the rest.
        for (let piece = 1; piece <= 3; piece += 1)
          await step(`model-${String(piece)}`, z.null(), async (own) => {
            say('asked');
            await wait(milliseconds / 3, undefined, { signal: AbortSignal.any([signal, own]) });
            return null;
          });
        return { outcome: 'proven', reason: 'It waited.', code: 'ok', facts: {} };
      } finally {
        say('ended');
      }
    },
  };
}
