/** Faults of the model's server and of the database: no answer may be made out of nonsense. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readPrompts } from '#adapters/disk/prompts.ts';
import { openaiModel } from '#adapters/openai/model.ts';
import { openPostgres } from '#adapters/postgres/open.ts';
import { ask as askModel } from '#agent/loop.ts';
import { root } from '#app.ts';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Trial } from '#battery/attack.ts';
import { asSluiceError, errors } from '#core/errors.ts';

const good = JSON.stringify({
  ...{ id: 'a', object: 'chat.completion', created: 1, model: 'some' },
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'an answer' } },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

interface Nonsense {
  readonly name: string;
  readonly attack: string;
  readonly body: string;
  readonly status?: number;
  readonly type?: string;
}

const nonsense: readonly Nonsense[] = [
  {
    name: 'model-page',
    attack: "The model's server answers with a page for people.",
    body: '<html><body>Welcome</body></html>',
    type: 'text/html',
  },
  { name: 'model-nothing', attack: 'The answer of the model is empty.', body: '' },
  {
    name: 'model-half',
    attack: 'The answer of the model breaks off.',
    body: good.slice(0, good.length / 2),
  },
  {
    name: 'model-no-choices',
    attack: 'The answer of the model holds no answer.',
    body: '{"id":"a","object":"chat.completion","created":1,"model":"some","choices":[]}',
  },
  {
    name: 'model-other-shape',
    attack: 'The answer of the model has another shape.',
    body: good.replace('"an answer"', '{"text":["an answer"]}'),
  },
  {
    name: 'model-in-trouble',
    attack: "The model's server is in trouble.",
    body: '{"error":{"message":"overloaded"}}',
    status: 503,
  },
  {
    name: 'model-refuses-key',
    attack: "The model's server knows the key no more.",
    body: '{"error":{"message":"bad key"}}',
    status: 401,
  },
];

async function ask(
  { log }: Arena,
  { body, status = 200, type }: Partial<Nonsense>,
): Promise<Trial> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type ?? 'application/json' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const baseURL = `http://127.0.0.1:${String(port)}/v1`;
    const model = openaiModel({ baseURL, apiKey: 'none', model: 'some', log });
    const messages = [{ role: 'user', content: 'hello' }] as const;
    const request = { task: 'any', messages, tools: [], maxOutputTokens: 100 };
    const { signal } = new AbortController();
    const { text } = await model.complete(request, signal);
    return { ran: true, breached: true, seen: `an answer: ${text}` };
  } catch (thrown) {
    const { code, kind, message } = asSluiceError(thrown);
    const breached = kind === 'defect' || message.length < 10;
    return { ran: true, breached, seen: `${kind} ${code} ${message}` };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function open(arena: Arena, databaseUrl: string | undefined): Promise<Trial> {
  const dataDir = join(await arena.folder(), 'data');
  const settings = { databaseUrl, dataDir, workers: 1, cap: 1, log: arena.log };
  try {
    const database = await openPostgres(settings);
    await database.close();
    return { ran: true, breached: true, seen: 'a database' };
  } catch (thrown) {
    const { code, kind, message } = asSluiceError(thrown);
    return { ran: true, breached: kind === 'defect', seen: `${kind} ${code} ${message}` };
  }
}

/** Asks by a prompt whose file is there, or is not. */
async function askBy(arena: Arena, isThere: boolean): Promise<Trial> {
  const folder = await arena.folder();
  const prompts = join(folder, 'prompts');
  await cp(join(root, 'prompts'), prompts, { recursive: true });
  if (!isThere) await rm(join(prompts, 'generate/patch.md'));
  let asked = 0;
  const complete = () => {
    asked += 1;
    return Promise.reject(errors.modelMissing());
  };
  const model = { name: 'none', complete };
  const world = { model, prompts: await readPrompts(prompts), log: arena.log };
  const names = ['issue', 'plan', 'files', 'test', 'failure', 'run', 'feedback'];
  const inputs = Object.fromEntries(names.map((name) => [name, '']));
  const { signal } = new AbortController();
  const question = { prompt: 'generate/patch', inputs, read: (text: string) => text };
  const told = await askModel({ ...world, signal }, question).then(
    () => undefined,
    (thrown: unknown) => asSluiceError(thrown),
  );
  return { ran: told !== undefined, breached: asked > 0, seen: `${String(asked)} ${String(told)}` };
}

export const modelFaults: readonly Attack[] = [
  {
    id: 'faults/prompt-gone',
    attack: "A prompt's file is missing.",
    layer: 'no model is asked without its whole prompt',
    attempt: (arena) => askBy(arena, false),
    control: (arena) => askBy(arena, true),
  },
  ...nonsense.map((one): Attack => ({
    id: `faults/${one.name}`,
    attack: one.attack,
    layer: 'answers are read by a schema',
    attempt: (arena) => ask(arena, one),
    control: (arena) => ask(arena, { body: good }),
  })),
  {
    id: 'faults/store-gone',
    attack: 'Nothing answers at the address of the database.',
    layer: 'no work without the store',
    attempt: (arena) => open(arena, 'postgres://nobody@127.0.0.1:1/none'),
    control: null,
  },
];
