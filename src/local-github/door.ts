/** The HTTP door: tells git, REST and pages apart, and answers refusals in GitHub's shape. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { authenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';
import type { Conformance } from './conformance.ts';
import { handleGit } from './git/http.ts';
import { handlePage } from './pages.ts';
import { Refusal } from './refusal.ts';
import { allRoutes } from './rest/all.ts';
import { compile, match } from './rest/route.ts';
import type { Answer, Exchange } from './rest/route.ts';
import { coreRate } from './rest/users.ts';
import type { Delivery, GitHub } from './state.ts';

export interface DoorOptions {
  readonly github: GitHub;
  readonly conformance: Conformance;
  readonly violations: string[];
  readonly redeliver: (delivery: Delivery) => void;
}

/** Bytes of a request's body; a blob of 100 MB in base64 fits. */
const bodyLimit = 150 * 1024 * 1024;
const routes = compile(allRoutes);

export function createDoor(options: DoorOptions): RequestListener {
  return (request, response) => {
    answer(request, response, options).catch((thrown: unknown) => {
      const problem = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      options.violations.push(`${request.method ?? ''} ${request.url ?? ''}: ${problem}`);
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: { message: 'Server Error' } });
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: DoorOptions,
): Promise<void> {
  const { github } = options;
  const { pathname } = new URL(request.url ?? '/', github.url);
  response.setHeader('server', 'github.com');
  response.setHeader('x-github-request-id', randomUUID().slice(0, 18).toUpperCase());
  if (await handleGit(request, response, github)) return;
  if (isApi(request, pathname)) await serveApi(request, response, options);
  else if (!(await handlePage(request, response, github)))
    send(response, { status: 404, body: errorBody(new Refusal(404, 'Not Found')) });
}

const apiRoots = /^\/(repos|app|installation|user|users|orgs|meta|rate_limit)(\/|$)/;

/** Browsers ask for HTML; at the API's own paths nobody else does. */
function isApi({ headers, method }: IncomingMessage, path: string): boolean {
  if (path === '/api/v3' || path.startsWith('/api/v3/')) return true;
  const browser = headers.accept?.includes('text/html') ?? false;
  return apiRoots.test(path) || (path === '/' && method === 'GET' && !browser);
}

async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: DoorOptions,
): Promise<void> {
  const { github, violations } = options;
  const { pathname, searchParams } = new URL(request.url ?? '/', github.url);
  const path = pathname.replace(/^\/api\/v3(?=\/|$)/, '') || '/';
  const call: Call = { request, method: request.method ?? 'GET', path, query: searchParams };
  let caller: Caller = { kind: 'anonymous' };
  let result: Answer;
  try {
    caller = authenticate(github, request.headers);
    result = await answerCall(call, caller, options);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    result = { status: thrown.status, body: errorBody(thrown) };
  }
  violations.push(...deviations(call, result, options));
  send(response, { ...result, headers: { ...apiHeaders({ github, caller }), ...result.headers } });
}

interface Call {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

async function answerCall(
  { request, method, path, query }: Call,
  caller: Caller,
  { github, conformance, violations, redeliver }: DoorOptions,
): Promise<Answer> {
  const body = parseBody(await readBody(request));
  violations.push(...conformance.request({ method, path, query, body }));
  const found = match(routes, method, path);
  if (!found) {
    violations.push(`${method} ${path}: the local GitHub has no such route`);
    throw new Refusal(404, 'Not Found');
  }
  const { params } = found;
  const { headers } = request;
  const fields = asFields(body);
  return found.route.run({ github, caller, path, params, query, body: fields, headers, redeliver });
}

/** Raw files and diffs are not in GitHub's description. */
function deviations(
  { method, path }: Call,
  { status, body }: Answer,
  { conformance }: DoorOptions,
): readonly string[] {
  if (body instanceof Uint8Array) return [];
  return conformance.response({ method, path, status, body: asJson(body) });
}

/** As the client will read it: without what JSON leaves out. */
function asJson(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit)
    throw new Refusal(413, 'Request entity too large');
  return buffer(request);
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

/** A bare list is what older clients send as labels. */
function asFields(body: unknown): Exchange['body'] {
  if (body === undefined || body === null) return {};
  if (Array.isArray(body)) return { items: body };
  if (typeof body !== 'object') throw new Refusal(400, 'Body should be a JSON object');
  return { ...body };
}

function errorBody({ status, message, errors }: Refusal) {
  return {
    message,
    ...(errors.length > 0 ? { errors } : {}),
    documentation_url: 'https://docs.github.com/rest',
    // GitHub's description has it in these only.
    ...([401, 403, 404].includes(status) ? { status: String(status) } : {}),
  };
}

function apiHeaders(exchange: Pick<Exchange, 'github' | 'caller'>): Record<string, string> {
  const { limit, remaining, reset, used } = coreRate(exchange);
  return {
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-used': String(used),
    'x-ratelimit-resource': 'core',
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...headers,
      'content-length': bytes.length,
    })
    .end(bytes);
}
