/** `serve` as processes of its own: where it cannot start, and in halves that share one database. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelled } from './labelled.ts';

const secret = 'only-for-this-test';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const children: ChildProcess[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-serve-'));
  // The user that PostgreSQL drops to must pass through it.
  await chmod(folder, 0o711);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

function sluice(args: readonly string[], over: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      SLUICE_DATA_DIR: join(folder, 'data'),
      APP_ID: '1',
      PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      WEBHOOK_SECRET: secret,
      // Nobody listens there: a run that begins has to wait.
      GHE_HOST: '127.0.0.1:1',
      GHE_PROTOCOL: 'http',
      PORT: '0',
      ...over,
    },
  });
  children.push(child);
  return child;
}

/** `serve`, up and listening: its address and how to end it. */
async function serve(role: string) {
  const child = sluice(['serve', '--role', role]);
  const lines = createInterface(child.stderr);
  let url = '';
  for await (const line of lines) {
    const said = JSON.parse(line) as { msg: string; url: string };
    if (said.msg !== 'ready') continue;
    ({ url } = said);
    break;
  }
  child.stderr.resume();
  return {
    url,
    async end(): Promise<unknown> {
      child.kill('SIGTERM');
      return once(child, 'close');
    },
  };
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
}

async function runs(): Promise<readonly Listed[]> {
  const listing = sluice(['runs', '--since', '1h', '--repo', 'ada/engine', '--json']);
  return JSON.parse(await text(listing.stdout)) as Listed[];
}

function deliver(url: string): Promise<Response> {
  const body = JSON.stringify(labelled);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return fetch(`${url}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': crypto.randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
  });
}

test('a port that is taken ends it, and nothing that it had started stays behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const child = sluice(['serve'], { PORT: String((taken.address() as AddressInfo).port) });
  const said = text(child.stderr);
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(await said).toContain('cannot listen on');
  taken.close();
});

test('a web process keeps what comes and works on nothing; a worker beside it works, and neither ends the other', async () => {
  const [web, other] = await Promise.all([serve('web'), serve('web')]);
  expect((await deliver(web.url)).status).toBe(202);
  expect((await fetch(`${web.url}/readyz`)).status).toBe(200);
  expect(await runs()).toMatchObject([{ state: 'queued', attempts: 0 }]);
  // Who leaves first does not take the database along.
  expect(await other.end()).toEqual([0, null]);
  const worker = await serve('worker');
  expect((await deliver(worker.url)).status).toBe(404);
  expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${worker.url}/readyz`)).status).toBe(200);
  expect(await web.end()).toEqual([0, null]);
  const attempts = async () => (await runs())[0]?.attempts;
  await expect.poll(attempts, { timeout: 30_000 }).toBeGreaterThan(0);
  const [{ id } = { id: '' }] = await runs();
  const retry = sluice(['runs', 'retry', id]);
  const refusal = text(retry.stderr);
  expect(await once(retry, 'close')).toEqual([1, null]);
  expect(await refusal).toContain('it goes on by itself');
  expect(await worker.end()).toEqual([0, null]);
});
