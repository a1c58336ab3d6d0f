/**
 * A repository's people and the App, over HTTP with signed webhooks: real forge, queue and database. Nothing is tried and
 * no model is asked: a run that was admitted is held where its packages would be installed, until the story lets it go.
 */
import { afterAll } from 'vitest';
import { githubApp } from '#adapters/github/auth.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { webhookDoor } from '#adapters/github/webhooks.ts';
import { systemClock } from '#adapters/telemetry/clock.ts';
import { textBlob } from '#core/change.ts';
import type { Run } from '#core/run.ts';
import { enqueue } from '#engine/enqueue.ts';
import type { World } from '#engine/flow.ts';
import { work } from '#engine/worker.ts';
import { flows as all } from '#flows/all.ts';
import { startLocalGitHub, type LocalGitHub } from '#local-github/local-github.ts';
import type { Forge } from '#ports/forge.ts';
import type { Store } from '#ports/store.ts';
import { startServer } from '#server/server.ts';
import { testPostgres } from '../postgres.ts';
import { silentLog as log } from '../silent-log.ts';

/** Without the checks of pull requests, which would be held here too. */
const flows = all.filter(({ name }) => name !== 'check');

/** One repository a story, each of an owner of its own: an installation may write only so much a minute. */
export interface Setup {
  readonly repositories: readonly { readonly name: string; readonly settings?: string }[];
  readonly workers: number;
}

interface Street {
  readonly github: LocalGitHub;
  readonly store: Store;
  readonly forge: Forge;
  /** By repository: the runs that are held, the first in front. */
  readonly held: Map<string, (() => void)[]>;
}

/** Starts everything, and closes it after the file's last test. */
export async function openStreet({ repositories, workers }: Setup): Promise<Street> {
  const postgres = await testPostgres();
  const { store, queue } = await postgres.open({ workers });
  const github = await startLocalGitHub({
    world: {
      users: [
        { login: 'ada', role: 'admin' },
        { login: 'ben', role: 'write' },
        { login: 'tom', role: 'triage' },
        { login: 'eve', role: 'read' },
      ],
      repositories: repositories.map(({ name, settings }) => ({
        name: `${name}/app`,
        files: {
          'README.md': `# ${name}\n`,
          ...(settings === undefined ? {} : { '.github/sluice.yml': settings }),
        },
        labels: ['sluice', 'bug'],
        issues: [1, 2, 3, 4].map((number) => ({
          title: `Fault ${String(number)}`,
          body: 'It is wrong.',
          author: 'eve',
        })),
      })),
    },
  });
  const { id, privateKey, webhookSecret } = github.app;
  const clock = systemClock();
  const app = await githubApp({
    credentials: { appId: id, privateKey: { text: privateKey }, webhookSecret },
    apiUrl: `${github.url}/api/v3`,
    webUrl: github.url,
    clock,
    log,
  });
  const held: Street['held'] = new Map();
  const forge = githubForge({ app, clock });
  await work({ store, queue, flows, world: { ...idleWorld(held), forge, clock, log } });
  const door = webhookDoor({
    verify: (body, signature) => app.verify(body, signature),
    receive: async ({ event, ...delivery }) => {
      const parts = { store, queue, flows, log };
      await enqueue(parts, { ...delivery, event: event ?? undefined });
    },
    log,
  });
  const ready = () => Promise.resolve();
  const server = await startServer({ port: 0, host: '127.0.0.1', door, ready, log });
  github.setHook(`${server.url}/api/github/webhooks`);
  afterAll(async () => {
    await github.settled();
    await server.stop();
    await queue.drain(0);
    await github.stop();
  });
  return { github, store, forge, held };
}

/** A world in which a run gets as far as its packages, and no further. */
function idleWorld(held: Street['held']): Omit<World, 'forge' | 'clock' | 'log'> {
  const absent = () => Promise.reject(new Error('no work is done in these stories'));
  return {
    model: { name: 'never asked', complete: absent },
    sandbox: { health: absent, open: absent, kept: absent, close: () => Promise.resolve() },
    tools: { find: () => undefined },
    advisories: { version: '', updated: () => undefined, about: absent },
    findings: { recall: absent, keep: absent },
    rules: {
      bound: (settings) => ({ settings, told: [] }),
      check: () => Promise.resolve([]),
      ask: absent,
    },
    trees: {
      fetch: () => Promise.resolve(),
      list: () => Promise.resolve([]),
      others: () => Promise.resolve([]),
      read: absent,
      readAll: absent,
      layer: ({ owner }) => Promise.resolve({ key: owner, path: '/nowhere' }),
    },
    packages: {
      install: ({ key }, signal) =>
        new Promise((resolve, reject) => {
          const goOn = () => resolve({ state: 'none', reason: 'nothing to install' });
          held.set(key, [...(held.get(key) ?? []), goOn]);
          signal.addEventListener('abort', () => reject(new Error('taken away')));
        }),
    },
    prompts: new Map(),
  };
}

