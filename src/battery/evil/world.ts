/** World: a local GitHub with two repositories, the App's forge on it, and secrets in every place where the App keeps some. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { githubApp } from '#adapters/github/auth.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { systemClock } from '#adapters/telemetry/clock.ts';
import { pinoLog } from '#adapters/telemetry/log.ts';
import { perArena, type Arena } from '#battery/arena.ts';
import type { Repository } from '#core/event.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { RepositorySession } from '#ports/forge.ts';
import type { Workspace } from '#ports/sandbox.ts';

export interface EvilWorld {
  readonly github: LocalGitHub;
  /** Of the repository; its links lead nowhere else. */
  readonly home: string;
  readonly session: RepositorySession;
  /** Another one, with tokens of its own. */
  readonly newSession: () => RepositorySession;
  readonly base: string;
  /** Where secrets lie on this machine, by what they are. */
  readonly places: Readonly<Record<'key' | 'data' | 'neighbour' | 'process', string>>;
  readonly secrets: readonly string[];
  /** The repository's files in a sandbox, with links to secrets among them. */
  readonly workspace: Workspace;
  /** Every byte that went out so far: requests with their bodies, and the log. */
  readonly sent: () => string;
  /** What the local GitHub answers to its administrator. */
  readonly ask: (method: string, path: string, body?: object) => Promise<unknown>;
}

export const repositoryFiles = {
  'package.json': '{ "name": "app", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/clamp.js':
    'export function clamp(value, low, high) {\n  return value < low ? low : value;\n}\n',
  'test/clamp.test.js': "import { test } from 'node:test';\ntest('low', () => {});\n",
  'README.md': '# App\n',
};

export const evilWorld = perArena(openWorld);

async function openWorld(arena: Arena): Promise<EvilWorld> {
  const secret = () => `kQ7${randomBytes(9).toString('hex')}canary`;
  const [inKey, inData, inNeighbour, inProcess] = [secret(), secret(), secret(), secret()];
  const github = await startLocalGitHub({ world: worldWith(inNeighbour) });
  const folder = await arena.folder();
  const places = await hide(folder, { inKey, inData, inNeighbour });
  const holder = holdSecret(inProcess);
  const recorder = await recordRequests(github.url);
  const lines: string[] = [];
  const log = pinoLog({ level: 'trace', pretty: false, write: (line) => void lines.push(line) });
  // The pauses between writes protect GitHub, not us.
  const clock = { ...systemClock(), sleep: () => Promise.resolve() };
  const { id, privateKey, webhookSecret } = github.app;
  const app = await githubApp({
    credentials: { appId: id, privateKey: { text: privateKey }, webhookSecret },
    apiUrl: `${recorder.url}/api/v3`,
    webUrl: github.url,
    clock,
    log,
  });
  // Each forge by itself keeps to GitHub's pace for an installation, and there are more attacks than fit into an hour.
  const newSession = () => githubForge({ app, clock }).open(repositoryOf(github, 'app'));
  const sessions = inTurn(newSession);
  const tree = await arena.layer(repositoryFiles);
  await linkTo(tree.path, places);
  const workspace = await arena.sandbox.open([tree]);
  arena.closing(async () => {
    await workspace.close();
    await sessions.close();
    holder.kill('SIGKILL');
    await recorder.close();
    await github.stop();
  });
  return {
    ...{ github, newSession, workspace },
    get session() {
      return sessions.next();
    },
    home: `${github.url}/acme/app`,
    base: (await sessions.next().head('main')) ?? '',
    places: { ...places, process: `/proc/${String(holder.pid)}/environ` },
    secrets: [inKey, inData, inNeighbour, inProcess],
    sent: () => [...recorder.sent, ...lines].join('\n'),
    ask: (method, path, body) => askAs(github, { method, path, body }),
  };
}

/** How often one session is used before the next: few enough for an hour of GitHub's, whatever a use writes. */
const uses = 25;

function inTurn(open: () => RepositorySession) {
  const opened: RepositorySession[] = [];
  let used = 0;
  return {
    next(): RepositorySession {
      const at = Math.floor(used / uses);
      used += 1;
      return (opened[at] ??= open());
    },
    close: async () => {
      for (const session of opened) await session.close();
    },
  };
}

function worldWith(secret: string) {
  return {
    users: [{ login: 'ada', role: 'admin' as const }],
    repositories: [
      {
        name: 'acme/app',
        files: repositoryFiles,
        issues: Array.from({ length: 3 }, (_, at) => ({ title: `Issue ${String(at + 1)}` })),
      },
      { name: 'acme/neighbour', files: { 'secret.txt': `${secret}\n` } },
    ],
  };
}

/** The App's key file, its data folder and the mirror of another repository: with secrets of this battery's own. */
async function hide(folder: string, secrets: Readonly<Record<string, string | undefined>>) {
  const place = (name: string) => join(folder, name);
  const places = {
    key: place('app.pem'),
    data: place('data/runs.json'),
    neighbour: place('data/mirrors/neighbour/secret.txt'),
  };
  await mkdir(place('data/mirrors/neighbour'), { recursive: true });
  await writeFile(places.key, `${secrets.inKey ?? ''}\n`);
  await writeFile(places.data, `${secrets.inData ?? ''}\n`);
  await writeFile(places.neighbour, `${secrets.inNeighbour ?? ''}\n`);
  return places;
}

/** A process with a secret in its environment, as the App is one. */
function holdSecret(secret: string) {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
    env: { PRIVATE_KEY: secret },
    stdio: 'ignore',
  });
}

/** Our own writer makes no links; here they stand for a tree that some other writer made. */
async function linkTo(tree: string, places: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, target] of Object.entries(places))
    await symlink(target, join(tree, `to-${name}`));
  await symlink('/', join(tree, 'to-root'));
}

export function repositoryOf({ state }: LocalGitHub, name: string): Repository {
  const found = state.repositories.find((each) => each.name === name);
  const [installation] = state.installations;
  if (found === undefined || installation === undefined)
    throw new TypeError(`the local GitHub has no ${name}`);
  const { id, defaultBranch, private: isPrivate } = found;
  return {
    id,
    owner: 'acme',
    name,
    defaultBranch,
    private: isPrivate,
    installation: installation.id,
  };
}

/** A door before the local GitHub that keeps every request; what proves who asks is left out, since it must be sent. */
async function recordRequests(target: string) {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    void passOn(target, request, sent).then(
      async (answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A connection that is kept must not end while the next request is on its way.
  server.keepAliveTimeout = 120_000;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    sent,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function passOn(target: string, request: IncomingMessage, sent: string[]): Promise<Response> {
  const { method = 'GET', url = '/', headers } = request;
  const body = await textOf(request);
  const { authorization = '', accept = '*/*', 'user-agent': agent = '' } = headers;
  sent.push(`${method} ${decodeURIComponent(url)}\n${agent}\n${body}`);
  return fetch(`${target}${url}`, {
    method,
    headers: { authorization, accept, 'content-type': 'application/json' },
    ...(body !== '' && { body }),
  });
}

async function askAs(
  { url, users }: LocalGitHub,
  { method, path, body }: { method: string; path: string; body: object | undefined },
): Promise<unknown> {
  const response = await fetch(`${url}/api/v3${path}`, {
    method,
    headers: { authorization: `token ${users[0]?.token ?? ''}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? null : response.json();
}
