/** Everything outside the App, on one address: the local GitHub and a model behind moments, and a relay for webhooks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { keyOf, parseRecording, type Recording } from '#adapters/recorded/recording.ts';
import { answersFolder } from '#demo/story.ts';
import type { Message } from '#ports/model.ts';
import type { Requests } from './crash-moments.ts';

export interface WorldOptions {
  /** The local GitHub's address. */
  readonly github: string;
  readonly moments: Requests;
  /** The step in which the run is. */
  readonly step: () => Promise<string>;
  /** Whether nothing is at work or waits to be. */
  readonly isIdle: () => Promise<boolean>;
  /** Whether the run has kept this answer already. */
  readonly isKept: (answer: Recording['answer']) => Promise<boolean>;
}

export interface CrashWorld {
  readonly host: string;
  /** Where the relay finds the App's door; undefined while it is down. */
  door: string | undefined;
  /** Calls of the model that were answered and kept before. */
  repeated: number;
  /** Deliveries that the App refused, and calls without a recording. */
  readonly problems: string[];
  /** Whether a webhook has still to be taken. */
  isRelaying(): boolean;
  /** Resolves when the App, which has to be there, has taken all webhooks, or refuses to. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds for a webhook to be taken by an App that is there. */
const patience = 60_000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

export async function startCrashWorld(options: WorldOptions): Promise<CrashWorld> {
  const recordings = await readRecordings();
  const relays = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    void route(request, response).catch((error: unknown) => {
      if (!request.socket.destroyed) world.problems.push(String(error));
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const world: CrashWorld = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    door: undefined,
    repeated: 0,
    problems: [],
    isRelaying: () => relays.size > 0,
    async settled() {
      while (relays.size > 0) await Promise.all(relays);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const exchange = { request, response, body };
    if (request.url === '/relay') await tracked(relay(exchange));
    else if (request.url?.startsWith('/model/') === true) await complete(exchange);
    else await forward(exchange);
  }

  async function tracked(work: Promise<void>): Promise<void> {
    relays.add(work);
    await work.finally(() => relays.delete(work));
  }

  /**
   * Delivers as often as it takes, as an operator would who looks at the list of deliveries. Only an App that is there can
   * take it: one that is killed whenever it has come up may be there for milliseconds in a minute.
   */
  async function relay({ request, response, body }: Exchange): Promise<void> {
    response.writeHead(202).end();
    // What a pull request starts would go on beside the end of the run that opened it, and no two plays were alike. GitHub
    // promises no order either.
    if (request.headers['x-github-event'] === 'pull_request')
      while (!(await options.isIdle())) await wait(50);
    for (let there = 0; there < patience;) {
      const since = Date.now();
      await wait(20);
      if (world.door === undefined) continue;
      const headers = headersOf(request);
      const target = `${world.door}/api/github/webhooks`;
      const answer = await fetch(target, { method: 'POST', headers, body }).catch(() => undefined);
      if (answer?.status === 202) return;
      if (answer !== undefined && answer.status < 500)
        world.problems.push(`the App refused a webhook: ${answer.status} ${await answer.text()}`);
      there += Date.now() - since;
    }
    world.problems.push('a webhook was never taken');
  }

  async function complete({ response, body }: Exchange): Promise<void> {
    const { messages } = JSON.parse(body.toString()) as { messages: ChatMessage[] };
    const asked = messages.map(asMessage);
    const at = recordings.findIndex(
      ({ request }) => keyOf({ ...request, messages: asked }) === keyOf(request),
    );
    const recording = recordings[at];
    if (recording === undefined) {
      world.problems.push('a model call has no recording');
      response.writeHead(400).end();
      return;
    }
    if (await options.isKept(recording.answer)) world.repeated += 1;
    const what = `model ${recording.request.task} ${at + 1}`;
    const { moments } = options;
    if (!(await moments.pass({ what, phase: 'before' }))) {
      response.destroy();
      return;
    }
    const answer = JSON.stringify(completionOf(recording));
    if (!(await moments.pass({ what, phase: 'after' }))) {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  }

  async function forward({ request, response, body }: Exchange): Promise<void> {
    const name = nameOf(request);
    const { moments } = options;
    const what = name && moments.numbered(`github [${await options.step()}] ${name}`);
    if (what && !(await moments.pass({ what, phase: 'before' }))) {
      response.destroy();
      return;
    }
    const { method = 'GET', url = '/' } = request;
    const answer = await fetch(`${options.github}${url}`, {
      method,
      headers: headersOf(request),
      redirect: 'manual',
      ...(method !== 'GET' && method !== 'HEAD' && { body }),
    });
    const content = Buffer.from(await answer.arrayBuffer());
    if (what && !(await moments.pass({ what, phase: 'after' }))) {
      response.destroy();
      return;
    }
    const headers = [...answer.headers].filter(
      ([header]) =>
        !/^(connection|keep-alive|transfer-encoding|content-length|content-encoding)$/.test(header),
    );
    response.writeHead(answer.status, headers.flat()).end(content);
  }

  return world;
}

/** A write's method and place, without what differs from run to run; undefined for what writes nothing. */
function nameOf({ method = 'GET', url = '' }: IncomingMessage): string | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (/access_tokens|hook\/config|git-upload-pack/.test(url)) return undefined;
  const path = url
    .replace(/^\/api\/v3/, '')
    .replace(/^\/repos\/[^/]+\/[^/]+/, '')
    .replace(/^\/[^/]+\/[^/]+\.git/, 'git')
    .replace(/[0-9a-f]{40}/g, ':sha')
    .replace(/\/\d+/g, '/:n');
  return `${method} ${path}`;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const left = /^(host|connection|content-length|transfer-encoding|expect|accept-encoding)$/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || left.test(name) ? [] : [[name, String(value)]],
    ),
  );
}

async function readRecordings(): Promise<readonly Recording[]> {
  const names = (await readdir(answersFolder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => parseRecording(await readFile(join(answersFolder, name), 'utf8'))),
  );
}

interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

function asMessage({
  role,
  content,
  tool_call_id: callId = '',
  tool_calls: calls = [],
}: ChatMessage): Message {
  if (role === 'tool') return { role, callId, content };
  if (role !== 'assistant') return { role, content };
  const toolCalls = calls.map(({ id, function: called }) => ({ id, ...called }));
  return { role, content, toolCalls };
}

function completionOf({ answer }: Recording): unknown {
  const { model, text, toolCalls, usage } = answer;
  const calls = toolCalls.map(({ id, name, arguments: given }) => ({
    id,
    type: 'function',
    function: { name, arguments: given },
  }));
  const reasons = { end: 'stop', tools: 'tool_calls', length: 'length', refused: 'content_filter' };
  return {
    model,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        finish_reason: reasons[answer.stop],
      },
    ],
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  };
}