export interface Pull {
  readonly number: number;
  readonly head: string;
}

interface Comment {
  readonly body: string;
  readonly user: { readonly login: string };
}

/** What people do and see in one repository. */
export function peopleOf({ github, store, forge, held }: Street, name: string) {
  const found = github.state.repositories.find(({ owner }) => owner.login === name);
  const installation = github.state.installations.find(({ account }) => account.login === name);
  const repository = {
    id: found?.id ?? 0,
    owner: name,
    name: 'app',
    defaultBranch: 'main',
    private: true,
    installation: installation?.id ?? 0,
  };

  async function ask<T>(login: string, path: string, init: RequestInit = {}): Promise<T> {
    const token = github.users.find((user) => user.login === login)?.token ?? '';
    const response = await fetch(`${github.url}/repos/${name}/app/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${path}: ${String(response.status)}`);
    return (await response.json()) as T;
  }
  const send = (login: string, method: string, path: string, body?: unknown) =>
    ask<unknown>(login, path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const said = async (issue: number): Promise<readonly string[]> => {
    const comments = await ask<Comment[]>('eve', `issues/${String(issue)}/comments`);
    return comments.filter(({ user }) => user.login.endsWith('[bot]')).map(({ body }) => body);
  };
  /** Runs of the repository, oldest first. */
  const runs = async (): Promise<readonly Run[]> => {
    const all = await store.runs(1000);
    return all.filter(({ event }) => event.repository.id === repository.id).reverse();
  };
  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };

  return {
    send,
    said,
    runs,
    label: (login: string, issue: number) =>
      send(login, 'POST', `issues/${String(issue)}/labels`, { labels: ['sluice'] }),
    unlabel: (login: string, issue: number) =>
      send(login, 'DELETE', `issues/${String(issue)}/labels/sluice`),
    edit: (login: string, issue: number, change: object) =>
      send(login, 'PATCH', `issues/${String(issue)}`, change),
    /** A pull request of ours for the issue, as an earlier run left it; marked as ready. */
    opened: async (issue: number): Promise<Pull> => {
      const session = forge.open(repository);
      const branch = `sluice/${String(issue)}-fault-${String(issue)}`;
      const proposal = {
        branch,
        base: (await session.head('main')) ?? '',
        target: 'main',
        files: [
          { path: `${String(issue)}.txt`, mode: '100644' as const, content: textBlob('x\n') },
        ],
        message: 'Fix',
        title: 'Fix',
        body: 'It is right.',
      };
      await session.commit(proposal);
      const { number, head } = await session.propose(proposal);
      await session.close();
      const pull = found?.issues.get(number)?.pull;
      if (pull) pull.draft = false;
      return { number, head };
    },
    merge: ({ number }: Pull) => send('ada', 'PUT', `pulls/${String(number)}/merge`, {}),
    close: ({ number }: Pull) =>
      send('ada', 'PATCH', `pulls/${String(number)}`, { state: 'closed' }),
    /** The App's comment on the issue (the second one when that is asked for), once it matches. */
    hears: (issue: number, words: RegExp, which: 1 | 2 = 1): Promise<string> =>
      until(async () => {
        const comment = (await said(issue))[which - 1];
        return comment !== undefined && words.test(comment) ? comment : undefined;
      }),
    /** The newest run for which it holds. */
    run: (holds: (run: Run) => boolean): Promise<Run> =>
      until(async () => (await runs()).findLast(holds)),
    /** The first held run goes on, and ends, since there is nothing that it could test. */
    letGo: () =>
      until(async () => {
        const [goOn, ...others] = held.get(name) ?? [];
        held.set(name, others);
        goOn?.();
        return Promise.resolve(goOn);
      }),
  };
}
