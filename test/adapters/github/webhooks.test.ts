/** The door for webhooks, knocked at over real HTTP: what is let in, what is not, and with which answer. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as send, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { webhookDoor, type WebhookDoorOptions } from '#adapters/github/webhooks.ts';
import { startServer, type RunningServer } from '#server/server.ts';
import { appAt, writtenLog } from './surroundings.ts';

const secret = 'a secret of the test';
const labelled = {
  action: 'labeled',
  label: { name: 'sluice' },
  repository: {
    id: 5,
    name: 'shop',
    owner: { login: 'ann' },
    default_branch: 'main',
    private: false,
  },
  sender: { id: 1, login: 'ann', type: 'User' },
  installation: { id: 9 },
  issue: {
    number: 3,
    title: 'Totals are wrong – by “1 ¢”',
    body: '',
    user: null,
    labels: [],
    state: 'open',
    html_url: 'https://github.com/ann/shop/issues/3',
  },
};
const body = JSON.stringify(labelled);

let server: RunningServer;
let received: Parameters<WebhookDoorOptions['receive']>[0][];
let keeping: () => Promise<void>;
const log = writtenLog();

async function open(more: { requestTimeout?: number } = {}): Promise<RunningServer> {
  const app = await appAt('http://127.0.0.1:9');
  const door = webhookDoor({
    verify: (text, signature) => app.verify(text, signature),
    receive: async (delivery) => {
      await keeping();
      received.push(delivery);
    },
    log,
  });
  const ready = () => Promise.resolve();
  return startServer({ port: 0, host: '127.0.0.1', door, ready, log, ...more });
}

beforeEach(async () => {
  received = [];
  keeping = () => Promise.resolve();
  server = await open();
});

afterEach(() => server.stop());

function signature(text: string | Buffer, key = secret, algorithm = 'sha256'): string {
  return `${algorithm}=${createHmac(algorithm, key).update(text).digest('hex')}`;
}

function headers(text: string | Buffer, more: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  return {
    'content-type': 'application/json',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-github-event': 'issues',
    'x-hub-signature-256': signature(text),
    ...more,
  };
}

interface Knock {
  readonly method?: string;
  readonly path?: string;
  readonly headers: OutgoingHttpHeaders;
  readonly chunks: readonly (string | Buffer)[];
}

/** Header by header and chunk by chunk, as no well-behaved client would. */
function knock({ method = 'POST', path = '/api/github/webhooks', ...given }: Knock) {
  return new Promise<{ status: number; text: string }>((done, failed) => {
    const defined = Object.fromEntries(
      Object.entries(given.headers).filter(([, value]) => value !== undefined),
    );
    const sending = send(`${server.url}${path}`, { method, headers: defined }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, text }));
    });
    sending.on('error', failed);
    for (const chunk of given.chunks) sending.write(chunk);
    sending.end();
  });
}

test('a delivery is answered only when it is kept', async () => {
  const order: string[] = [];
  keeping = () => Promise.resolve().then(() => void order.push('kept'));
  await knock({ headers: headers(body), chunks: [body] }).then(() => order.push('answered'));
  expect(order).toEqual(['kept', 'answered']);
});

test('a delivery that cannot be kept is answered with 503, without saying why to strangers', async () => {
  keeping = () => Promise.reject(new Error('password of the database'));
  const answer = await knock({ headers: headers(body), chunks: [body] });
  expect(answer.status).toBe(503);
  expect(answer.text).not.toContain('password');
});

