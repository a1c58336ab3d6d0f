/** Wire: servers that keep every byte that reaches them, so that what left the App can be looked at. */
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface Sent {
  readonly method: string;
  /** With its query, decoded. */
  readonly path: string;
  /** All but what proves who asks, which must be sent. */
  readonly headers: string;
  readonly body: string;
}

export interface Wire {
  readonly url: string;
  close(): Promise<void>;
}

type Answer = (sent: Sent, body: Buffer, exchange: Exchange) => void | Promise<void>;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** `keep` hears of each request before it is answered. */
export async function openWire(keep: (sent: Sent) => void, answer: Answer): Promise<Wire> {
  const server = createServer((request, response) => {
    void buffer(request)
      .then(async (body) => {
        const sent = sentBy(request, body);
        keep(sent);
        await answer(sent, body, { request, response });
      })
      .catch(() => response.destroy());
  });
  // A connection that is kept must not end while the next request is on its way.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function sentBy({ method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer): Sent {
  const shown = Object.entries(headers).filter(([name]) => name !== 'authorization');
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return {
    method,
    path: decodeURIComponent(url),
    headers: shown.map(([name, value]) => `${name}: ${String(value)}`).join('\n'),
    body: plain.toString('latin1'),
  };
}

/** Passes everything on, as it is, and brings back the answer. */
export function passingOn(target: string): Answer {
  return (_, body, { request, response }) =>
    new Promise((resolve, reject) => {
      const { method, url = '/', headers } = request;
      const onward = ask(`${target}${url}`, { method, headers }, (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
        answered.on('end', resolve);
        answered.on('error', reject);
      });
      onward.on('error', reject);
      onward.end(body);
    });
}
