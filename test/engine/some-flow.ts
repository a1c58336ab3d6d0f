/** Parts for the engine's tests: a flow that does what a test says, a model that counts, and how a run ended. */
import { z } from 'zod';
import { hasEnded, type Run, type RunResult } from '#core/run.ts';
import type { Context, Flow } from '#engine/flow.ts';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';
import type { Postgres } from '#adapters/postgres/open.ts';

export const proven: RunResult = { outcome: 'proven', reason: 'It holds.', code: 'ok', facts: {} };

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