const odd = (text: string) => ({ text, event: 'issues' });
const signed = (value: string) => ({ more: { 'x-hub-signature-256': value } });
const without = (name: string) => ({ more: { [name]: undefined } });
const nested = (depth: number) => `{"action":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const withIssue = (number: string) => body.replace('"number":3', `"number":${number}`);
const tooLarge = Buffer.alloc(25 * 1024 * 1024 + 1, ' ');
const bytesOf = Array.from(Buffer.from(body), (byte) => Buffer.from([byte]));

interface Case extends Partial<Knock> {
  /** Headers beside the right ones, or in their place; undefined leaves one out. */
  readonly more?: OutgoingHttpHeaders;
  /** What is signed, and sent unless there are chunks. */
  readonly text?: string | Buffer;
  readonly event?: string;
}

/** An issue's label is an event with work, `kept` is a delivery without, `nothing` leaves no trace. */
test.each<[string, number, 'labelled' | 'kept' | 'nothing', Case?]>([
  ['a delivery as GitHub signs it', 202, 'labelled'],
  [
    'one signed with the secret that is being replaced',
    202,
    'labelled',
    signed(signature(body, 'the one before')),
  ],
  [
    'one in many chunks, cut within a character',
    202,
    'labelled',
    { more: { 'transfer-encoding': 'chunked' }, chunks: bytesOf },
  ],
  [
    'one whose content type names its charset',
    202,
    'labelled',
    { more: { 'content-type': 'Application/JSON; charset=utf-8' } },
  ],
  ['one where Probot’s set-up sends it', 202, 'labelled', { path: '/' }],
  [
    'one with a key twice, of which the last counts',
    202,
    'labelled',
    odd(body.replace('{', '{"action":"opened",')),
  ],
  [
    'one with keys that every object has',
    202,
    'labelled',
    odd(
      body.replace('{', '{"__proto__":{"action":"x"},"constructor":{"prototype":{"action":"x"}},'),
    ),
  ],

  ['an event that nobody has heard of', 202, 'kept', { event: 'moon_phase' }],
  [
    'an event that we do not act on',
    202,
    'kept',
    { text: '{"zen":"Speak like a human."}', event: 'ping' },
  ],
  [
    'brackets within a text',
    202,
    'kept',
    odd(JSON.stringify({ action: `${'['.repeat(1000)}\\"{` })),
  ],
  [
    'nothing but keys that every object has',
    202,
    'kept',
    odd('{"__proto__":{"action":"labeled"},"constructor":1}'),
  ],
  ['JSON that nests as deep as may be', 202, 'kept', odd(nested(63))],

  ['no signature', 401, 'nothing', without('x-hub-signature-256')],
  ['an empty signature', 401, 'nothing', signed('')],
  ['a signature of another body', 401, 'nothing', signed(signature(`${body} `))],
  [
    'only the old SHA-1 signature',
    401,
    'nothing',
    {
      more: {
        'x-hub-signature-256': undefined,
        'x-hub-signature': signature(body, secret, 'sha1'),
      },
    },
  ],
  [
    'a SHA-1 signature in the place of the new',
    401,
    'nothing',
    signed(signature(body, secret, 'sha1')),
  ],
  ['a short signature', 401, 'nothing', signed(signature(body).slice(0, -1))],
  ['a long signature', 401, 'nothing', signed(`${signature(body)}0`)],
  ['a signature in capitals', 401, 'nothing', signed(signature(body).toUpperCase())],
  ['a signature without its algorithm', 401, 'nothing', signed(signature(body).slice(7))],
  ['a signature that is no ASCII', 401, 'nothing', signed('sha256=é')],
  [
    'the right signature twice',
    401,
    'nothing',
    { more: { 'x-hub-signature-256': [signature(body), signature(body)] } },
  ],
  [
    'the signature of a secret from before the last',
    401,
    'nothing',
    signed(signature(body, 'the one before that')),
  ],
  ['a signature with the empty secret', 401, 'nothing', signed(signature(body, ''))],
  [
    'a body with one byte changed',
    401,
    'nothing',
    { chunks: [body.replace('labeled', 'labelxd')] },
  ],
  ['a body with a line feed more', 401, 'nothing', { chunks: [body, '\n'] }],
  [
    'a body that was parsed and written again',
    401,
    'nothing',
    { chunks: [JSON.stringify(labelled, null, 1)] },
  ],
  ['no body', 401, 'nothing', { chunks: [] }],
  ['bytes that are no UTF-8, signed', 401, 'nothing', { text: Buffer.from([0x7b, 0xff, 0x7d]) }],

  [
    'another content type',
    415,
    'nothing',
    { more: { 'content-type': 'application/x-www-form-urlencoded' } },
  ],
  ['no content type', 415, 'nothing', without('content-type')],
  ['no delivery id', 400, 'nothing', without('x-github-delivery')],
  ['an odd delivery id', 400, 'nothing', { more: { 'x-github-delivery': '../../x' } }],
  ['two delivery ids', 400, 'nothing', { more: { 'x-github-delivery': ['a', 'b'] } }],
  [
    'a delivery id of a thousand signs',
    400,
    'nothing',
    { more: { 'x-github-delivery': 'a'.repeat(1000) } },
  ],
  ['no event name', 400, 'nothing', without('x-github-event')],
  ['an odd event name', 400, 'nothing', { event: 'issues.labeled' }],
  ['an event name with a digit', 202, 'kept', { event: 'projects_v2_item' }],
  ['JSON that nests too deep', 400, 'nothing', odd(nested(64))],
  ['JSON that nests a million deep', 400, 'nothing', odd(nested(1_000_000))],
  ['JSON that is cut off', 400, 'nothing', odd(body.slice(0, -20))],
  ['what is no JSON', 400, 'nothing', odd('action=labeled')],

  ['a known event in an unknown shape', 422, 'nothing', odd(withIssue('"x"'))],
  ['a number that is too large for one', 422, 'nothing', odd(withIssue('1e400'))],
  ['a number that is not exact', 422, 'nothing', odd(withIssue('9007199254740993'))],
  ['a number below zero', 422, 'nothing', odd(withIssue('-3'))],
  ['a list instead of an object', 202, 'kept', odd('[]')],
  ['null instead of an object', 202, 'kept', odd('null')],

  [
    'more than 25 MB by its own word',
    413,
    'nothing',
    { more: { 'content-length': tooLarge.length }, chunks: [tooLarge] },
  ],
  [
    'more than 25 MB without a word',
    413,
    'nothing',
    { more: { 'transfer-encoding': 'chunked' }, chunks: [tooLarge] },
  ],
  ['headers of 20 KB', 431, 'nothing', { more: { 'x-more': 'a'.repeat(20_000) }, chunks: [] }],
  ['GET', 405, 'nothing', { method: 'GET' }],
  ['PUT', 405, 'nothing', { method: 'PUT' }],
  ['another path', 404, 'nothing', { path: '/api/github/webhooks/' }],
])(
  '%s is answered with %i: %s',
  async (_, status, effect, { more, text = body, event, ...given } = {}) => {
    const named = event === undefined ? {} : { 'x-github-event': event };
    const answer = await knock({
      headers: headers(text, { ...named, ...more }),
      chunks: [text],
      ...given,
    });
    expect(answer.status).toBe(status);
    const kept = received.map((delivery) => delivery.event?.kind ?? 'kept');
    expect(kept).toEqual(effect === 'nothing' ? [] : [effect]);
    expect({}).not.toHaveProperty('action');
  },
);

