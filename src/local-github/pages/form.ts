/** Reads what a browser sends: cookies and forms, and only forms from these very pages. */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '#local-github/refusal.ts';

/** Bytes of a form; a comment of GitHub's full length, encoded, fits. */
const formLimit = 1_000_000;

/** Throws 403 on a form from elsewhere, 413 on one that is too large, 415 on anything that is no form. */
export async function readForm(
  request: IncomingMessage,
  ownHost: string,
): Promise<URLSearchParams> {
  if (!isSameOrigin(request, ownHost))
    throw new Refusal(403, 'This form was not sent from one of these pages.');
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true)
    throw new Refusal(415, 'Only forms are taken here.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > formLimit) throw new Refusal(413, 'This form is too large.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/**
 * Whether the host that was asked is ours: a strange name that was made to lead here (DNS rebinding) is not, and a
 * browser would let its pages read what it gets.
 */
export function isOurHost({ headers }: IncomingMessage, ownHost: string): boolean {
  const { host = '' } = headers;
  return host === ownHost || loopback.test(host);
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Browsers name the origin on every POST, and it must be the host that was asked. */
function isSameOrigin(request: IncomingMessage, ownHost: string): boolean {
  const { origin, host = '' } = request.headers;
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== host) return false;
  return isOurHost(request, ownHost);
}

export function readCookie({ headers }: IncomingMessage, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    // A cookie that is not ours to read is as good as none.
    return undefined;
  }
}

/** Browsers send line ends as CRLF; GitHub keeps them so too, but what is written through its API has none. */
export function textOf(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').replaceAll('\r\n', '\n');
}
