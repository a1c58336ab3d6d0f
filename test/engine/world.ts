/** A world without a forge, for flows that use none; needs no test runner, so that child processes can use it too. */
import type { World } from '#engine/flow.ts';
import type { Clock } from '#ports/clock.ts';
import type { Model } from '#ports/model.ts';
import { silentLog } from '../silent-log.ts';

/** An hour behind the database's clock, so that pauses between tries are over at once; chance is always the smallest. */
export const plainClock: Clock = {
  now: () => new Date(Date.now() - 3_600_000),
  sleep: () => Promise.reject(new Error('the engine does not sleep')),
  id: () => `00000000${crypto.randomUUID().slice(8)}`,
};

/** What these flows do not use is absent, and says so when it is touched. */
export function worldWith(model?: Model): World {
  const absent = () => {
    throw new Error('not part of this test');
  };
  return {
    forge: { open: absent },
    model,
    sandbox: { health: absent, open: absent, kept: absent, close: absent },
    trees: {
      fetch: absent,
      list: absent,
      others: absent,
      read: absent,
      readAll: absent,
      layer: absent,
    },
    packages: { install: absent },
    rules: { bound: absent, check: absent, ask: absent },
    tools: { find: () => undefined },
    advisories: { version: '', updated: () => undefined, about: absent },
    findings: { recall: absent, keep: absent },
    prompts: new Map(),
    clock: plainClock,
    log: silentLog,
  };
}
