/** The package gate: what it gives, and that nothing else can be got or sent through it. */
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGate } from '#adapters/packages/gate.ts';
import type { Gate, GateOptions } from '#adapters/packages/gate.ts';
import { npmRoutes } from '#adapters/packages/npm/routes.ts';
import { integrityOf, startRegistry } from './tiny-registry.ts';
import { scratch } from '../../scratch.ts';
import type { TinyRegistry } from './tiny-registry.ts';

const left = Buffer.from('the bytes of left');
const scoped = Buffer.from('the bytes of @a/b');

let registry: TinyRegistry;
let gate: Gate;

function locked(name: string, version: string, bytes: Buffer) {
  const integrity = integrityOf(bytes);
  return { name, version, integrity, resolved: undefined, elsewhere: false, manifest: {} };
}

async function open(more: Partial<GateOptions> = {}): Promise<void> {
  const packages = [
    { ...locked('left', '1.0.0', left), manifest: { dependencies: { '@a/b': '^2.0.0' } } },
    { ...locked('@a/b', '2.0.0', scoped), resolved: 'https://art.invalid/npm/@a/b/-/b-2.0.0.tgz' },
    locked('moved', '1.0.0', left),
    locked('changed', '1.0.0', left),
    locked('down', '1.0.0', left),
  ];
  const { signal } = new AbortController();
  gate = await openGate({
    folder: scratch(),
    routes: npmRoutes(packages, registry.url),
    signal,
    ...more,
  });
}

beforeEach(async () => {
  registry = await startRegistry();
  registry.answers
    .set('/left/-/left-1.0.0.tgz', left)
    .set('/@a/b/-/b-2.0.0.tgz', scoped)
    .set('/moved/-/moved-1.0.0.tgz', `${registry.url}left/-/left-1.0.0.tgz`)
    .set('/changed/-/changed-1.0.0.tgz', Buffer.from('other bytes'))
    .set('/down/-/down-1.0.0.tgz', 503)
    .set('/secret', Buffer.from('not listed'));
  await open();
});

afterEach(async () => {
  await gate.close();
  await registry.close();
});

/** Says exactly these bytes to the gate; answers with everything that comes back. */
function say(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const wire = connect(gate.socket);
    const chunks: Buffer[] = [];
    wire.on('data', (chunk) => chunks.push(chunk));
    wire.on('error', reject);
    wire.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    wire.write(bytes);
  });
}

function request(line: string, headers = ''): string {
  return `${line} HTTP/1.1\r\nhost: 127.0.0.1:4000\r\nconnection: close\r\n${headers}\r\n`;
}

test.each([
  ['/left/-/left-1.0.0.tgz', left],
  ['/@a/b/-/b-2.0.0.tgz', scoped],
  ['/npm/@a/b/-/b-2.0.0.tgz', scoped],
])('the tarball %s is given', async (path, bytes) => {
  const answer = await say(request(`GET ${path}`));
  expect(answer).toMatch(/^HTTP\/1.1 200 /u);
  expect(answer.endsWith(`\r\n\r\n${bytes.toString('latin1')}`)).toBe(true);
  expect(gate.record).toMatchObject({ served: 1, denied: [] });
});

test('a HEAD gets no body', async () => {
  const answer = await say(request('HEAD /left/-/left-1.0.0.tgz'));
  expect(answer).toMatch(/^HTTP\/1.1 200 /u);
  expect(answer.endsWith('\r\n\r\n')).toBe(true);
});

test.each(['/@a/b', '/@a%2fb', '/@a%2Fb'])('%s tells of the locked version only', async (path) => {
  const answer = await say(request(`GET ${path}`));
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
    name: '@a/b',
    'dist-tags': { latest: '2.0.0' },
    versions: {
      '2.0.0': {
        name: '@a/b',
        version: '2.0.0',
        dist: {
          tarball: 'http://127.0.0.1:4000/@a/b/-/b-2.0.0.tgz',
          integrity: integrityOf(scoped),
        },
      },
    },
  });
  expect(registry.asked).toEqual([]);
});

