/** Parts for the engine's tests: a world without a forge, a flow that does what a test says, and a run that ended. */
import { z } from 'zod';
import type { Event } from '#core/event.ts';
import { hasEnded, type Run, type RunResult } from '#core/run.ts';
import { enqueue } from '#engine/enqueue.ts';
import type { Context, Flow, World } from '#engine/flow.ts';
import type { Clock } from '#ports/clock.ts';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';
import type { Postgres } from '#adapters/postgres/open.ts';
import { someEvent } from '../contracts/store.ts';
import { silentLog } from '../postgres.ts';

export const proven: RunResult = { outcome: 'proven', reason: 'It holds.', code: 'ok', facts: {} };

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
    trees: { fetch: absent, list: absent, read: absent, layer: absent },
    packages: { install: absent },
    prompts: new Map(),
    clock: plainClock,
    log: silentLog,
  };
}

export function flowThat(
  run: (context: Context, input: { number: number }) => Promise<RunResult>,
  over: Partial<Flow<{ number: number }>> = {},
): Flow<{ number: number }> {
  return {
    name: 'generate',
    input: z.object({ number: z.int() }),
    on: (event) => ({ number: event.issue.number }),
    key: (event) => `generate/${event.issue.number}`,
    run,
    ...over,
  };
}

export function eventOn(number: number, delivery: string): Event {
  return { ...someEvent, delivery, issue: { ...someEvent.issue, number } };
}

let lastIssue = 0;

/** Delivers a label on an issue of its own, or on the one given; the run's id. */
export async function deliver(
  { store, queue }: Postgres,
  flow: Flow<{ number: number }>,
  issue = ++lastIssue,
): Promise<string> {
  const id = crypto.randomUUID();
  const parts = { store, queue, flows: [flow], log: silentLog };
  const [run] = await enqueue(parts, { id, name: 'issues', event: eventOn(issue, id) });
  return run ?? 'none';
}

export async function endOf({ store }: Postgres, id: string): Promise<Run> {
  for (;;) {
    const run = await store.run(id);
    if (run !== undefined && hasEnded(run.state)) return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function request(text: string, task = 'generate/patch'): ModelRequest {
  return { task, messages: [{ role: 'user', content: text }], tools: [], maxOutputTokens: 100 };
}

/** Answers with the number of the call; throws what `failing` says for it. */
export function countingModel(failing: (call: number) => Error | undefined = () => undefined) {
  const calls: string[] = [];
  const model: Model = {
    name: 'counting',
    complete({ messages }): Promise<ModelAnswer> {
      calls.push(messages.map(({ content }) => content).join());
      const error = failing(calls.length);
      if (error !== undefined) return Promise.reject(error);
      const usage = {
        inputTokens: 10,
        outputTokens: 5,
        cachedTokens: 0,
        usd: 0.01,
        estimated: false,
      };
      const text = `answer ${calls.length}`;
      return Promise.resolve({ model: 'counting', text, toolCalls: [], stop: 'end', usage });
    },
  };
  return { model, calls };
}
