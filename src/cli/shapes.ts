/** What is left of an exchange with GitHub when nobody's words, names and secrets may stand in it: its shape. */
import { redact } from '#core/redact.ts';
import { readDescription } from '#local-github/conformance/description.ts';
import { createRouter } from '#local-github/conformance/router.ts';
import type { Exchange } from '#local-github/probing/ask.ts';

/** Headers that say how GitHub speaks; no other is kept. */
const toldHeaders = [
  'accept',
  'allow',
  'cache-control',
  'content-type',
  'if-modified-since',
  'last-modified',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-accepted-github-permissions',
  'x-github-api-version',
  'x-github-api-version-selected',
  'x-github-media-type',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-ratelimit-resource',
  'x-ratelimit-used',
];
/** Headers that hold addresses or marks: only their shape is kept. */
const shapedHeaders = ['etag', 'if-none-match', 'link', 'location'];

/** Fields whose values GitHub chooses from a list of its own, never a person. */
const toldFields = new Set([
  'author_association',
  'code',
  'conclusion',
  'content_type',
  'documentation_url',
  'encoding',
  'event',
  'field',
  'mode',
  'permission',
  'reason',
  'repository_selection',
  'resource',
  'role_name',
  'side',
  'state',
  'state_reason',
  'status',
  'target_type',
  'type',
  'visibility',
]);
/** In these objects and lists too: an App's permissions and events. */
const toldObjects = new Set(['permissions', 'events', 'deviations']);

let find: ReturnType<typeof createRouter> | undefined;

/** The path as GitHub's description writes it, with the names of what was asked and numbers alone. */
export function shapeOfPath(method: string, path: string): string {
  find ??= createRouter(readDescription('rest').operations);
  const [bare = '', query = ''] = path.split('?');
  const known = find(method, bare)?.operation.path;
  const hidden = bare.replace(/^\/repos\/[^/]+\/[^/]+/, '/repos/{owner}/{repo}');
  const parts = [...new URLSearchParams(query)].map(
    ([name, value]) => `${name}=${/^\d+$/.test(value) ? value : '…'}`,
  );
  return `${known ?? hidden}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;
}

/** Text by its kind and length; numbers of things as `<number>`; what GitHub itself chooses, as it is. */
export function shapeOf(value: unknown, name = '', told = false): unknown {
  const below = told || toldObjects.has(name);
  if (Array.isArray(value)) return value.map((each) => shapeOf(each, name, below));
  if (typeof value === 'object' && value !== null) return shapesOf(value, below);
  return shapeOfLeaf(value, name, below);
}

function shapeOfLeaf(value: unknown, name: string, told: boolean): unknown {
  if (typeof value === 'number') return /(^|_)(id|number)$/.test(name) ? '<number>' : value;
  if (typeof value !== 'string') return value;
  return told || toldFields.has(name) ? redact(value) : shapeOfText(value);
}

function shapesOf(value: object, told: boolean): object {
  const shapes = Object.entries(value).map(([key, each]) => [key, shapeOf(each, key, told)]);
  return Object.fromEntries(shapes) as object;
}

function shapeOfText(text: string): string {
  if (text === '') return '';
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(text)) return '<time>';
  if (/^[0-9a-f]{40}$/.test(text)) return '<sha>';
  if (/^https?:\/\//.test(text)) return `<address ${String(text.length)}>`;
  if (/^[0-9a-f-]{36}$/.test(text)) return '<guid>';
  return `<text ${String(text.length)}>`;
}

function shapeOfHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).flatMap(([name, value]) => {
    const key = name.toLowerCase();
    if (toldHeaders.includes(key)) return [[key, redact(value)]];
    return shapedHeaders.includes(key) ? [[key, shapeOfMark(value)]] : [];
  });
  return Object.fromEntries(kept) as Record<string, string>;
}

/** Keeps the signs around what is hidden, and the numbers of pages: their form is what is of interest. */
export function shapeOfMark(value: string): string {
  return value
    .replace(/https?:\/\/[^/>\s]+([^>?\s]*)/g, (_, path: string) =>
      shapeOfPath('GET', path.replace(/^\/(api\/v3|repositories\/\d+)/, '')).replace(
        /^\/(?!repos\/\{)[^{]*$/,
        '/…',
      ),
    )
    .replace(/"[0-9a-f]{8,}"/g, '"…"')
    .replace(/([?&]\w+=)(?!\d+(?:[&>]|$))[^&>]*/g, '$1…');
}

/** GitHub's own sentence of refusal is told: it is what is to be compared. */
function shapeOfAnswer({ status, body }: Exchange['seen']): unknown {
  if (status < 400 || typeof body !== 'object' || body === null) return shapeOf(body);
  const message = 'message' in body && typeof body.message === 'string' ? body.message : undefined;
  const hidden = message?.replace(/\b(ID|for) \S*\d\S*/g, '$1 …').replace(/[0-9a-f]{40}/g, '<sha>');
  return { ...shapesOf(body, false), ...(hidden === undefined ? {} : { message: redact(hidden) }) };
}

/** An exchange as it may be handed to strangers. */
export function shapeOfExchange({ question, seen }: Exchange) {
  const { as = 'installation', method = 'GET', path, headers = {}, body } = question;
  return {
    question: {
      as,
      method,
      path: shapeOfPath(method, path),
      headers: shapeOfHeaders(headers),
      ...(body === undefined ? {} : { body: shapeOf(body) }),
    },
    seen: {
      status: seen.status,
      headers: shapeOfHeaders(seen.headers),
      body: shapeOfAnswer(seen),
    },
  };
}

/** An exchange with its texts, but without credentials; `authorization` is never kept. */
export function wholeExchange({ question, seen }: Exchange): unknown {
  const headers = Object.fromEntries(
    Object.entries(question.headers ?? {}).filter(([name]) => !/^authorization$/i.test(name)),
  );
  return JSON.parse(redact(JSON.stringify({ question: { ...question, headers }, seen })));
}
