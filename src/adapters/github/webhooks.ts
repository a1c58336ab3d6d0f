/** The door for webhooks: proves each delivery, hands it on, and says yes only when it is kept. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Event } from '#core/event.ts';
import type { Log } from '#ports/telemetry.ts';
import { readEvent } from './events.ts';
import type { Reading } from './payload.ts';

/** GitHub sends nothing above 25 MB. */
const bodyLimit = 25 * 1024 * 1024;
/** All bodies on their way in together: they cannot be proven before they are whole. */
const heldLimit = 4 * bodyLimit;
/** GitHub's own payloads nest less than ten deep. */
const depthLimit = 64;

export interface WebhookDoorOptions {
  /** Which of our secrets signed exactly this body; undefined where none did. */
  readonly verify: (body: string, signature: string) => Promise<'current' | 'previous' | undefined>;
  /** Keeps the delivery and what follows from it; null where nothing does. A second time with the same id is a no-op. */
  readonly receive: (delivery: { id: string; name: string; event: Event | null }) => Promise<void>;
  readonly log: Log;
}

/** An HTTP handler that always answers; it never throws. */
export type Door = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Why a delivery is not taken: the answer that GitHub shows in its list of deliveries. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function webhookDoor(options: WebhookDoorOptions): Door {
  const readBody = bodyReader();
  return async (request, response) => {
    try {
      const headers = headersOf(request);
      const body = await readBody(request);
      const secret = await proofOf(options, body, headers.signature);
      if (secret === undefined)
        throw new Refusal(401, 'The signature is not that of this body and our secret.');
      if (secret === 'previous')
        options.log.info({ id: headers.id, secret }, 'a webhook delivery is signed as before');
      await keep(options, headers, readEvent({ ...headers, payload: parse(body) }));
      answer(response, 202, 'Kept.');
    } catch (thrown) {
      const { status, message } = thrown instanceof Refusal ? thrown : notKept(thrown);
      options.log.warn({ status, message }, 'a webhook delivery is refused');
      // What is left of the body is let through unread: cutting it off would cut off the answer, too.
      request.resume();
      answer(response, status, message);
    }
  };
}

function notKept(thrown: unknown): Refusal {
  const reason = thrown instanceof Error ? thrown.name : typeof thrown;
  return new Refusal(503, `The delivery could not be kept (${reason}). Send it again.`);
}

function answer(response: ServerResponse, status: number, message: string): void {
  if (status === 405) response.setHeader('allow', 'POST');
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

function headersOf(request: IncomingMessage) {
  if (request.method !== 'POST') throw new Refusal(405, 'Deliveries are sent by POST.');
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Refusal(415, 'Set the content type of the webhook to application/json.');
  const id = headerOf(request, 'x-github-delivery', /^[\w-]{1,100}$/);
  const name = headerOf(request, 'x-github-event', /^[a-z][a-z0-9_]{0,99}$/);
  return { id, name, signature: request.headers['x-hub-signature-256'] };
}

function headerOf(request: IncomingMessage, name: string, shape: RegExp): string {
  const value = request.headers[name];
  if (typeof value === 'string' && shape.test(value)) return value;
  throw new Refusal(400, `The header ${name} is missing or odd.`);
}

/** Reads bodies within the limit of each and of all that are under way. */
function bodyReader(): (request: IncomingMessage) => Promise<string> {
  let held = 0;
  return async (request) => {
    const tooLarge = new Refusal(413, 'A delivery has at most 25 MB.');
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw tooLarge;
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of unclosed(request)) {
        size += chunk.length;
        held += chunk.length;
        if (size > bodyLimit) throw tooLarge;
        if (held > heldLimit) throw new Refusal(503, 'Too much at once. Send it again.');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    } finally {
      held -= size;
    }
  };
}

/** Leaving the loop must not close the connection, on which the answer still has to go out. */
function unclosed(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

async function proofOf(
  { verify }: WebhookDoorOptions,
  body: string,
  signature: string | readonly string[] | undefined,
): ReturnType<WebhookDoorOptions['verify']> {
  // The verifier throws on emptiness; both are simply no proof.
  return typeof signature === 'string' && signature !== '' && body !== ''
    ? verify(body, signature)
    : undefined;
}

function parse(body: string): unknown {
  if (depthOf(body) > depthLimit) throw new Refusal(400, 'The payload nests too deep.');
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Refusal(400, 'The payload is not JSON.');
  }
}

/** How deep arrays and objects nest, without building them. */
function depthOf(json: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') isText = !isText;
    else if (isText) at += sign === '\\' ? 1 : 0;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

async function keep(
  { receive, log }: WebhookDoorOptions,
  { id, name }: { id: string; name: string },
  reading: Reading,
): Promise<void> {
  if (reading.state === 'invalid') {
    log.error({ id, name, problem: reading.problem }, 'a webhook payload is not understood');
    // Not kept, so that it can be sent again once we understand it.
    throw new Refusal(422, `The payload is not understood: ${reading.problem}`);
  }
  await receive({ id, name, event: reading.state === 'event' ? reading.event : null });
}
