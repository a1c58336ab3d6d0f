/** `serve` as a process of its own, where it cannot start. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test('a port that is taken ends it, and nothing that it had started stays behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-serve-'));
  // The user that PostgreSQL drops to must pass through it.
  await chmod(folder, 0o711);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const child = spawn(process.execPath, ['src/cli.ts', 'serve'], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      SLUICE_DATA_DIR: join(folder, 'data'),
      APP_ID: '1',
      PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      WEBHOOK_SECRET: 'only-for-this-test',
      PORT: String((taken.address() as AddressInfo).port),
    },
  });
  try {
    const said = text(child.stderr);
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(await said).toContain('cannot listen on');
  } finally {
    child.kill('SIGKILL');
    taken.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}, 30_000);