test.each([
  ['an unlisted package', request('GET /secret'), 403],
  ['an unlisted version', request('GET /left/-/left-1.0.1.tgz'), 403],
  ['the root', request('GET /'), 403],
  ['a query', request('GET /left?leak=1'), 403],
  ['a query on a tarball', request('GET /left/-/left-1.0.0.tgz?leak=1'), 403],
  ['an absolute address', request('GET http://elsewhere.invalid/left'), 403],
  ['an absolute address of the registry', request('GET http://127.0.0.1:4000/left'), 403],
  ['a relay', request('CONNECT elsewhere.invalid:443'), 405],
  ['an upgrade', request('GET /left', 'connection: upgrade\r\nupgrade: websocket\r\n'), 405],
  ['a traversal', request('GET /left/../secret'), 403],
  ['an encoded traversal', request('GET /left/%2e%2e/secret'), 403],
  ['an encoded slash', request('GET /left%2f-%2fleft-1.0.0.tgz'), 403],
  ['an encoded letter', request('GET /%6ceft'), 403],
  ['a double slash', request('GET //left'), 403],
  ['a backslash', request('GET /left\\..\\secret'), 403],
  ['other letters', request('GET /LEFT'), 403],
  ['a name of every object', request('GET /__proto__'), 403],
  ['a write', request('PUT /left', 'content-length: 0\r\n'), 405],
  ['a post', request('POST /left', 'content-length: 4\r\n') + 'leak', 405],
  ['a body', request('GET /left', 'content-length: 4\r\n') + 'leak', 400],
  ['a body in pieces', request('GET /left', 'transfer-encoding: chunked\r\n') + '0\r\n\r\n', 400],
  [
    'a smuggled request',
    request('GET /left', 'content-length: 4\r\ntransfer-encoding: chunked\r\n') + '0\r\n\r\n',
    400,
  ],
  [
    'another host',
    'GET /left HTTP/1.1\r\nhost: elsewhere.invalid\r\nconnection: close\r\n\r\n',
    421,
  ],
  ['no host', 'GET /left HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['a long header', request('GET /left', `x: ${'y'.repeat(10_000)}\r\n`), 431],
  ['no HTTP', 'leak\r\n\r\n', 400],
])('%s is refused, and the registry hears nothing', async (_, bytes, status) => {
  expect(await say(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `, 'u'));
  expect(registry.asked).toEqual([]);
  expect(gate.record.served).toBe(0);
});

test.each([
  ['moved', 'a redirect'],
  ['changed', 'integrity'],
])('a package that was %s at the registry is not given', async (name, why) => {
  const path = `/${name}/-/${name}-1.0.0.tgz`;
  const answer = await say(request(`GET ${path}`));
  expect(answer).toMatch(/^HTTP\/1.1 403 /u);
  expect(answer).not.toContain('bytes');
  expect(gate.record.refused).toEqual([expect.stringContaining(why)]);
  expect(registry.asked).toEqual([path]);
});

test('a registry that is down is asked three times, and the record says so', async () => {
  expect(await say(request('GET /down/-/down-1.0.0.tgz'))).toMatch(/^HTTP\/1.1 403 /u);
  expect(registry.asked).toHaveLength(3);
  expect(gate.record).toMatchObject({ served: 0, refused: [] });
  expect(gate.record.unavailable).toEqual(['down@1.0.0: the registry answered 503']);
});

test.each([
  ['one package', { each: 5 }],
  ['all packages together', { total: 20 }],
])('%s cannot be larger than the limit', async (_, limit) => {
  await gate.close();
  await open(limit);
  await say(request('GET /left/-/left-1.0.0.tgz'));
  await say(request('GET /@a/b/-/b-2.0.0.tgz'));
  expect(gate.record.refused.join()).toContain('larger than');
});
