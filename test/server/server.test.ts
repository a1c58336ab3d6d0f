/** The HTTP server as an operator and a load balancer meet it. */
import { afterEach, expect, test } from 'vitest';
import { startServer, type RunningServer } from '#server/server.ts';

const silent = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };
const log = { ...silent, child: () => log };
const running: RunningServer[] = [];

async function start(more: Partial<Parameters<typeof startServer>[0]> = {}) {
  const server = await startServer({
    port: 0,
    host: '127.0.0.1',
    door: (_, response) => Promise.resolve(void response.writeHead(202).end()),
    ready: () => Promise.resolve(),
    log,
    ...more,
  });
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

test('it says that it is alive, and ready while work can be kept', async () => {
  const { url } = await start();
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('alive\n');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('without its store it is alive and not ready', async () => {
  const { url } = await start({ ready: () => Promise.reject(new Error('no database')) });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, 'not ready\n']);
});

test.each([
  ['GET', '/', 200],
  ['HEAD', '/healthz', 200],
  ['GET', '/healthz?from=probe', 200],
  ['GET', '/nowhere', 404],
  ['POST', '/healthz', 404],
  ['POST', '/api/github/webhooks', 202],
])('%s %s is answered with %i', async (method, path, status) => {
  const { url } = await start();
  expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
});

test('a handler that fails is answered with 500 and does not end the server', async () => {
  const { url } = await start({ door: () => Promise.reject(new Error('broken')) });
  const broken = await fetch(`${url}/api/github/webhooks`, { method: 'POST' });
  expect([broken.status, await broken.text()]).toEqual([500, 'failed\n']);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('stopping waits for what is under way and takes nothing more', async () => {
  const { promise: entered, resolve: enter } = Promise.withResolvers<undefined>();
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
  const server = await start({
    door: async (_, response) => {
      enter(undefined);
      await released;
      response.writeHead(202).end();
    },
  });
  const underWay = fetch(`${server.url}/api/github/webhooks`, { method: 'POST' });
  await entered;
  const stopped = server.stop();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  release(undefined);
  expect((await underWay).status).toBe(202);
  await stopped;
});

test('a port that is taken is named, with what to do', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({ port })).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining(`PORT: cannot listen on 127.0.0.1:${String(port)}`) as string,
  });
});
