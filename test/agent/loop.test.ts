/** The agent: how it talks to a model, and when it stops. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, type Question } from '#agent/loop.ts';
import type { Tool } from '#agent/tool.ts';
import { errors } from '#core/errors.ts';
import type { Model, ModelAnswer, ModelRequest, ToolCall } from '#ports/model.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';

const prompt = `---
id: plan
inputs: [issue]
answer: Answer with one number.
---

# System

You count.

# User

{{issue}}
`;

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

const unused = () => Promise.reject(new Error('not part of this test'));
const workspace: Workspace = {
  exec: unused,
  ask: unused,
  write: unused,
  collect: unused,
  keep: unused,
  close: unused,
};

type Said = Partial<ModelAnswer>;

const usage = { inputTokens: 1, outputTokens: 1, cachedTokens: 0, usd: null, estimated: false };

/** A model that says one thing after another, and keeps what it was asked; the last is repeated. */
function speaker(...said: readonly Said[]): Model & { readonly heard: ModelRequest[] } {
  const heard: ModelRequest[] = [];
  return {
    name: 'speaker',
    heard,
    complete(request) {
      const next = said[Math.min(heard.length, said.length - 1)];
      heard.push(request);
      return Promise.resolve({
        model: 'speaker',
        text: '',
        toolCalls: [],
        stop: 'end',
        usage,
        ...next,
      });
    },
  };
}

function number(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw errors.answerUnusable(`"${text}" is no number.`);
  return value;
}

function asking(model: Model, question: Partial<Question<number>> = {}): Promise<number> {
  const world = {
    model,
    prompts: new Map([['plan', prompt]]),
    signal: new AbortController().signal,
    log: silent,
  };
  return ask(world, { prompt: 'plan', inputs: { issue: 'How many?' }, read: number, ...question });
}

function calling(name: string, input: unknown, id = 'x'): Said {
  const call: ToolCall = {
    id,
    name,
    arguments: typeof input === 'string' ? input : JSON.stringify(input),
  };
  return { toolCalls: [call], stop: 'tools' };
}

const look: Tool<{ pattern: string; limit?: number | undefined }> = {
  name: 'look',
  description: 'Looks for a pattern.',
  input: z.strictObject({
    pattern: z.string().min(1).max(100).regex(/./).describe('what to find'),
    limit: z.int().min(1).optional(),
    kinds: z.array(z.enum(['a', 'b'])).optional(),
    where: z.union([z.string(), z.object({ line: z.int() })]).optional(),
  }),
  run: ({ pattern }) => {
    if (pattern === 'nothing')
      return Promise.reject(errors.answerUnusable('Nothing found: try less.'));
    if (pattern === 'broken') return Promise.reject(new Error('the sandbox broke'));
    return Promise.resolve(
      pattern === 'much' ? `${'line\n'.repeat(20_000)}end` : `found ${pattern}\u202E`,
    );
  },
};

const withTools = { tools: [look], workspace };

describe('an answer', () => {
  test('is read from what the model says to the filled prompt', async () => {
    const model = speaker({ text: '7' });
    expect(await asking(model)).toBe(7);
    expect(model.heard).toEqual([
      {
        task: 'plan',
        messages: [
          { role: 'system', content: 'You count.' },
          { role: 'user', content: 'How many?' },
        ],
        tools: [],
        maxOutputTokens: 8_000,
      },
    ]);
  });

  test('that cannot be used is asked for again with the reason', async () => {
    const model = speaker({ text: 'seven' }, { text: '7' });
    expect(await asking(model)).toBe(7);
    expect(model.heard[1]?.messages.slice(2)).toEqual([
      { role: 'assistant', content: 'seven', toolCalls: [] },
      {
        role: 'user',
        content: 'Your answer cannot be used:\n\n"seven" is no number.\n\nAnswer with one number.',
      },
    ]);
  });

  test('is asked for again no more often than was allowed', async () => {
    const model = speaker({ text: 'seven' });
    await expect(asking(model, { retries: 1 })).rejects.toThrow('"seven" is no number.');
    expect(model.heard).toHaveLength(2);
  });

  test('that is empty is one that cannot be used', async () => {
    expect(await asking(speaker({ text: ' \n' }, { text: '7' }))).toBe(7);
  });

  test('that breaks the reader for another reason is thrown on', async () => {
    const broken = () => Promise.reject(new TypeError('bug'));
    await expect(asking(speaker({ text: '7' }), { read: broken })).rejects.toThrow(TypeError);
  });
});

