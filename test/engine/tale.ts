/** A flow in four steps whose deeds are lines in a file, so that another process can count them. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Flow } from '#engine/flow.ts';
import type { Model, ModelRequest } from '#ports/model.ts';

export type Hang = (tale: string, here: string) => Promise<void>;

export const tales = [
  'calm',
  'in the step',
  'in the model call',
  'after the model call',
  'before the effect',
  'after the effect',
  'before the end',
];

export function deeds(folder: string, key: string): readonly string[] {
  return readFileSync(join(folder, key.replaceAll('/', '-')), 'utf8')
    .trim()
    .split('\n');
}

function write(folder: string, key: string, line: string): void {
  appendFileSync(join(folder, key.replaceAll('/', '-')), `${line}\n`);
}

export function taleModel(folder: string, hang: Hang): Model {
  return {
    name: 'tale',
    async complete({ messages }: ModelRequest) {
      const key = messages.map(({ content }) => content).join('');
      await hang(key.replace(/\/.*/, ''), 'in the model call');
      write(folder, key, 'model');
      const usage = { inputTokens: 1, outputTokens: 1, cachedTokens: 0, usd: 0, estimated: false };
      return { model: 'tale', text: 'an answer', toolCalls: [], stop: 'end', usage };
    },
  };
}

export function taleFlow(name: string, folder: string, hang: Hang): Flow<{ number: number }> {
  return {
    name,
    input: z.object({ number: z.int() }),
    on: (event) => ({ number: event.issue.number }),
    key: (event) => `${name}/${event.issue.number}`,
    async run({ step, effect, model, signal, run: { key } }) {
      await step('plan', z.null(), async () => {
        await hang(name, 'in the step');
        write(folder, key, 'plan');
        return null;
      });
      const messages = [{ role: 'user', content: key }] as const;
      const asked = { task: 'tale/patch', messages, tools: [], maxOutputTokens: 9 };
      const answer = await model?.complete(asked, signal);
      await hang(name, 'after the model call');
      const comment = await effect('comment', z.string(), {
        find: () => Promise.resolve(deeds(folder, key).includes('comment') ? 'found' : undefined),
        act: async () => {
          await hang(name, 'before the effect');
          write(folder, key, 'comment');
          await hang(name, 'after the effect');
          return 'made';
        },
      });
      await hang(name, 'before the end');
      return { outcome: 'proven', reason: comment, code: 'ok', facts: { answer: answer?.text } };
    },
  };
}
