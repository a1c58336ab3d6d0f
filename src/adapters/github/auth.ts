/** Speaks as the App: proves webhooks, mints the tokens of a run and takes them back. Probot holds the key. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Octokit } from '@octokit/rest';
import { Probot, ProbotOctokit } from 'probot';
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Repository } from '#core/event.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/telemetry.ts';
import { claimHook } from './hook.ts';
import { forgeError } from './errors.ts';
import { recoverMissed } from './missed.ts';
import { readPrivateKey } from './private-key.ts';
import { probotLog } from './probot-log.ts';

/** What a token is for; a run has at most one of each, for its one repository. */
export type Purpose = 'talk' | 'read' | 'publish' | 'scan';

const permissions: Readonly<Record<Purpose, Readonly<Record<string, 'read' | 'write'>>>> = {
  talk: { issues: 'write', pull_requests: 'write', checks: 'write', metadata: 'read' },
  read: { contents: 'read', metadata: 'read' },
  publish: { contents: 'write' },
  scan: { security_events: 'write' },
};

/** Milliseconds for one request, so that a silent server cannot hold a run. */
const requestTimeout = 30_000;

const Minted = z.object({
  token: z.string().min(1),
  expires_at: z.string().transform((text) => new Date(text)),
});

export interface Token {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface GithubAppOptions {
  readonly credentials: {
    readonly appId: number;
    readonly privateKey: { readonly text: string } | { readonly path: string };
    readonly webhookSecret: string;
    /** The one before, while it is being replaced. */
    readonly previousWebhookSecret?: string | undefined;
  };
  /** Of the REST API, without a slash at the end. */
  readonly apiUrl: string;
  /** Of pages and git, without a slash at the end. */
  readonly webUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface GithubApp {
  readonly id: number;
  readonly apiUrl: string;
  readonly webUrl: string;
  /** The account under which the App writes, as GitHub names it. Throws as every request. */
  login(): Promise<string>;
  /** Which of our secrets the signature was made with, over exactly this body; compared in constant time. */
  verify(body: string, signature: string): Promise<'current' | 'previous' | undefined>;
  /** Throws refused when the installation does not grant what is asked, and as every request. */
  mint(repository: Repository, purpose: Purpose): Promise<Token>;
  /** Ends a token before its time. Never throws: it would expire within the hour anyhow. */
  revoke(token: Token): Promise<void>;
  /** Where the forge is on this machine and sends webhooks nowhere yet: sends them to this address. Never throws. */
  claimHook(address: string): Promise<void>;
  /** Asks again for deliveries that failed, now and every few minutes until it is stopped. Never throws. */
  recoverMissed(): { stop(): Promise<void> };
  /** A client that sends nothing but what its caller adds. */
  client(): Octokit;
}

/** Throws invalid when the key cannot be read. */
export async function githubApp(options: GithubAppOptions): Promise<GithubApp> {
  const { credentials, apiUrl, webUrl, clock, log } = options;
  const probot = new Probot({
    appId: credentials.appId,
    privateKey: await readPrivateKey(credentials.privateKey),
    secret: credentials.webhookSecret,
    baseUrl: apiUrl,
    log: probotLog(log),
    Octokit: unhurried(),
    request: { fetch: timedFetch },
  });
  await probot.ready();
  const asApp = await probot.auth();
  const client = () => new Octokit({ baseUrl: apiUrl, request: { fetch: timedFetch }, log: quiet });
  return {
    id: credentials.appId,
    apiUrl,
    webUrl,
    login: onceKnown(() => ownLogin({ asApp, clock })),
    async verify(body, signature) {
      if (await probot.webhooks.verify(body, signature)) return 'current';
      const { previousWebhookSecret: previous } = credentials;
      const isPrevious = previous !== undefined && isSignedWith(previous, body, signature);
      return isPrevious ? 'previous' : undefined;
    },
    mint: (repository, purpose) => mint({ asApp, clock }, repository, purpose),
    revoke: (token) => revoke({ client: client(), clock, log }, token),
    claimHook: (address) => claimHook(asApp, { webUrl, address, log }),
    recoverMissed: () => recoverMissed(asApp, { clock, log }),
    client,
  };
}

const Own = z.object({ slug: z.string() });

async function ownLogin({ asApp, clock }: { asApp: ProbotOctokit; clock: Clock }): Promise<string> {
  try {
    return `${Own.parse((await asApp.request('GET /app')).data).slug}[bot]`;
  } catch (thrown) {
    throw forgeError(thrown, "read the App's own name", clock.now());
  }
}

/** Asked until there is an answer, which then is kept. */
function onceKnown(ask: () => Promise<string>): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => {
    known ??= ask().catch((thrown: unknown) => {
      known = undefined;
      throw thrown;
    });
    return known;
  };
}

function isSignedWith(secret: string, body: string, signature: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Probot's client without its waits and repeats: only Probot's own switch reaches its throttling, and repeating is the
 * engine's to decide.
 */
function unhurried(): typeof ProbotOctokit {
  return ProbotOctokit.defaults((given: { throttle?: object; retry?: object }) => ({
    ...given,
    throttle: { ...given.throttle, enabled: false },
    retry: { ...given.retry, enabled: false },
  }));
}

/**
 * Not through Probot's own token cache: it would hand one token to two runs, and the first to end would revoke the
 * second one's.
 */
async function mint(
  { asApp, clock }: { asApp: ProbotOctokit; clock: Clock },
  repository: Repository,
  purpose: Purpose,
): Promise<Token> {
  const doing = `give the run its ${purpose} token for ${repository.owner}/${repository.name}`;
  try {
    const { data } = await asApp.request(
      'POST /app/installations/{installation_id}/access_tokens',
      {
        installation_id: repository.installation,
        repository_ids: [repository.id],
        permissions: permissions[purpose],
      },
    );
    const { token, expires_at: expiresAt } = Minted.parse(data);
    return { token, expiresAt };
  } catch (thrown) {
    const error = forgeError(thrown, doing, clock.now());
    if (error.kind !== 'invalid') throw error;
    // 422: the installation lacks a permission or the repository.
    const hint = "An owner has to accept the App's permissions and keep the repository selected.";
    throw errors.forgeRefused(doing, error.message, { hint, cause: error.cause });
  }
}

async function revoke(
  { client, clock, log }: { client: Octokit; clock: Clock; log: Log },
  token: Token,
): Promise<void> {
  try {
    await client.request('DELETE /installation/token', {
      headers: { authorization: `token ${token.token}` },
    });
  } catch (thrown) {
    const { message } = forgeError(thrown, 'take back a token', clock.now());
    log.warn({ message, expiresAt: token.expiresAt }, 'a token could not be revoked');
  }
}

/** What the client says by itself is told by our own errors, with what the App was doing. */
const quiet = {
  debug: unsaid,
  info: unsaid,
  warn: unsaid,
  error: unsaid,
};

function unsaid(): void {
  return undefined;
}

function timedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeout) });
}
