/** Recorded models: the same request gets the answer that was kept; any other is an error. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordedModel, recordingModel } from '#adapters/recorded/model.ts';
import { keyOf } from '#adapters/recorded/recording.ts';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';

const signal = new AbortController().signal;

const request: ModelRequest = {
  task: 'generate/patch',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'First line\nsecond line' },
    {
      role: 'assistant',
      content: '',
      toolCalls: [{ id: 'abc', name: 'look', arguments: '{"a":1,"b":[2]}' }],
    },
    { role: 'tool', callId: 'abc', content: 'found' },
  ],
  tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object', required: ['a'] } }],
  maxOutputTokens: 100,
};

const answer: ModelAnswer = {
  model: 'reader',
  text: 'one\ntwo\n',
  toolCalls: [],
  stop: 'end',
  usage: { inputTokens: 10, outputTokens: 2, cachedTokens: 0, usd: null, estimated: false },
};

function inner(): Model & { asked: number } {
  return {
    name: 'reader',
    asked: 0,
    complete() {
      this.asked += 1;
      return Promise.resolve({ ...answer, text: `answer ${this.asked}\n` });
    },
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorded-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('two requests have the same key', () => {
  const calls = (id: string, text: string): ModelRequest => ({
    ...request,
    messages: request.messages.map((message) =>
      message.role === 'assistant'
        ? { ...message, toolCalls: [{ id, name: 'look', arguments: text }] }
        : message.role === 'tool'
          ? { ...message, callId: id }
          : message,
    ),
  });

  test.each<[string, ModelRequest]>([
    ['when the ids of tool calls differ', calls('other', '{"a":1,"b":[2]}')],
    ['when arguments are written otherwise', calls('abc', '{ "b": [ 2 ], "a": 1 }')],
    [
      'when keys come in another order',
      {
        maxOutputTokens: 100,
        tools: [
          { parameters: { required: ['a'], type: 'object' }, description: 'Looks.', name: 'look' },
        ],
        messages: request.messages,
        task: 'generate/patch',
      },
    ],
  ])('%s', (_what, same) => {
    expect(keyOf(same)).toBe(keyOf(request));
  });

  test.each<[string, ModelRequest]>([
    ['the task', { ...request, task: 'generate/test' }],
    ['a message', { ...request, messages: request.messages.slice(0, 2) }],
    [
      'one space in a message',
      { ...request, messages: [{ role: 'user', content: 'First line\nsecond  line' }] },
    ],
    ['the tools', { ...request, tools: [] }],
    ['the output limit', { ...request, maxOutputTokens: 101 }],
    ['an argument', calls('abc', '{"a":1,"b":[3]}')],
    ['arguments that are no JSON', calls('abc', '{"a":')],
  ])('but not when %s differs', (_what, other) => {
    expect(keyOf(other)).not.toBe(keyOf(request));
  });
});

test('what was recorded is replayed, and named a replay', async () => {
  const kept = await recordingModel(inner(), folder).complete(request, signal);
  const replay = await recordedModel(folder);
  expect(replay.name).toBe('replay of recorded answers (reader)');
  expect(await replay.complete(request, signal)).toEqual(kept);
});

test('a recording is a file that reads well in a diff', async () => {
  await recordingModel(inner(), folder).complete(request, signal);
  expect(await readdir(folder)).toEqual([`001-generate-patch-${keyOf(request).slice(0, 12)}.json`]);
  const [name = ''] = await readdir(folder);
  const text = await readFile(join(folder, name), 'utf8');
  expect(text).toContain('"First line",\n          "second line"');
  expect(text).toContain('"id": "call-1"');
  expect(text).not.toContain('abc');
  expect(text.endsWith('}\n')).toBe(true);
});

test('recording goes on where it stopped, and asks nothing twice', async () => {
  const model = inner();
  await recordingModel(model, folder).complete(request, signal);
  const again = recordingModel(model, folder);
  expect((await again.complete(request, signal)).text).toBe('answer 1\n');
  await again.complete({ ...request, task: 'review' }, signal);
  expect(model.asked).toBe(2);
  expect((await readdir(folder)).map((name) => name.slice(0, 10)).sort()).toEqual([
    '001-genera',
    '002-review',
  ]);
});

test('what was not recorded is an error that names the task', async () => {
  await recordingModel(inner(), folder).complete(request, signal);
  const replay = await recordedModel(folder);
  const other = { ...request, maxOutputTokens: 7 };
  await expect(replay.complete(other, signal)).rejects.toThrow(
    expect.objectContaining({
      code: 'not-recorded',
      kind: 'invalid',
      message: `No answer is recorded for this request of "generate/patch" (${keyOf(other).slice(0, 12)}).`,
    }),
  );
});

test('a replay that was cancelled gives no answer', async () => {
  const replay = await recordedModel(folder);
  expect(replay.name).toBe('replay of recorded answers (none)');
  await expect(replay.complete(request, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
    'cancelled',
  );
});

test('other files in the folder are no recordings; a broken one is named', async () => {
  await writeFile(join(folder, 'README.md'), 'How these were made.');
  await expect(recordedModel(folder)).resolves.toBeDefined();
  await writeFile(join(folder, '001-x.json'), '{}');
  await expect(recordedModel(folder)).rejects.toMatchObject({
    code: 'recording-broken',
    message: expect.stringContaining('001-x.json'),
  });
});
