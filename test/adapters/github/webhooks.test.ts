/** The door for webhooks, knocked at over real HTTP: what is let in, what is not, and with which answer. */
import { createHmac } from 'node:crypto';
import { request as send, type OutgoingHttpHeaders } from 'node:http';
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

beforeEach(async () => {
  received = [];
  keeping = () => Promise.resolve();
  const app = await appAt('http://127.0.0.1:9');
  const door = webhookDoor({
    verify: (text, signature) => app.verify(text, signature),
    receive: async (delivery) => {
      await keeping();
      received.push(delivery);
    },
    log,
  });
  server = await startServer({
    port: 0,
    host: '127.0.0.1',
    door,
    ready: () => Promise.resolve(),
    log,
  });
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

test('a delivery that GitHub signed is handed on as an event and then answered with 202', async () => {
  const answer = await knock({ headers: headers(body), chunks: [body] });
  expect(answer.status).toBe(202);
  expect(received).toMatchObject([
    {
      id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      name: 'issues',
      event: { kind: 'labelled', issue: { title: 'Totals are wrong – by “1 ¢”' } },
    },
  ]);
});

test('an event that we do not act on is kept, too, as one without work', async () => {
  const ping = '{"zen":"Speak like a human.","hook_id":1}';
  const answer = await knock({
    headers: headers(ping, { 'x-github-event': 'ping' }),
    chunks: [ping],
  });
  expect(answer.status).toBe(202);
  expect(received).toMatchObject([{ name: 'ping', event: null }]);
});

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

const reserialised = JSON.stringify(JSON.parse(body), null, 1);
const deep = `{"action":${'['.repeat(100)}${']'.repeat(100)}}`;
const deepText = JSON.stringify({ action: '['.repeat(1000) + '\\"{' });
const prototype = '{"__proto__":{"action":"labeled"},"constructor":{"prototype":{}}}';
const unread = JSON.stringify({ ...labelled, issue: { ...labelled.issue, number: 'x' } });
const other = '72d3162e-cc78-11e3-81ab-000000000000';

test.each<[string, number, Partial<Knock> & { more?: OutgoingHttpHeaders; text?: string }]>([
  ['no signature', 401, { more: { 'x-hub-signature-256': undefined } }],
  ['an empty signature', 401, { more: { 'x-hub-signature-256': '' } }],
  ['a wrong signature', 401, { more: { 'x-hub-signature-256': signature(`${body} `) } }],
  [
    'only the old SHA-1 signature',
    401,
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
    { more: { 'x-hub-signature-256': signature(body, secret, 'sha1') } },
  ],
  ['a short signature', 401, { more: { 'x-hub-signature-256': signature(body).slice(0, -1) } }],
  ['a long signature', 401, { more: { 'x-hub-signature-256': `${signature(body)}0` } }],
  [
    'a signature without its algorithm',
    401,
    { more: { 'x-hub-signature-256': signature(body).slice(7) } },
  ],
  [
    'the right signature twice',
    401,
    { more: { 'x-hub-signature-256': [signature(body), signature(body)] } },
  ],
  [
    'the signature of a secret that was replaced',
    401,
    { more: { 'x-hub-signature-256': signature(body, 'the old one') } },
  ],
  ['a body with one byte changed', 401, { chunks: [body.replace('labeled', 'labelxd')] }],
  ['a body that was parsed and written again', 401, { chunks: [reserialised] }],
  ['no body', 401, { chunks: [] }],
  ['another content type', 415, { more: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['no content type', 415, { more: { 'content-type': undefined } }],
  ['no delivery id', 400, { more: { 'x-github-delivery': undefined } }],
  ['an odd delivery id', 400, { more: { 'x-github-delivery': '../../x' } }],
  ['no event name', 400, { more: { 'x-github-event': undefined } }],
  ['an odd event name', 400, { more: { 'x-github-event': 'issues.labeled' } }],
  ['JSON that nests too deep', 400, { text: deep }],
  ['what is no JSON', 400, { text: '{"action":' }],
  ['a known event in an unknown shape', 422, { text: unread }],
  ['GET', 405, { method: 'GET' }],
  ['PUT', 405, { method: 'PUT' }],
])(
  '%s is answered with %i, and nothing is kept',
  async (_, status, { more, text = body, ...given }) => {
    const answer = await knock({ headers: headers(text, more), chunks: [text], ...given });
    expect(answer.status).toBe(status);
    expect(received).toEqual([]);
  },
);

test.each([
  ['brackets within a text', deepText],
  ['the names of what every object has', prototype],
])('%s do no harm', async (_, text) => {
  const answer = await knock({ headers: headers(text), chunks: [text] });
  expect(answer.status).toBe(202);
  expect(received).toMatchObject([{ event: null }]);
  expect({}).not.toHaveProperty('action');
});

test.each([
  ['an event that nobody has heard of', { 'x-github-event': 'moon_phase' }],
  ['a content type with its charset', { 'content-type': 'Application/JSON; charset=utf-8' }],
])('%s is let in', async (_, more) => {
  expect((await knock({ headers: headers(body, more), chunks: [body] })).status).toBe(202);
});

test('a body in many chunks, cut within a character, is proven as a whole', async () => {
  const bytes = Buffer.from(body);
  const chunks = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  const answer = await knock({
    headers: headers(body, { 'transfer-encoding': 'chunked' }),
    chunks,
  });
  expect(answer.status).toBe(202);
});

test.each([
  ['says its length', (bytes: Buffer) => ({ 'content-length': bytes.length })],
  ['does not say its length', () => ({ 'transfer-encoding': 'chunked' })],
])('a body above 25 MB that %s is answered with 413', async (_, length) => {
  const bytes = Buffer.alloc(25 * 1024 * 1024 + 1, ' ');
  const answer = await knock({ headers: headers('x', length(bytes)), chunks: [bytes] });
  expect(answer.status).toBe(413);
  expect(received).toEqual([]);
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

test('bytes that are no UTF-8 are not taken for what they would be read as', async () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
  expect((await knock({ headers: headers(bytes), chunks: [bytes] })).status).toBe(401);
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
        headers: headers(body, { 'x-github-delivery': `${other}-${String(at)}` }),
        chunks: [body],
      }),
    ),
  );
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1000);
});

test('where the set-up of Probot sends webhooks there is the same door', async () => {
  expect((await knock({ path: '/', headers: headers(body), chunks: [body] })).status).toBe(202);
});

test('what was refused is told in the log, without the body', () => {
  expect(log.lines.map(({ message }) => message)).toContain('a webhook delivery is refused');
  expect(JSON.stringify(log.lines)).not.toContain('Totals are wrong');
});
