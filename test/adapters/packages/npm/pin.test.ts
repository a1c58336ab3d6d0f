/** What a lockfile leaves open is pinned to what the registry states, and to nothing else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LockedPackage } from '#adapters/packages/npm/lockfile.ts';
import { pin } from '#adapters/packages/npm/pin.ts';

const signal = AbortSignal.timeout(20_000);
const answers = new Map<string, { status: number; body: string }>();
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  const { status, body } = answers.get(request.url ?? '') ?? { status: 404, body: '{}' };
  response.writeHead(status, { location: '/elsewhere' }).end(body);
});
let registry = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/npm/`;
});
afterAll(() => server.close());

function locked(name: string, more: Partial<LockedPackage> = {}): LockedPackage {
  const plain = {
    version: '1.0.0',
    integrity: '',
    resolved: undefined,
    elsewhere: false,
    manifest: {},
  };
  return { name, ...plain, ...more };
}

function states(path: string, manifest: unknown, status = 200): void {
  answers.set(path, { status, body: JSON.stringify(manifest) });
}

test('the registry is asked for exactly the locked version', async () => {
  states('/npm/left/1.0.0', { version: '1.0.0', dist: { integrity: 'sha512-AAAA' } });
  states('/npm/@a%2fb/1.0.0', { version: '1.0.0', dist: { integrity: 'sha512-BBBB' } });
  const pinned = await pin([locked('left'), locked('@a/b')], registry, signal);
  expect(pinned.map(({ integrity }) => integrity)).toEqual(['sha512-AAAA', 'sha512-BBBB']);
});

test('nothing is asked for what is pinned already or meant for another system', async () => {
  asked.length = 0;
  const given = [
    locked('left', { integrity: 'sha512-CCCC' }),
    locked('right', { elsewhere: true }),
  ];
  expect(await pin(given, registry, signal)).toEqual(given);
  expect(asked).toEqual([]);
});

test.each([
  ['does not know it', '/npm/none/1.0.0', {}, 404],
  ['sends us elsewhere', '/npm/none/1.0.0', {}, 302],
  ['states no integrity', '/npm/none/1.0.0', { version: '1.0.0', dist: {} }, 200],
  [
    'answers for another version',
    '/npm/none/1.0.0',
    { version: '2.0.0', dist: { integrity: 'sha512-A' } },
    200,
  ],
])('a registry that %s installs nothing', async (_, path, manifest, status) => {
  states(path, manifest, status);
  await expect(pin([locked('none')], registry, signal)).rejects.toMatchObject({
    code: 'registry-unavailable',
    message: expect.stringContaining('none@1.0.0 has no integrity in the lockfile') as string,
  });
});
