/** Fetch without a clock of its own: Node's gives up after five minutes without headers, which slow models need. */
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { Readable } from 'node:stream';

const empty = [204, 205, 304];

/** As much of `fetch` as the SDK needs. Redirects are not followed: the key goes to no other host. */
export function patientFetch(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const send = url.protocol === 'https:' ? secure : plain;
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const request = send(
    url,
    {
      method: init.method ?? 'GET',
      // A connection that was kept may be dead by the next call, which would cost the whole conversation.
      agent: false,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.signal ? { signal: init.signal } : {}),
    },
    (incoming) => {
      const { statusCode = 0, headers } = incoming;
      // A Response can be made of these only.
      if (statusCode < 200 || statusCode > 599) {
        incoming.destroy();
        reject(new Error(`odd answer with status ${statusCode}`));
        return;
      }
      const body = empty.includes(statusCode) ? null : Readable.toWeb(incoming);
      const pairs = Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      resolve(new Response(body, { status: statusCode, headers: pairs }));
    },
  );
  request.on('error', reject);
  request.end(typeof init.body === 'string' ? init.body : undefined);
  return promise;
}