/** What no client would send, byte by byte; the answer's first line. */
function shout(...parts: readonly string[]): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    socket.on('error', failed).on('close', () => done(heard.split('\r\n')[0] ?? ''));
    for (const part of parts) socket.write(part);
  });
}

function head(more: readonly string[]): string {
  const given = Object.entries(headers(body)).map(([name, value]) => `${name}: ${String(value)}`);
  const lines = ['POST /api/github/webhooks HTTP/1.1', 'host: a', 'connection: close', ...given];
  return [...lines, ...more, '', ''].join('\r\n');
}

const length = `content-length: ${String(Buffer.byteLength(body))}`;
const longer = `content-length: ${String(Buffer.byteLength(body) + 1)}`;

test.each<[string, string, 'labelled' | 'nothing', readonly string[]]>([
  ['the right bytes', 'HTTP/1.1 202 Accepted', 'labelled', [head([length]), body]],
  [
    'a header with a line break in it',
    'HTTP/1.1 400 Bad Request',
    'nothing',
    [head([length, 'x-a: b\nx-c: d', ' e']), body],
  ],
  [
    'a header with a NUL in it',
    'HTTP/1.1 400 Bad Request',
    'nothing',
    [head([length, 'x-a: \0']), body],
  ],
  ['two lengths', 'HTTP/1.1 400 Bad Request', 'nothing', [head([length, longer]), body]],
  [
    'a length beside chunks',
    'HTTP/1.1 400 Bad Request',
    'nothing',
    [head([length, 'transfer-encoding: chunked']), body],
  ],
  [
    'chunks without a length of their own',
    'HTTP/1.1 400 Bad Request',
    'nothing',
    [head(['transfer-encoding: chunked']), body],
  ],
  ['a body that never ends', 'HTTP/1.1 408 Request Timeout', 'nothing', [head([longer]), body]],
  [
    'headers that never end',
    'HTTP/1.1 408 Request Timeout',
    'nothing',
    ['POST / HTTP/1.1\r\nhost: a\r\n'],
  ],
])('%s is answered with %s: %s', async (_, first, effect, parts) => {
  await server.stop();
  server = await open({ requestTimeout: 100 });
  expect(await shout(...parts)).toBe(first);
  expect(received.map(({ event }) => event?.kind)).toEqual(effect === 'nothing' ? [] : [effect]);
});

