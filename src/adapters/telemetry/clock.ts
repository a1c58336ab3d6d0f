/** The machine's own time and chance. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '#ports/clock.ts';

export function systemClock(): Clock {
  return {
    now: () => new Date(),
    async sleep(milliseconds, signal) {
      try {
        await wait(milliseconds, undefined, { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
    id: () => crypto.randomUUID(),
  };
}
