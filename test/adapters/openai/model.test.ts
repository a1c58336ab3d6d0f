/** Models on OpenAI-compatible endpoints, against a real server that misbehaves as real ones do. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { openaiModel, type OpenaiOptions } from '#adapters/openai/model.ts';
import { withoutThoughts } from '#adapters/openai/answer.ts';
import { SluiceError } from '#core/errors.ts';
import type { ModelAnswer, ModelRequest } from '#ports/model.ts';
import type { Log } from '#ports/telemetry.ts';

type Json = Readonly<Record<string, unknown>>;
interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Instead of a reply. */
  readonly act?: (response: ServerResponse) => void;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A server on loopback that gives one reply after another; the last is repeated. */
async function serve(...replies: readonly Reply[]) {
  const heard: { path: string; key: string; body: Json }[] = [];
  const arrived = Promise.withResolvers<undefined>();
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await Array.fromAsync(request)).join('');
    const reply = replies[Math.min(heard.length, replies.length - 1)] ?? {};
    heard.push({
      path: request.url ?? '',
      key: request.headers.authorization ?? '',
      body: JSON.parse(text) as Json,
    });
    arrived.resolve(undefined);
    if (reply.act !== undefined) {
      reply.act(response);
      return;
    }
    const isText = typeof reply.body === 'string';
    response.writeHead(reply.status ?? 200, {
      'content-type': isText ? 'text/html' : 'application/json',
      ...reply.headers,
    });
    response.end(isText ? reply.body : JSON.stringify(reply.body));
  }
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1`, heard, arrived: arrived.promise };
}

const told: { facts: object; message: string }[] = [];
const tell = (facts: object, message: string) => void told.push({ facts, message });
const log: Log = { debug: tell, info: tell, warn: tell, error: tell, child: () => log };

const now = new Date('2026-01-01T00:00:00Z');

function modelAt(url: string, more: Partial<OpenaiOptions> = {}) {
  return openaiModel({
    baseURL: url,
    apiKey: 'key-of-the-test',
    model: 'some-model',
    log,
    now: () => now,
    ...more,
  });
}

const request: ModelRequest = {
  task: 'generate/patch',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'How many?' },
  ],
  tools: [],
  maxOutputTokens: 100,
};

const tool = {
  name: 'look',
  description: 'Looks.',
  parameters: { type: 'object', properties: {} },
};

const asked: ModelRequest = {
  ...request,
  messages: [
    ...request.messages,
    {
      role: 'assistant',
      content: 'I look.',
      toolCalls: [{ id: 'a', name: 'look', arguments: '{}' }],
    },
    { role: 'tool', callId: 'a', content: 'seven things' },
    { role: 'user', content: 'And now?' },
  ],
};

function completion(message: Json, more: Json = {}): Json {
  return {
    id: 'x',
    object: 'chat.completion',
    model: 'some-model-2026',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } },
    ...more,
  };
}

async function complete(reply: Reply, more: Partial<OpenaiOptions> = {}): Promise<ModelAnswer> {
  const { url } = await serve(reply);
  return modelAt(url, more).complete(request, new AbortController().signal);
}

async function failure(reply: Reply, more: Partial<OpenaiOptions> = {}): Promise<unknown> {
  return complete(reply, more).then(
    (answer) => answer,
    (error: unknown) => error,
  );
}

const seven = { body: completion({ content: '7' }) };

describe('a good server', () => {
  test('is asked for a chat completion and answers', async () => {
    const { url, heard } = await serve(seven);
    const model = modelAt(url, { price: { input: 2, output: 10 } });
    expect(await model.complete({ ...asked, tools: [tool] }, new AbortController().signal)).toEqual(
      {
        model: 'some-model-2026',
        text: '7',
        toolCalls: [],
        stop: 'end',
        usage: {
          inputTokens: 20,
          outputTokens: 5,
          cachedTokens: 8,
          usd: 0.00009,
          estimated: false,
        },
      },
    );
    expect(model.name).toBe('some-model');
    expect(heard).toEqual([
      {
        path: '/v1/chat/completions',
        key: 'Bearer key-of-the-test',
        body: {
          model: 'some-model',
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'How many?' },
            {
              role: 'assistant',
              content: 'I look.',
              tool_calls: [
                { id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } },
              ],
            },
            { role: 'tool', tool_call_id: 'a', content: 'seven things' },
            { role: 'user', content: 'And now?' },
          ],
          tools: [{ type: 'function', function: tool }],
          temperature: 0,
          max_tokens: 100,
        },
      },
    ]);
  });

  test('costs an unknown sum where no price is known', async () => {
    expect((await complete(seven)).usage.usd).toBeNull();
  });

  test('that takes no tools at the end is told the earlier ones in words', async () => {
    const { url, heard } = await serve(seven);
    await modelAt(url).complete(asked, new AbortController().signal);
    expect(heard[0]?.body).not.toHaveProperty('tools');
    expect(heard[0]?.body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'How many?' },
      { role: 'assistant', content: 'I look.\n(I called look with {})' },
      { role: 'user', content: 'Result of the tool call:\nseven things\n\nAnd now?' },
    ]);
  });
});

describe('an answer is read in every shape', () => {
  const call = (fields: Json) => ({ tool_calls: [{ type: 'function', ...fields }], content: null });
  test.each<[string, Json, Partial<ModelAnswer>]>([
    [
      'content as parts',
      completion({ content: [{ type: 'text', text: 'a' }, 'b', { type: 'image' }] }),
      { text: 'ab' },
    ],
    ['content as one part', completion({ content: { type: 'text', text: 'a' } }), { text: 'a' }],
    ['no content', completion({}), { text: '', stop: 'end' }],
    [
      'thoughts in the text',
      completion({ content: '<think>\n6 or 7?\n</think>\n\n7' }),
      { text: '7' },
    ],
    [
      'a refusal of its own',
      completion({ content: null, refusal: 'No.' }),
      { text: 'No.', stop: 'refused' },
    ],
    ['no model', completion({ content: '7' }, { model: null }), { model: 'some-model' }],
    [
      'a tool call',
      completion(call({ id: 'a', function: { name: 'look', arguments: '{"a":1}' } })),
      { toolCalls: [{ id: 'a', name: 'look', arguments: '{"a":1}' }], stop: 'tools' },
    ],
    [
      'tool arguments as an object, and no id',
      completion(call({ function: { name: 'look', arguments: { a: 1 } } })),
      { toolCalls: [{ id: 'call-2-0', name: 'look', arguments: '{"a":1}' }], stop: 'tools' },
    ],
    [
      'tool arguments missing',
      completion(call({ id: '', function: { name: 'look' } })),
      { toolCalls: [{ id: 'call-2-0', name: 'look', arguments: '{}' }] },
    ],
    [
      'tool calls of one id',
      completion({
        tool_calls: ['a', 'b'].map((name) => ({ id: 'x', function: { name, arguments: '{}' } })),
      }),
      {
        toolCalls: [
          { id: 'x', name: 'a', arguments: '{}' },
          { id: 'x-1', name: 'b', arguments: '{}' },
        ],
      },
    ],
    [
      'broken tool arguments, left for the tool to refuse',
      completion(call({ id: 'a', function: { name: 'look', arguments: '{"a":' } })),
      { toolCalls: [{ id: 'a', name: 'look', arguments: '{"a":' }] },
    ],
  ])('%s', async (_what, body, expected) => {
    expect(await complete({ body })).toMatchObject(expected);
  });

  test.each<[string, unknown, ModelAnswer['stop']]>([
    ['length', { finish_reason: 'length' }, 'length'],
    ['max_tokens', { finish_reason: 'max_tokens' }, 'length'],
    ['content_filter', { finish_reason: 'content_filter' }, 'refused'],
    ['nothing', {}, 'end'],
    ['null', { finish_reason: null }, 'end'],
  ])('a finish reason of %s', async (_what, reason, stop) => {
    const choice = { message: { content: '7' }, ...(reason as object) };
    expect((await complete({ body: completion({}, { choices: [choice] }) })).stop).toBe(stop);
  });

  test('no finish reason at the limit is a cut answer', async () => {
    const body = completion(
      {},
      {
        choices: [{ message: { content: '7' } }],
        usage: { prompt_tokens: 9, completion_tokens: 100 },
      },
    );
    expect((await complete({ body })).stop).toBe('length');
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['without figures', {}],
    ['of zeros', { prompt_tokens: 0, completion_tokens: 0 }],
    ['of words', { prompt_tokens: 'many', completion_tokens: -1 }],
    ['a word', 'free'],
  ])('usage %s is counted and marked so', async (_what, usage) => {
    const read = await complete(
      { body: completion({ content: 'x'.repeat(36) }, { usage }) },
      { price: { input: 1, output: 1 } },
    );
    expect(read.usage).toMatchObject({ outputTokens: 10, cachedTokens: 0, estimated: true });
    expect(read.usage.inputTokens).toBeGreaterThan(10);
    expect(read.usage.usd).toBeCloseTo((read.usage.inputTokens + 10) / 1_000_000, 12);
  });

  test('JSON that is sent as text is read all the same', async () => {
    expect((await complete({ body: JSON.stringify(seven.body) })).text).toBe('7');
  });

  test.each([
    ['<think>a</think>b', 'b'],
    ['<thinking>a\n</thinking>\n<think>c</think>\n\n  b', '  b'],
    ['a\n</think>\nb', 'b'],
    ['<think>never closed', ''],
    ['code with <think>x</think> in it', 'code with <think>x</think> in it'],
    ['<think>a\n</think>\nsee </think> here', 'see </think> here'],
  ])('of %j only the answer stays', (text, expected) => {
    expect(withoutThoughts(text)).toBe(expected);
  });
});

describe('nonsense is an outage, with what to look at', () => {
  test.each<[string, Reply, RegExp]>([
    [
      'a page',
      { body: '<html><body>Welcome</body></html>' },
      /a page or text instead of JSON.*OPENAI_BASE_URL/,
    ],
    [
      'an error with status 200',
      { body: { error: { message: 'worker died', code: null } } },
      /worker died/,
    ],
    ['an error without words', { body: { error: { code: 'x' } } }, /\{"code":"x"\}/],
    ['an error without a code', { body: { error: { message: 'worker died' } } }, /worker died/],
    ['an error as text', { body: { error: 'worker died' } }, /worker died/],
    ['no choices', { body: completion({}, { choices: [] }) }, /no chat completion[\s\S]*choices/],
    ['something else', { body: { status: 'ok' } }, /no chat completion/],
    ['nothing', { body: '' }, /empty/],
    [
      'nothing, called JSON',
      { act: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end() },
      /empty/,
    ],
    ['no content at all', { act: (response) => response.writeHead(204).end() }, /empty/],
    [
      'half of the JSON',
      {
        act: (response) =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":['),
      },
      /JSON/,
    ],
    ['a broken connection', { act: (response) => response.destroy() }, /socket hang up/],
    [
      'a broken connection in the middle',
      {
        act: (response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' });
          response.write('{', () => response.destroy());
        },
      },
      /aborted|hang up|terminated/,
    ],
    [
      'a redirection',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: {} },
      /307/,
    ],
    [
      'a server error',
      { status: 500, body: { error: { message: 'out of memory' } } },
      /500 out of memory/,
    ],
    ['a bad gateway with a page', { status: 502, body: '<html>bad gateway</html>' }, /502/],
  ])('%s', async (_what, reply, message) => {
    expect(await failure(reply)).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(message),
    });
  });

  test('a status that is none', async () => {
    const act = (response: ServerResponse) =>
      response.socket?.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n');
    expect(await failure({ act })).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('999'),
    });
  });

  test('no server there at all', async () => {
    const model = modelAt('http://127.0.0.1:1/v1');
    await expect(model.complete(request, new AbortController().signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/ECONNREFUSED.*127\.0\.0\.1:1/),
    });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['that never answers', () => undefined],
    [
      'that stops in the middle of its answer',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    ],
  ])('a server %s runs into the time-out', async (_what, act) => {
    expect(await failure({ act }, { timeout: 100 })).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('no answer within'),
    });
  });

  test('is asked once only: the engine retries', async () => {
    const { url, heard } = await serve({ status: 503, body: {} });
    await expect(
      modelAt(url).complete(request, new AbortController().signal),
    ).rejects.toMatchObject({ kind: 'unavailable' });
    expect(heard).toHaveLength(1);
  });
});

describe('a call that is given up', () => {
  test('ends at once with the reason', async () => {
    const { url, arrived } = await serve({ act: () => undefined });
    const stop = new AbortController();
    const answer = modelAt(url).complete(request, stop.signal);
    await arrived;
    stop.abort(new Error('a newer run took over'));
    await expect(answer).rejects.toThrow('a newer run took over');
  });

  test('after a refusal waits from now on, by the clock of the machine', async () => {
    const { url } = await serve({ status: 429, headers: { 'retry-after': '3600' }, body: {} });
    const before = Date.now();
    const model = openaiModel({ baseURL: url, apiKey: undefined, model: 'some-model', log });
    const thrown: unknown = await model
      .complete(request, new AbortController().signal)
      .catch((error: unknown) => error);
    const at = thrown instanceof SluiceError ? (thrown.retryAt?.getTime() ?? 0) : 0;
    expect(at).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(at).toBeLessThan(before + 3_660_000);
  });

  test('before it began asks nobody', async () => {
    const { url, heard } = await serve(seven);
    await expect(
      modelAt(url).complete(request, AbortSignal.abort(new Error('cancelled'))),
    ).rejects.toThrow('cancelled');
    expect(heard).toEqual([]);
  });
});

describe('a refusal tells what to change', () => {
  const error = (message: string, more: Json = {}) => ({ error: { message, ...more } });
  test.each<[string, Reply, object]>([
    [
      'a wrong key',
      { status: 401, body: error('Incorrect API key provided: key-of-the-test.') },
      { kind: 'invalid', hint: expect.stringContaining('OPENAI_API_KEY') },
    ],
    [
      'a key without rights',
      { status: 403, body: error('no') },
      { kind: 'invalid', hint: expect.stringContaining('OPENAI_API_KEY') },
    ],
    [
      'an account without money',
      { status: 402, body: error('pay') },
      { kind: 'invalid', hint: expect.stringContaining('credit') },
    ],
    [
      'an unknown model',
      { status: 404, body: error('The model `some-model` does not exist') },
      { kind: 'invalid', hint: expect.stringContaining('SLUICE_MODEL') },
    ],
    [
      'a request that is too long',
      {
        status: 400,
        body: error("This model's maximum context length is 8192 tokens.", {
          code: 'context_length_exceeded',
        }),
      },
      { kind: 'invalid', hint: expect.stringContaining('SLUICE_MODEL_CONTEXT') },
    ],
    [
      'another bad request',
      { status: 400, body: error('messages: bad') },
      { kind: 'invalid', message: expect.stringContaining('messages: bad') },
    ],
    [
      'an unknown model that is told with status 200',
      { body: error('no such model', { code: 404 }) },
      { kind: 'invalid', hint: expect.stringContaining('SLUICE_MODEL') },
    ],
    [
      'no quota for now, in seconds',
      { status: 429, headers: { 'retry-after': '120' }, body: error('slow down') },
      { kind: 'exhausted', retryAt: new Date('2026-01-01T00:02:00Z') },
    ],
    [
      'no quota for now, in milliseconds',
      { status: 429, headers: { 'retry-after-ms': '1500' }, body: error('slow down') },
      { kind: 'exhausted', retryAt: new Date('2026-01-01T00:00:01.500Z') },
    ],
    [
      'no quota until a date',
      {
        status: 429,
        headers: { 'retry-after': 'Thu, 01 Jan 2026 01:00:00 GMT' },
        body: error('slow down'),
      },
      { kind: 'exhausted', retryAt: new Date('2026-01-01T01:00:00Z') },
    ],
    [
      'no quota for now, nobody knows how long',
      { status: 429, body: error('slow down') },
      { kind: 'exhausted', retryAt: new Date('2026-01-01T00:01:00Z') },
    ],
    [
      'no quota until somebody pays',
      {
        status: 429,
        body: error('You exceeded your current quota', { code: 'insufficient_quota' }),
      },
      { kind: 'exhausted', retryAt: undefined },
    ],
  ])('%s', async (_what, reply, expected) => {
    expect(await failure(reply)).toMatchObject(expected);
  });

  test('and never the key itself', async () => {
    const thrown = await failure({
      status: 401,
      body: error('Incorrect API key provided: key-of-the-test.'),
    });
    expect(String(thrown)).toContain('[redacted]');
    expect(JSON.stringify([String(thrown), thrown])).not.toContain('key-of-the-test');
  });

  test('a request longer than the model reads is not sent', async () => {
    const { url, heard } = await serve(seven);
    await expect(
      modelAt(url, { contextTokens: 110 }).complete(request, new AbortController().signal),
    ).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/needs about \d+ tokens, some-model has 110/),
    });
    expect(heard).toEqual([]);
  });

  test('a server that read less than was sent is told in the log', async () => {
    told.length = 0;
    const { url } = await serve(seven);
    const long = {
      ...request,
      messages: [{ role: 'user' as const, content: 'word '.repeat(5_000) }],
    };
    await modelAt(url).complete(long, new AbortController().signal);
    expect(told.map(({ message }) => message)).toEqual(['model server read less than was sent']);
  });
});

describe('what a server does not take is learned once', () => {
  const refuse = (message: string, status = 400, param: string | null = null): Reply => ({
    status,
    body: { error: { message, param } },
  });
  test.each<[string, readonly Reply[], (body: Json) => void]>([
    [
      'the name of the output limit',
      [
        refuse(
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
      ],
      (body) => expect(body).toMatchObject({ max_completion_tokens: 100 }),
    ],
    [
      'temperature',
      [
        refuse(
          "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        ),
      ],
      (body) => expect(body).not.toHaveProperty('temperature'),
    ],
    [
      'tools',
      [refuse('registry/some-model does not support tools', 400)],
      (body) => expect(body).not.toHaveProperty('tools'),
    ],
    [
      'all of them',
      [
        refuse('max_tokens: unknown field', 422),
        refuse('Extra inputs are not permitted', 400, 'temperature'),
        refuse('No endpoints found that support tool use.', 404),
      ],
      (body) =>
        expect(Object.keys(body).sort()).toEqual(['max_completion_tokens', 'messages', 'model']),
    ],
  ])('%s', async (_what, refusals, expected) => {
    const { url, heard } = await serve(...refusals, seven);
    const model = modelAt(url);
    const signal = new AbortController().signal;
    expect((await model.complete({ ...asked, tools: [tool] }, signal)).text).toBe('7');
    await model.complete({ ...asked, tools: [tool] }, signal);
    expect(heard).toHaveLength(refusals.length + 2);
    expected(heard.at(-1)?.body ?? {});
  });

  test('a refusal that has nothing to do with these teaches nothing', async () => {
    const { url, heard } = await serve(refuse('images are not supported'));
    const answer = modelAt(url).complete(request, new AbortController().signal);
    await expect(answer).rejects.toMatchObject({ kind: 'invalid' });
    expect(heard).toHaveLength(1);
  });

  test('a limit that is too high teaches nothing', async () => {
    const { url, heard } = await serve(
      refuse('max_tokens is too large: 100. This model gives at most 50.'),
    );
    await expect(
      modelAt(url).complete(request, new AbortController().signal),
    ).rejects.toMatchObject({ kind: 'invalid' });
    expect(heard).toHaveLength(1);
  });

  test('a server that refuses everything is not asked for ever', async () => {
    const { url, heard } = await serve(refuse('max_tokens, temperature, tools: unsupported'));
    await expect(
      modelAt(url).complete(request, new AbortController().signal),
    ).rejects.toMatchObject({ kind: 'invalid' });
    expect(heard).toHaveLength(4);
  });
});
