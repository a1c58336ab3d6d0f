/** How answers go out: as JSON or bytes, as GitHub's refusals, or spoiled by a fault. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Strike } from '#local-github/faults/fault.ts';
import type { Refusal } from '#local-github/refusal.ts';
import type { Answer } from '#local-github/rest/route.ts';

const documentation = 'https://docs.github.com/rest';

export function errorAnswer(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: documentation } };
}

export function refusalAnswer({ status, message, errors, headers }: Refusal): Answer {
  const body = {
    message,
    ...(errors.length > 0 ? { errors } : {}),
    documentation_url: documentation,
    // GitHub's description has it in these only.
    ...([401, 403, 404].includes(status) ? { status: String(status) } : {}),
  };
  return { status, body, headers };
}

export function send(response: ServerResponse, answer: Answer): void {
  const { status, headers = {} } = answer;
  const bytes = bytesOf(answer);
  if (bytes === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  // To HEAD, node sends the headers alone.
  response.writeHead(status, headersOf(headers, bytes)).end(bytes);
}

/** Waits as a fault wants it; whether it leaves the request without any answer. */
export async function isSilenced(
  response: ServerResponse,
  { wait = 0, before }: Strike,
): Promise<boolean> {
  if (wait > 0) await sleep(wait);
  if (before === 'cut') response.destroy();
  return before === 'cut' || before === 'stall';
}

/** Sends it as a fault wants it to arrive; what is cut or never ends is left to the client and to the end of the server. */
export function sendSpoiled(
  response: ServerResponse,
  answer: Answer,
  how: Exclude<NonNullable<Strike['after']>, Answer>,
): void {
  if (how === 'stall') return;
  if (how === 'cut') {
    response.destroy();
    return;
  }
  const { status, headers = {} } = answer;
  const bytes = bytesOf(answer) ?? Buffer.from('null');
  const half = bytes.subarray(0, Math.max(1, bytes.length >> 1));
  if (how === 'malformed') {
    response.writeHead(status, headersOf(headers, half)).end(half);
    return;
  }
  response.writeHead(status, headersOf(headers, bytes));
  response.write(half, () => {
    if (how === 'half') response.destroy();
  });
}

function bytesOf({ body }: Answer): Uint8Array | undefined {
  if (body === undefined) return undefined;
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
}

function headersOf(headers: NonNullable<Answer['headers']>, bytes: Uint8Array) {
  return {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    'content-length': bytes.length,
  };
}
