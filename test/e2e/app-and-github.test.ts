/** The App and the local GitHub as two processes that know of each other only what their operator tells them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersFolder, world } from '#demo/story.ts';

interface Ready {
  readonly url: string;
  readonly app: {
    readonly id: number;
    readonly privateKeyFile: string;
    readonly webhookSecret: string;
  };
  readonly users: readonly { readonly login: string; readonly token: string }[];
}

let folder: string;
let github: ChildProcess;
let ready: Ready;
let server: ChildProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-two-'));
  chmodSync(folder, 0o711);
  const file = join(folder, 'world.json');
  writeFileSync(file, JSON.stringify(world));
  github = spawn(process.execPath, ['src/cli.ts', 'github', '--port', '0', '--world', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(createInterface(github.stdout!), 'line')) as [string];
  ready = JSON.parse(line) as Ready;
});
afterAll(async () => {
  server?.kill('SIGTERM');
  if (server?.exitCode === null) await once(server, 'close');
  github.kill('SIGTERM');
  await once(github, 'close');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** `serve`, up and listening. */
async function serve(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['src/cli.ts', 'serve'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: process.env.TMPDIR,
      SLUICE_DATA_DIR: join(folder, 'data'),
      SLUICE_RECORDINGS: answersFolder,
      APP_ID: String(ready.app.id),
      PRIVATE_KEY_PATH: ready.app.privateKeyFile,
      WEBHOOK_SECRET: ready.app.webhookSecret,
      GHE_HOST: new URL(ready.url).host,
      GHE_PROTOCOL: 'http',
      PORT: '0',
    },
  });
  for await (const line of createInterface(child.stderr)) if (line.includes('"msg":"ready"')) break;
  child.stderr.resume();
  return child;
}

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${ready.url}/api/v3/repos/acme/tally/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ready.users[0]?.token ?? ''}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

/** Asks until `is` holds; the test's own limit ends it otherwise. */
async function until<T>(path: string, is: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask<T>(path);
    if (is(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a label is answered, and an App that is killed in the middle goes on as if nothing had been', async () => {
  server = await serve();
  await ask('issues/1/labels', { labels: ['sluice'] });
  const byApp = (comments: { user: { type: string }; body: string }[]) =>
    comments.filter(({ user }) => user.type === 'Bot');
  await until<Parameters<typeof byApp>[0]>('issues/1/comments', (all) =>
    byApp(all).some(({ body }) => body.includes('✓ Prepare')),
  );
  server.kill('SIGKILL');
  await once(server, 'close');
  server = await serve();

  await until<Parameters<typeof byApp>[0]>('issues/1/comments', (all) =>
    byApp(all).some(({ body }) => body.includes('**Done: a change is proposed and proven.**')),
  );
  const comments = await ask<Parameters<typeof byApp>[0]>('issues/1/comments');
  expect(byApp(comments)).toHaveLength(1);
  const pulls = await ask<{ head: { sha: string } }[]>('pulls?state=all');
  expect(pulls).toHaveLength(1);
  const { check_runs: checks } = await ask<{ check_runs: { name: string }[] }>(
    `commits/${pulls[0]?.head.sha ?? ''}/check-runs`,
  );
  const names = checks.map(({ name }) => name);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  expect(names).toContain('sluice/proof');
});

test('it ends cleanly when its supervisor says so', async () => {
  server?.kill('SIGTERM');
  expect(await once(server!, 'close')).toEqual([0, null]);
});
