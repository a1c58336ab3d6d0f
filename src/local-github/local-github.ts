/** Starts and stops the local GitHub: a strict double of GitHub over HTTP on real bare repositories. */
import { EventEmitter } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConformance } from './conformance.ts';
import { createDoor } from './door.ts';
import type { Fault } from './faults/fault.ts';
import { createHookshot } from './hooks/hookshot.ts';
import { pingHook } from './hooks/ping.ts';
import { createMeter, type Meter } from './limits/meter.ts';
import type { Site } from './pages/view.ts';
import { seedState } from './seed.ts';
import type { Role, State } from './state.ts';
import { createSwitchboard, type Faults } from './trouble/switchboard.ts';
import { defaultWorld, readWorld, WorldError } from './world.ts';
import type { World } from './world.ts';

export interface LocalGitHubOptions {
  /** Absent or 0: a free one. */
  readonly port?: number;
  readonly world?: World;
  /** Where repositories and the App's key are kept; absent: a temporary folder that `stop` removes. */
  readonly folder?: string;
  /** Where webhooks go; it can be set later. */
  readonly hookUrl?: string;
  /** Said on top of every page: that what one sees is a replay, for example. */
  readonly notice?: string;
  /** The table of rules as Markdown, where a page shall show it. */
  readonly rules?: () => string;
  /** What goes wrong from the start. */
  readonly faults?: readonly Fault[];
  /** Refuses what exceeds a rate limit as GitHub does; else it is only counted and told. */
  readonly strictLimits?: boolean;
  /** Milliseconds since 1970; for tests that wait for a token to expire. */
  readonly clock?: () => number;
}

export interface LocalGitHub {
  readonly url: string;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    /** PEM. */
    readonly privateKey: string;
    readonly privateKeyFile: string;
    readonly webhookSecret: string;
  };
  readonly users: readonly {
    readonly login: string;
    readonly token: string;
    readonly role: Role;
  }[];
  readonly state: State;
  /** What deviated from GitHub's published description, and our own failures; empty when all is well. */
  readonly violations: readonly string[];
  /** What goes wrong here; switched on and off at any time. */
  readonly faults: Faults;
  /** Rate limits that callers went beyond, whether they were refused or only counted. */
  readonly exceeded: Meter['exceeded'];
  setHook(url: string | null): void;
  /** Sends the `ping` that GitHub sends when a webhook is made. */
  ping(): void;
  /** When every webhook that was sent has been answered or given up. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Throws WorldError on a world that cannot be used, and node's own error when the port is taken. */
export async function startLocalGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const world = readWorld(options.world ?? defaultWorld);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'local-github-')));
  const clock = options.clock ?? Date.now;
  const now = (): string => `${new Date(clock()).toISOString().slice(0, 19)}Z`;
  const server = createServer();
  const cleanUp = async (): Promise<void> => {
    await close(server);
    if (options.folder === undefined)
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await claim(folder);
    const hookUrl = options.hookUrl ?? null;
    const state = await seedState({ world, folder, now: now(), hookUrl });
    const url = await listen(server, options.port ?? 0);
    const meter = createMeter(clock);
    const opened = openSite({ ...options, state, url, now, meter });
    const { github, hookshot, violations, conformance } = opened;
    const { faults } = github;
    faults.set(options.faults ?? []);
    const { strictLimits = false } = options;
    server.on('request', createDoor({ github, conformance, violations, strictLimits }));
    const privateKeyFile = await writeKey(folder, state.app.privateKey);
    const { id, slug, privateKey, hook } = state.app;
    return {
      url,
      app: { id, slug, privateKey, privateKeyFile, webhookSecret: hook.secret },
      users: world.users.map(({ login, role }) => ({ login, role, token: tokenOf(state, login) })),
      state,
      violations,
      faults,
      exceeded: meter.exceeded,
      setHook: (target) => void (hook.url = target),
      ping: () => hookshot.emit(pingHook(github)),
      settled: hookshot.settled,
      stop: async () => {
        await hookshot.stop();
        await cleanUp();
      },
    };
  } catch (thrown) {
    await cleanUp();
    throw thrown;
  }
}

function openSite(parts: Pick<Site, 'state' | 'url' | 'now' | 'meter' | 'notice' | 'rules'>) {
  const violations: string[] = [];
  const conformance = createConformance();
  const changes: Site['changes'] = new EventEmitter();
  changes.setMaxListeners(0);
  const hookshot = createHookshot({
    github: () => github,
    told: (webhook) => violations.push(...conformance.webhook(webhook)),
  });
  const { emit, redeliver } = hookshot;
  const faults = createSwitchboard(changes);
  const { state, url, now, meter, notice, rules } = parts;
  const own = { state, url, now, meter, notice, rules };
  const github: Site = { ...own, changes, emit, redeliver, faults };
  return { github, hookshot, violations, conformance };
}

/** State starts from the world, so a folder with repositories of an earlier start cannot be taken over. */
async function claim(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const inside = await readdir(folder);
  if (inside.includes('repositories'))
    throw new WorldError(`${folder} holds repositories of an earlier start: name an empty folder`);
}

/** Only the owner may read it, also where the file was there before. */
async function writeKey(folder: string, privateKey: string): Promise<string> {
  const file = join(folder, 'app.pem');
  await writeFile(file, privateKey, { mode: 0o600 });
  await chmod(file, 0o600);
  return file;
}

function tokenOf({ accounts }: State, login: string): string {
  return accounts.find((account) => account.login === login)?.token ?? '';
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      resolve(`http://127.0.0.1:${bound}`);
    });
  });
}

/** Open streams of pages would hold it up for ever. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
