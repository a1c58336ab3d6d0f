/** What a test needs to visit the local GitHub: clients with credentials, and an ear for webhooks. */
import { createSign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Octokit } from '@octokit/rest';
import { startLocalGitHub } from '#local-github/local-github.ts';
import type { LocalGitHub, LocalGitHubOptions } from '#local-github/local-github.ts';
import type { World } from '#local-github/world.ts';

export const place = { owner: 'acme', repo: 'shop' };

export const world: World = {
  users: [
    { login: 'ada', name: 'Ada', role: 'admin' },
    { login: 'ben', role: 'write' },
    { login: 'tom', role: 'triage' },
    { login: 'eve', role: 'read' },
  ],
  repositories: [
    {
      name: 'acme/shop',
      files: { 'README.md': '# Shop\n', 'src/price.js': 'export const price = 1;\n' },
      labels: ['bug'],
      issues: [{ title: 'Wrong price', body: 'It is 2.', author: 'eve' }],
    },
    { name: 'acme/secret', files: { 'README.md': 'hidden\n' } },
    { name: 'acme/elsewhere', files: { 'README.md': 'not installed\n' }, installed: false },
  ],
};

export function visit(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  return startLocalGitHub({ world, ...options });
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export interface Claims {
  readonly iss?: number | string;
  readonly iat?: number;
  readonly exp?: number;
}

/** The App's JWT, with claims that a test may spoil. */
export function appJwt(github: LocalGitHub, claims: Claims = {}, key = github.app.privateKey) {
  const now = Math.floor(Date.now() / 1000);
  const whole = { iss: github.app.id, iat: now - 30, exp: now + 500, ...claims };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(whole)}`;
  return `${text}.${createSign('sha256').update(text).sign(key, 'base64url')}`;
}

const quiet = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

export function client(github: LocalGitHub, auth?: string): Octokit {
  return new Octokit({ baseUrl: `${github.url}/api/v3`, log: quiet, ...(auth ? { auth } : {}) });
}

export function tokenOf(github: LocalGitHub, login: string): string {
  return github.users.find((user) => user.login === login)!.token;
}

export function person(github: LocalGitHub, login: string): Octokit {
  return client(github, tokenOf(github, login));
}

/** A token of the App for the shop, with these permissions or all that it has. */
export async function appToken(
  github: LocalGitHub,
  permissions?: Record<string, string>,
): Promise<string> {
  const app = client(github, appJwt(github));
  const { data: installation } = await app.rest.apps.getRepoInstallation(place);
  const { data } = await app.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: [place.repo],
    ...(permissions ? { permissions } : {}),
  });
  return data.token;
}

export async function bot(
  github: LocalGitHub,
  permissions?: Record<string, string>,
): Promise<Octokit> {
  return client(github, await appToken(github, permissions));
}

/** How a refused request ended: status and message. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  const thrown: unknown = await request.then(
    () => 'was not refused',
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error) || !('status' in thrown)) return String(thrown);
  return `${String(thrown.status)} ${thrown.message.replace(/ - http\S+$/, '')}`;
}

/** A branch with one file more than main, made through the API. */
export async function branchWithFile(api: Octokit, branch: string, path = 'new.txt') {
  const { data: main } = await api.rest.repos.getBranch({ ...place, branch: 'main' });
  const { data: tree } = await api.rest.git.createTree({
    ...place,
    base_tree: main.commit.commit.tree.sha,
    tree: [{ path, mode: '100644', type: 'blob', content: `${branch}\n` }],
  });
  const { data: commit } = await api.rest.git.createCommit({
    ...place,
    message: `Add ${path}`,
    tree: tree.sha,
    parents: [main.commit.sha],
  });
  await api.rest.git.createRef({ ...place, ref: `refs/heads/${branch}`, sha: commit.sha });
  return commit;
}

export interface Heard {
  readonly event: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly payload: Record<string, unknown>;
}

export interface Ear {
  readonly url: string;
  readonly heard: Heard[];
  /** `event.action` of each webhook, in the order of their arrival. */
  names(): string[];
  answer: number;
  close(): Promise<void>;
}

/** A small server that takes webhooks. */
export async function listen(): Promise<Ear> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const text = bytes.toString();
      const payload = JSON.parse(text) as Record<string, unknown>;
      heard.push({
        event: String(request.headers['x-github-event']),
        headers: request.headers,
        text,
        payload,
      });
      response.writeHead(ear.answer).end('thanks');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const ear: Ear = {
    url: `http://127.0.0.1:${port}/hooks`,
    heard,
    names: () =>
      heard.map(({ event, payload }) =>
        typeof payload.action === 'string' ? `${event}.${payload.action}` : event,
      ),
    answer: 200,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return ear;
}
