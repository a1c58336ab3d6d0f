/** The HTTP server: webhooks come in, health goes out; everything that it does is handed in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors } from '#core/errors.ts';
import type { Log } from '#ports/telemetry.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly host: string;
  /** The forge's door for webhooks; it always answers. Absent where none are taken: then only health is told. */
  readonly door?: Handler | undefined;
  /** Rejects while work could not be kept or done, for example without a database. */
  readonly ready: () => Promise<unknown>;
  readonly log: Log;
  /** Milliseconds for a whole request to arrive: half a minute unless told. */
  readonly requestTimeout?: number;
}

export interface RunningServer {
  readonly url: string;
  /** Takes no more requests and waits for those under way, at most five seconds. */
  stop(): Promise<void>;
}

/** GitHub waits ten seconds for its answer. */
const usualRequestTimeout = 30_000;
const stopTimeout = 5_000;

/** Throws invalid when the port cannot be listened on. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const routes = routesOf(options);
  const requestTimeout = options.requestTimeout ?? usualRequestTimeout;
  // Node looks at its connections twice a minute, which would double the time.
  const connectionsCheckingInterval = Math.min(requestTimeout, 5_000);
  const server = createServer(
    { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval },
    (request, response) => {
      // While stopping, a connection that is kept alive would be waited for.
      for (const end of [request, response])
        end.once('close', () => server.listening || server.closeIdleConnections());
      void serve(routes, { request, response, log: options.log });
    },
  );
  await listen(server, options);
  return { url: urlOf(server, options.host), stop: () => stop(server) };
}

function routesOf({ door, ready }: ServerOptions): ReadonlyMap<string, Handler> {
  const doors: readonly [string, Handler][] =
    door === undefined
      ? []
      : [
          ['POST /api/github/webhooks', door],
          // Where Probot's set-up tells GitHub to send webhooks.
          ['POST /', door],
        ];
  return new Map<string, Handler>([
    ...doors,
    ['GET /', (_, response) => say(response, 200, 'Sluice is running.')],
    ['GET /healthz', (_, response) => say(response, 200, 'alive')],
    [
      'GET /readyz',
      (_, response) =>
        ready().then(
          () => say(response, 200, 'ready'),
          () => say(response, 503, 'not ready'),
        ),
    ],
  ]);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: Log;
}

async function serve(
  routes: ReadonlyMap<string, Handler>,
  { request, response, log }: Exchange,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  // A wrong method at the door is the door's to answer.
  const handler = routes.get(`${method} ${path}`) ?? routes.get(`POST ${path}`) ?? notFound;
  try {
    await handler(request, response);
  } catch (thrown) {
    log.error({ path, message: String(thrown) }, 'a request failed');
    if (!response.headersSent) await say(response, 500, 'failed');
  }
}

function notFound(_: IncomingMessage, response: ServerResponse): Promise<void> {
  return say(response, 404, 'not found');
}

function say(response: ServerResponse, status: number, text: string): Promise<void> {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  return new Promise((done) => response.end(`${text}\n`, done));
}

function listen(server: Server, { port, host }: ServerOptions): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error) => {
      const where = `${host}:${String(port)}`;
      const hint = 'Set PORT to a free one, and HOST to an address of this machine.';
      failed(errors.settingInvalid('PORT', `cannot listen on ${where} (${error.message})`, hint));
    });
    server.listen({ port, host }, () => done());
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const everywhere = ['0.0.0.0', '::'].includes(host);
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${String(port)}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((done) => {
    const late = setTimeout(() => server.closeAllConnections(), stopTimeout);
    server.close(() => {
      clearTimeout(late);
      done();
    });
    server.closeIdleConnections();
  });
}
