/** One request of the REST API: its terms, its caller, its limits, its route, and what a fault makes of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { authenticate, tokenOf } from '#local-github/authenticate.ts';
import type { Caller } from '#local-github/caller.ts';
import type { Conformance } from '#local-github/conformance.ts';
import type { Strike } from '#local-github/faults/fault.ts';
import { answerGraphql } from '#local-github/graphql/answer.ts';
import { countedOf, resourceOf, takenBy } from '#local-github/limits/counted.ts';
import type { Counted, Exceeded } from '#local-github/limits/meter.ts';
import { primaryLimitAnswer, secondaryLimitAnswer } from '#local-github/limits/refused.ts';
import type { Site } from '#local-github/pages/view.ts';
import { Refusal } from '#local-github/refusal.ts';
import { allRoutes } from '#local-github/rest/all.ts';
import { compile, match } from '#local-github/rest/route.ts';
import type { Answer, Exchange } from '#local-github/rest/route.ts';
import { conditional } from './conditional.ts';
import { ledElsewhere, namedPath } from './renamed.ts';
import { isSilenced, refusalAnswer, send, sendSpoiled } from './send.ts';
import { checkAccept, versionOf } from './terms.ts';

export interface ApiOptions {
  readonly github: Site;
  readonly conformance: Conformance;
  readonly violations: string[];
  /** Refuses what exceeds a rate limit, instead of only counting it. */
  readonly strictLimits: boolean;
}

/** Bytes of a request's body; a blob of 100 MB in base64 fits. */
const bodyLimit = 150 * 1024 * 1024;
const routes = compile(allRoutes);

interface Call {
  readonly request: IncomingMessage;
  /** HEAD is answered as GET, without the body. */
  readonly method: string;
  /** Without `/api/v3`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiOptions,
): Promise<void> {
  const { github } = options;
  const { pathname, searchParams } = new URL(request.url ?? '/', github.url);
  const asked = pathname.replace(/^\/api\/v3(?=\/|$)/, '') || '/';
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const path = namedPath(github, asked);
  const token = tokenOf(github, request.headers);
  const strike = github.faults.strike({ github, token, path, on: 'api', method });
  if (await isSilenced(response, strike)) return;
  const call: Call = { request, method, path, query: searchParams };
  const { answer, headers } = await answerCall(call, strike, options);
  const { after } = strike;
  const whole = (found: Answer): Answer => ({
    ...found,
    headers: { ...headers, ...found.headers },
  });
  if (typeof after === 'string') sendSpoiled(response, whole(answer), after);
  else send(response, whole(after ?? answer));
}

interface Answered {
  readonly answer: Answer;
  /** What every answer of the API carries. */
  readonly headers: Readonly<Record<string, string>>;
}

async function answerCall(call: Call, { before }: Strike, options: ApiOptions): Promise<Answered> {
  const { github, violations } = options;
  const { headers } = call.request;
  const instead = typeof before === 'object' ? before : undefined;
  let caller: Caller = { kind: 'anonymous' };
  let answer: Answer;
  let version = '2022-11-28';
  try {
    version = versionOf(headers);
    checkAccept(headers);
    caller = authenticate(github, headers);
    answer = instead ?? (await withinLimits(call, caller, options));
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    answer = instead ?? refusalAnswer(thrown);
  }
  violations.push(...deviations(call, answer, options));
  const resource = resourceOf(call.path);
  const rate = github.meter.rate(countedOf(github, caller), resource);
  return {
    answer,
    headers: {
      'x-github-media-type': 'github.v3; format=json',
      'x-github-api-version-selected': version,
      ...Object.fromEntries(
        Object.entries(rate).map(([name, value]) => [`x-ratelimit-${name}`, String(value)]),
      ),
      'x-ratelimit-resource': resource,
    },
  };
}

async function withinLimits(call: Call, caller: Caller, options: ApiOptions): Promise<Answer> {
  const { github, strictLimits } = options;
  const { method, path, request } = call;
  const counted = countedOf(github, caller);
  const taken = takenBy(method, path);
  const { exceeded, end } = github.meter.begin(counted, taken);
  try {
    if (exceeded === 'exhausted' || (exceeded && strictLimits))
      return refused(github, counted, exceeded);
    const answer = await route(call, caller, options);
    const checked = method === 'GET' ? conditional(request.headers, answer) : answer;
    if (checked.status === 304 && caller.kind !== 'anonymous')
      github.meter.refund(counted, taken.resource, taken.cost);
    return checked;
  } finally {
    end();
  }
}

function refused({ meter }: Site, counted: Counted, exceeded: Exceeded): Answer {
  if (exceeded === 'exhausted' || exceeded === 'primary') return primaryLimitAnswer(counted.name);
  return secondaryLimitAnswer(meter.wait(counted, exceeded));
}

async function route(
  { request, method, path, query }: Call,
  caller: Caller,
  { github, conformance, violations }: ApiOptions,
): Promise<Answer> {
  const elsewhere = ledElsewhere(github, caller, { method, path, query });
  if (elsewhere) return elsewhere;
  const bytes = await readBody(request);
  if (isGraphql(path) && method === 'POST') {
    const said = asFields(parseBody(bytes));
    return answerGraphql({ github, caller, body: said, violations });
  }
  const found = match(routes, method, path);
  const isFile = found?.route.takes === 'bytes';
  const body = isFile ? {} : parseBody(bytes);
  violations.push(...conformance.request({ method, path, query, body: isFile ? bytes : body }));
  if (!found) {
    violations.push(`${method} ${path}: the local GitHub has no such route`);
    throw new Refusal(404, 'Not Found');
  }
  const { headers } = request;
  const said = { path, params: found.params, query, body: asFields(body), bytes, headers };
  return found.route.run({ github, caller, ...said, redeliver: github.redeliver });
}

function isGraphql(path: string): boolean {
  return path === '/graphql' || path === '/api/graphql';
}

/** Raw files and diffs are not in GitHub's description. */
function deviations(
  { method, path }: Call,
  { status, body }: Answer,
  { conformance }: ApiOptions,
): readonly string[] {
  // What GraphQL answers is held against its own schema.
  if (body instanceof Uint8Array || isGraphql(path)) return [];
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