test('a delivery whose sender hangs up in its middle leaves no trace', async () => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  socket.resume().end(head([longer]) + body);
  await once(socket, 'close');
  await knock({ headers: headers(body, { 'x-github-delivery': 'after' }), chunks: [body] });
  expect(received.map(({ id }) => id)).toEqual(['after']);
});

test('which secret signed a delivery is told in the log while the previous one is used, and the secret is not', async () => {
  await knock({
    headers: headers(body, signed(signature(body, 'the one before')).more),
    chunks: [body],
  });
  expect(log.lines.at(-1)).toMatchObject({ message: 'a webhook delivery is signed as before' });
  expect(JSON.stringify(log.lines)).not.toContain('the one before');
});

test('bodies that fill the memory together are refused, and what they held is free again', async () => {
  const sent = Array.from({ length: 5 }, () => {
    const length = { 'content-length': 25 * 1024 * 1024 };
    const sending = send(`${server.url}/api/github/webhooks`, {
      method: 'POST',
      headers: headers('x', length),
    });
    // All but the last byte: none of them ever ends.
    sending.write(Buffer.alloc(length['content-length'] - 1, ' '));
    const answered = new Promise<number>((done, failed) => {
      sending.on('response', (response) => done(response.resume().statusCode ?? 0));
      sending.on('error', failed);
    });
    return { sending, answered };
  });
  expect(await Promise.race(sent.map(({ answered }) => answered))).toBe(503);
  for (const { sending, answered } of sent) {
    answered.catch(() => 'cut off by us');
    sending.destroy();
  }
  const answer = await knock({ headers: headers(body), chunks: [body] });
  expect(answer.status).toBe(202);
});

test('a delivery that is sent again arrives with the same id, for the store to see', async () => {
  await knock({ headers: headers(body), chunks: [body] });
  await knock({ headers: headers(body), chunks: [body] });
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
});

test('a thousand at once are all answered and kept', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, at) =>
      knock({
        headers: headers(body, { 'x-github-delivery': `delivery-${String(at)}` }),
        chunks: [body],
      }),
    ),
  );
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1000);
});

test('what was refused is told in the log, without the body', () => {
  expect(log.lines.map(({ message }) => message)).toContain('a webhook delivery is refused');
  expect(JSON.stringify(log.lines)).not.toContain('Totals are wrong');
});
