/** What an endpoint's failure means in our words. */
import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { errors, type SluiceError } from '#core/errors.ts';
import { redact } from '#core/redact.ts';

export interface Endpoint {
  readonly model: string;
  readonly baseURL: string;
  /** Masked wherever a server repeats it. */
  readonly apiKey: string;
  /** Milliseconds. */
  readonly timeout: number;
  now(): Date;
}

/** A failure by its HTTP status; undefined where there is none. */
export interface Failure {
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers?: Headers | undefined;
}

/** How long to wait after a 429 that does not say it. */
const waitMilliseconds = 60_000;

/** What the SDK threw, as a status and the server's own words; anything else is an answer that is no HTTP or JSON. */
export function failureOf(error: unknown, endpoint: Endpoint): Failure {
  if (error instanceof APIConnectionTimeoutError)
    return {
      status: undefined,
      reason: `no answer within ${Math.round(endpoint.timeout / 1000)} s.`,
    };
  if (error instanceof APIConnectionError)
    return { status: undefined, reason: `${deepest(error)} (${endpoint.baseURL})` };
  if (error instanceof APIError && typeof error.status === 'number') {
    const headers: unknown = error.headers;
    return {
      status: error.status,
      reason: [error.message, error.code, error.param].filter((part) => part).join(' · '),
      headers: headers instanceof Headers ? headers : undefined,
    };
  }
  return { status: undefined, reason: error instanceof Error ? deepest(error) : String(error) };
}

export function translate(failure: Failure, endpoint: Endpoint): SluiceError {
  const reason = masked(failure.reason, endpoint.apiKey);
  const { status } = failure;
  if (status === undefined || status >= 500 || status === 408 || status === 409 || status < 400)
    return errors.modelUnavailable(reason, unreachable(failure.reason, endpoint));
  if (status === 429) return errors.modelExhausted(reason, retryAt(failure, endpoint.now()));
  return errors.modelRejected(reason, hint(status, reason, endpoint));
}

/** What to do about an endpoint that was not reached; undefined where waiting may help. */
function unreachable(reason: string, { baseURL }: Endpoint): string | undefined {
  return remedies.find(([shape]) => shape.test(reason))?.[1].replace('{url}', baseURL);
}

/** By the words of Node and OpenSSL. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /certificate has expired|not yet valid/i,
    'The certificate of {url} is out of date: have it renewed, and check the clock of this machine.',
  ],
  [
    /altnames|does not match certificate/i,
    'The certificate of {url} is for another name: use that name in OPENAI_BASE_URL.',
  ],
  [
    /certificate/i,
    'The certificate of {url} is signed by nobody that Node trusts. Put the certificate (PEM) of whoever signed it into a file and set NODE_EXTRA_CA_CERTS to that file.',
  ],
  [
    /wrong version number|packet length too long|EPROTO/i,
    'Something without TLS answers there: should OPENAI_BASE_URL start with http:// instead of https://?',
  ],
  [
    /ECONNREFUSED/,
    'Nothing listens at {url}: start the model server, or correct OPENAI_BASE_URL. In a container, 127.0.0.1 is the container itself.',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'The host of {url} is not known: correct OPENAI_BASE_URL.'],
  [
    /socket hang up|ECONNRESET/,
    'The endpoint hung up. Is {url} spoken to as it wants (http or https)?',
  ],
];

function hint(status: number, reason: string, { model, baseURL }: Endpoint): string {
  if (status === 401 || status === 403)
    return `Check OPENAI_API_KEY: ${baseURL} does not accept it for ${model}.`;
  if (status === 402) return `The account behind OPENAI_API_KEY has no credit left.`;
  if (status === 404)
    return `Check SLUICE_MODEL and OPENAI_BASE_URL: ${baseURL} knows no model "${model}", or no /chat/completions.`;
  if (
    status === 413 ||
    /context.{0,12}(?:length|window|size)|too (?:long|many tokens)|maximum.{0,20}tokens/i.test(
      reason,
    )
  )
    return `The request is longer than ${model} can read. Set SLUICE_MODEL_CONTEXT to its size in tokens, or choose a model that reads more.`;
  return `Check whether ${model} at ${baseURL} offers chat completions with these parameters.`;
}

/** Undefined when waiting does not help: the quota is a matter of money. */
function retryAt({ reason, headers }: Failure, now: Date): Date | undefined {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return new Date(now.getTime() + milliseconds);
  const after = headers?.get('retry-after') ?? '';
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(after)) return new Date(now.getTime() + Number(after) * 1000);
  const at = Date.parse(after);
  if (!Number.isNaN(at)) return new Date(Math.max(at, now.getTime()));
  if (/insufficient_quota|billing|credit/i.test(reason)) return undefined;
  return new Date(now.getTime() + waitMilliseconds);
}

function masked(text: string, apiKey: string): string {
  const known = apiKey.length < 8 ? text : text.replaceAll(apiKey, '[redacted]');
  return redact(known).slice(0, 1000);
}

/** The innermost cause: "connect ECONNREFUSED ..." instead of "Connection error." */
function deepest(error: Error): string {
  return error.cause instanceof Error ? deepest(error.cause) : error.message;
}
