/** The set-up page, as far as it goes without GitHub: it shows our manifest and keeps what it is given, and no more. */
import { mkdtempSync, readFileSync, rmSync, statSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readPrivateKey } from '#adapters/github/private-key.ts';
import { runSetup } from '#adapters/github/setup.ts';
import { pkcs1, writtenLog } from './surroundings.ts';

const manifest = readFileSync('app.yml', 'utf8');

let url: string;
let envFile: string;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  envFile = join(folder, '.env');
  const server = await runSetup({
    host: '127.0.0.1',
    port: await freePort(),
    envFile,
    log: writtenLog(),
  });
  url = server.url;
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  };
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function give(values: Record<string, string>) {
  return fetch(`${url}/probot/import`, { method: 'POST', body: JSON.stringify(values) });
}

const credentials = { appId: '12', pem: pkcs1, webhook_secret: 'a-long-secret' };

test('the page carries our manifest to GitHub', async () => {
  const page = await (await fetch(url)).text();
  expect(page).toContain('action="https://github.com/settings/apps/new"');
  const shown: unknown = JSON.parse(/value='([^']*)'/.exec(page)?.[1] ?? '');
  expect(shown).toMatchObject({
    ...(parse(manifest) as object),
    name: 'sluice',
    hook_attributes: { url: `${url}/` },
    redirect_url: `${url}/probot/setup`,
  });
});

test('the credentials of an App that is there already are kept for the owner alone', async () => {
  expect((await give(credentials)).status).toBe(200);
  expect(statSync(envFile).mode & 0o777).toBe(0o600);
  const kept = parseEnv(readFileSync(envFile, 'utf8'));
  expect(kept).toMatchObject({ APP_ID: '12', WEBHOOK_SECRET: 'a-long-secret' });
  expect(await readPrivateKey({ text: kept.PRIVATE_KEY! })).toBe(
    await readPrivateKey({ text: pkcs1 }),
  );
});

test('those of a later set-up win', async () => {
  await give(credentials);
  await give({ ...credentials, appId: '13' });
  expect(parseEnv(readFileSync(envFile, 'utf8'))).toMatchObject({ APP_ID: '13' });
});

test.each([
  ['an id with a line end', { appId: '12\nNODE_OPTIONS=--import=/tmp/x.js' }],
  ['a secret with a line end', { webhook_secret: 'a-long-secret\nPATH=/tmp' }],
  ['a secret that ends its quotes', { webhook_secret: 'a-long-secret"x' }],
  ['what is no key', { pem: 'key"\nNODE_OPTIONS=x' }],
])('%s is not kept', async (_, wrong) => {
  expect((await give({ ...credentials, ...wrong })).status).toBe(500);
  expect(existsSync(envFile)).toBe(false);
});

test('in a folder without app.yml it does not start, as the App would have no permissions', async () => {
  const here = process.cwd();
  onTestFinished(() => process.chdir(here));
  process.chdir(tmpdir());
  await expect(
    runSetup({ host: '127.0.0.1', port: 0, envFile, log: writtenLog() }),
  ).rejects.toMatchObject({ kind: 'invalid', message: 'app.yml: is not in the current folder' });
});
