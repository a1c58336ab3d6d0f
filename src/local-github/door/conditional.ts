/** Conditional requests: what has not changed since it was last answered is answered with 304 and costs nothing. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '#local-github/rest/route.ts';

/** Gives an answer to GET its validators, or makes it 304 where the client's still hold. */
export function conditional(headers: IncomingHttpHeaders, answer: Answer): Answer {
  const { status, body } = answer;
  if (status !== 200 || body === undefined) return answer;
  const text = body instanceof Uint8Array ? body : JSON.stringify(body);
  const digest = createHash('sha256').update(text).digest('hex');
  const etag = `W/"${digest}"`;
  const modified = modifiedAt(body);
  const validators = {
    etag,
    ...(modified === undefined ? {} : { 'last-modified': modified.toUTCString() }),
    'cache-control': 'private, max-age=60, s-maxage=60',
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With',
  };
  const all = { ...validators, ...answer.headers };
  if (isUnchanged(headers, { digest, modified })) return { status: 304, headers: all };
  return { ...answer, headers: all };
}

/** Single things say when they changed; lists do not. */
function modifiedAt(body: unknown): Date | undefined {
  if (typeof body !== 'object' || body === null || !('updated_at' in body)) return undefined;
  const { updated_at: at } = body;
  return typeof at === 'string' ? new Date(at) : undefined;
}

/** With an entity tag the date does not count, as RFC 9110 says. */
function isUnchanged(
  { 'if-none-match': tags, 'if-modified-since': since }: IncomingHttpHeaders,
  { digest, modified }: { readonly digest: string; readonly modified: Date | undefined },
): boolean {
  if (tags !== undefined) return tags.trim() === '*' || tags.includes(`"${digest}"`);
  return since !== undefined && modified !== undefined && modified <= new Date(since);
}
