/** A model's endpoint on loopback for the probe: it does everything right, but for what a test breaks. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';

/** What an endpoint does wrong. */
export interface Faults {
  /** Instead of any answer. */
  readonly status?: number;
  readonly page?: string;
  readonly silent?: boolean;
  readonly empty?: boolean;
  readonly tools?: 'ignored' | 'refused' | 'wrong arguments' | 'unread results';
  readonly long?: 'cut silently' | 'cut' | 'gaps';
  readonly limit?: 'ignored' | 'not told' | 'error';
  /** Milliseconds of a long answer; the third, which is broken off, is then written until that. */
  readonly writing?: number;
  /** Goes on writing when it was hung up on, and lets the next request wait. */
  readonly writesOn?: boolean;
  readonly usage?: 'none';
  readonly names?: 'any' | 'outage';
  readonly context?: number;
  /** Key and certificate: speaks TLS with it. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

interface Asked {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools?: readonly unknown[];
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface OddEndpoint {
  readonly url: string;
  /** How many requests for answers came, and how many of them the other side broke off. */
  readonly heard: { requests: number; brokenOff: number };
  close(): Promise<void>;
}

const name = 'some-model';

export async function oddEndpoint(faults: Faults): Promise<OddEndpoint> {
  const heard = { requests: 0, brokenOff: 0 };
  let busy: Promise<unknown> = Promise.resolve();
  let longOnes = 0;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/models') {
      const listed = { id: name, ...(faults.context && { max_model_len: faults.context }) };
      response.end(JSON.stringify({ data: [{ id: 'other', max_model_len: 1 }, listed] }));
      return;
    }
    heard.requests += 1;
    response.on('close', () => (heard.brokenOff += response.writableFinished ? 0 : 1));
    if (faults.silent) return;
    const asked = JSON.parse((await Array.fromAsync(request)).join('')) as Asked;
    if (faults.writesOn) await busy;
    const isLong = asked.messages.some(({ content }) => content.includes('line 300'));
    if (isLong) {
      longOnes += 1;
      const hungUp = faults.writing && longOnes === 3 ? once(response, 'close') : undefined;
      const goesOn = () => (faults.writesOn && response.destroyed ? wait(400) : undefined);
      const pause = (hungUp ?? wait(faults.writing ?? 5)).then(goesOn);
      busy = pause;
      await pause;
    }
    const { status, body } = replyTo(asked, faults);
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
  const take = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response);
  const { certificate } = faults;
  const server = certificate ? createSecureServer(certificate, take) : createServer(take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${String(port)}/v1`,
    heard,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function replyTo(asked: Asked, faults: Faults): Reply {
  if (faults.page !== undefined) return { status: 200, body: faults.page };
  if (faults.status !== undefined) return refusal(faults.status, 'Incorrect API key provided');
  if (asked.model !== name && faults.names === 'outage') return refusal(500, 'internal error');
  if (asked.model !== name && faults.names !== 'any')
    return refusal(404, `The model ${asked.model} does not exist`);
  if (faults.empty) return completion({ content: '' }, faults);
  if (asked.tools) return withTools(asked, faults);
  const question = asked.messages.at(-1)?.content ?? '';
  if (question.includes('line 300')) return lines(asked, faults);
  return completion({ content: / word: (\w+)/.exec(question)?.[1] ?? 'What?' }, faults);
}

function refusal(status: number, message: string): Reply {
  return { status, body: { error: { message } } };
}

function completion(message: object, faults: Faults, reason = 'stop', tokens = 5): Reply {
  const usage =
    faults.usage === 'none' ? {} : { usage: { prompt_tokens: 40, completion_tokens: tokens } };
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }];
  return { status: 200, body: { model: name, choices, ...usage } };
}

function withTools({ messages }: Asked, faults: Faults): Reply {
  if (faults.tools === 'refused') return refusal(400, 'tools are not supported by this model');
  const result = messages.find(({ role }) => role === 'tool');
  if (faults.tools === 'ignored') return completion({ content: 'I cannot read files.' }, faults);
  if (result === undefined) {
    const given = faults.tools === 'wrong arguments' ? { file: 1 } : { path: 'a.txt', lines: 5 };
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'read_file', arguments: JSON.stringify(given) },
    };
    return completion({ content: '', tool_calls: [call] }, faults, 'tool_calls');
  }
  const password = /password is (\S+)\./.exec(result.content)?.[1] ?? '';
  const content = faults.tools === 'unread results' ? 'There is none.' : password;
  return completion({ content }, faults);
}

/** Two tokens a line. */
function lines({ max_tokens: limit }: Asked, faults: Faults): Reply {
  const all = Array.from({ length: 300 }, (_, at) => `line ${String(at + 1)}`);
  const most = faults.limit === 'ignored' ? 300 : Math.min(300, limit / 2);
  const isCut = most < 300 || faults.long === 'cut' || faults.long === 'cut silently';
  if (isCut && faults.limit === 'error') return refusal(400, 'the limit of output was reached');
  const kept = all
    .slice(0, isCut ? Math.min(most, 200) : 300)
    .filter((_, at) => faults.long !== 'gaps' || at % 50 !== 7);
  const told = isCut && faults.limit !== 'not told' && faults.long !== 'cut silently';
  return completion(
    { content: kept.join('\n') },
    faults,
    told ? 'length' : 'stop',
    kept.length * 2,
  );
}