describe('a tool', () => {
  test('is run with what the model asked, and its result goes back', async () => {
    const model = speaker(calling('look', { pattern: 'x' }, 'id1'), { text: '7' });
    expect(await asking(model, withTools)).toBe(7);
    expect(model.heard[1]?.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'id1', name: 'look', arguments: '{"pattern":"x"}' }],
      },
      { role: 'tool', callId: 'id1', content: 'found x' },
    ]);
  });

  test('is described without words of JSON Schema that strict servers refuse', async () => {
    const model = speaker({ text: '7' });
    await asking(model, withTools);
    expect(model.heard[0]?.tools).toEqual([
      {
        name: 'look',
        description: 'Looks for a pattern.',
        parameters: {
          type: 'object',
          properties: {
            pattern: { type: 'string', description: 'what to find' },
            limit: { type: 'integer' },
            kinds: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
            where: {
              anyOf: [
                { type: 'string' },
                { type: 'object', properties: { line: { type: 'integer' } }, required: ['line'] },
              ],
            },
          },
          required: ['pattern'],
          additionalProperties: false,
        },
      },
    ]);
  });

  test('that finds nothing says so without costing a retry', async () => {
    const model = speaker(calling('look', { pattern: 'nothing' }), { text: '7' });
    expect(await asking(model, { ...withTools, retries: 0 })).toBe(7);
    expect(model.heard[1]?.messages.at(-1)).toMatchObject({ content: 'Nothing found: try less.' });
  });

  test('that breaks ends the conversation with its error', async () => {
    await expect(
      asking(speaker(calling('look', { pattern: 'broken' })), withTools),
    ).rejects.toThrow('the sandbox broke');
  });

  test('whose result is long is cut in the middle', async () => {
    const model = speaker(calling('look', { pattern: 'much' }), { text: '7' });
    await asking(model, withTools);
    const content = model.heard[1]?.messages.at(-1)?.content ?? '';
    expect(content.length).toBeLessThan(43_300);
    expect(content).toMatch(
      /^line\n[\s\S]*line\n\[\d+ characters left out here\]\nline\n[\s\S]*\nend$/,
    );
  });

  test.each([
    ['that does not exist', calling('grep', {}), 'There is no tool "grep". Tools: look.'],
    [
      'with arguments that are no JSON',
      calling('look', '{"pattern":'),
      'The arguments of look cannot be read:',
    ],
    ['with arguments that do not fit', calling('look', { pattern: 3 }), 'at pattern'],
    ['without arguments', calling('look', ''), 'The arguments of look cannot be read:'],
  ])('%s is told as a mistake', async (_what, said, told) => {
    const model = speaker(said, { text: '7' });
    expect(await asking(model, withTools)).toBe(7);
    expect(model.heard[1]?.messages.at(-1)?.content).toContain(told);
  });
});

describe('a conversation stops', () => {
  const stopped = (told: RegExp): unknown =>
    expect.objectContaining({
      code: 'model-stopped',
      kind: 'unusable',
      message: expect.stringMatching(told),
    });

  test('with its last call, which gets no tools and is told so', async () => {
    const model = speaker(calling('look', { pattern: 'a' }), calling('look', { pattern: 'b' }), {
      text: '7',
    });
    expect(await asking(model, { ...withTools, maxCalls: 3 })).toBe(7);
    expect(model.heard.map(({ tools }) => tools.length)).toEqual([1, 1, 0]);
    expect(model.heard[2]?.messages.at(-1)).toEqual({
      role: 'user',
      content: 'This is your last answer, without tools. Answer with one number.',
    });
  });

  test('and the notice of the last call joins a message that waits for an answer', async () => {
    const model = speaker({ text: 'seven' }, { text: '7' });
    await asking(model, { maxCalls: 2 });
    const { messages } = model.heard[1]!;
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages.at(-1)?.content).toMatch(/no number[\s\S]*This is your last answer/);
  });

  test('when the last answer is none', async () => {
    await expect(
      asking(speaker(calling('look', { pattern: 'a' })), { ...withTools, maxCalls: 2 }),
    ).rejects.toThrow('The answer is empty.');
  });

  test('when the answer is cut at its greatest length', async () => {
    await expect(asking(speaker({ text: '7', stop: 'length' }))).rejects.toThrow(
      stopped(/cut off/),
    );
  });

  test('when the model refuses', async () => {
    await expect(asking(speaker({ text: 'I will not.', stop: 'refused' }))).rejects.toThrow(
      stopped(/refused\. I will not\./),
    );
  });

  test('when the same call gives the same result four times', async () => {
    const model = speaker(calling('look', { pattern: 'a' }));
    await expect(asking(model, withTools)).rejects.toThrow(stopped(/same result 4 times/));
    expect(model.heard).toHaveLength(4);
  });

  test('after three mistakes of form in a row', async () => {
    const model = speaker(calling('a', {}), calling('b', {}), calling('c', {}));
    await expect(asking(model, withTools)).rejects.toThrow(stopped(/3 mistakes of form/));
    expect(model.heard).toHaveLength(3);
  });

  test('but not when a right call stands between them', async () => {
    const model = speaker(
      calling('a', {}),
      calling('b', {}),
      calling('look', { pattern: 'x' }),
      calling('c', {}),
      { text: '7' },
    );
    expect(await asking(model, withTools)).toBe(7);
  });

  test('when a model calls tools where there is no workspace', async () => {
    const model = speaker(calling('look', { pattern: 'x' }), { text: '7' });
    expect(await asking(model)).toBe(7);
    expect(model.heard[1]?.messages.at(-1)?.content).toBe('There is no tool "look". Tools: none.');
  });
});

test('the same conversation is asked in the same words', async () => {
  const talk = async () => {
    const model = speaker(calling('look', { pattern: 'x' }), { text: 'seven' }, { text: '7' });
    await asking(model, withTools);
    return JSON.stringify(model.heard);
  };
  expect(await talk()).toBe(await talk());
});
