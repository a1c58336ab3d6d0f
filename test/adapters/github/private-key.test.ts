/** The App's private key in every form in which operators have it. */
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPrivateKey } from '#adapters/github/private-key.ts';
import { pkcs1 } from './surroundings.ts';

const pkcs8 = createPrivateKey(pkcs1).export({ type: 'pkcs8', format: 'pem' }).toString();

test.each([
  ['as GitHub gives it', pkcs1],
  ['in PKCS #8', pkcs8],
  ['on one line with \\n', pkcs1.replaceAll('\n', '\\n')],
  ['in base64', Buffer.from(pkcs1).toString('base64')],
])('a key %s is read', async (_, text) => {
  expect(await readPrivateKey({ text })).toBe(pkcs8);
});

test('a key in a file is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'key.pem'), pkcs1);
  expect(await readPrivateKey({ path: join(folder, 'key.pem') })).toBe(pkcs8);
});

test('what is no key is refused without repeating it', async () => {
  const text = '-----BEGIN RSA PRIVATE KEY-----\nnot a key\n-----END RSA PRIVATE KEY-----';
  await expect(readPrivateKey({ text })).rejects.toMatchObject({
    kind: 'invalid',
    message: 'PRIVATE_KEY: does not hold a private key in PEM',
  });
});

test('a file that is not there is named', async () => {
  await expect(readPrivateKey({ path: '/nowhere/key.pem' })).rejects.toMatchObject({
    message: expect.stringContaining('PRIVATE_KEY_PATH: cannot be opened') as string,
  });
});
