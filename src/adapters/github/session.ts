/** What a run holds while it speaks to its one repository: its tokens, minted when first needed, and a client for each. */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { SluiceError, errors } from '#core/errors.ts';
import type { Repository } from '#core/event.ts';
import type { Clock } from '#ports/clock.ts';
import type { Writer } from '#ports/forge.ts';
import type { GithubApp, Purpose, Token } from './auth.ts';
import { forgeError, statusOf } from './errors.ts';
import type { Lane } from './lanes.ts';

type Rest = Octokit['rest'];
type Send = (rest: Rest) => Promise<{ readonly data: unknown }>;

/** `doing` ends the sentence "GitHub would not ...". All throw as the port says. */
export interface Client {
  ask<T>(doing: string, schema: z.ZodType<T>, send: Send): Promise<T>;
  /** Undefined where there is no such thing. */
  find<T>(doing: string, schema: z.ZodType<T>, send: Send): Promise<T | undefined>;
  /** Every item of every page; `send` is given the page's number and asks for a hundred. */
  pages<T>(
    doing: string,
    schema: z.ZodType<T>,
    send: (rest: Rest, page: { page: number; per_page: number }) => ReturnType<Send>,
  ): AsyncGenerator<T>;
}

export interface Session {
  readonly appId: number;
  /** The account under which the App writes. */
  login(): Promise<string>;
  readonly repository: Repository;
  /** Where requests about the repository go. */
  readonly at: { readonly owner: string; readonly repo: string };
  /** The token that reads contents, for git. */
  readToken(): Promise<string>;
  /** Issues, pull requests and checks; reads the repository's metadata. */
  readonly talk: Client;
  /** Reads contents. */
  readonly read: Client;
  /** Writes contents. */
  readonly publish: Client;
  /** Writes to code scanning, where the installation permits it. */
  readonly scan: Client;
  /** Revokes what was minted; nothing works afterwards. */
  close(): Promise<void>;
}

const pageSize = 100;
/** Ten thousand items: what has more is not searched to its end. */
const pageLimit = 100;
/** A token this close to its end is not used for one more request. Milliseconds. */
const margin = 60_000;

interface Surroundings {
  readonly app: GithubApp;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly writer?: Writer | undefined;
}

export function openSession(around: Surroundings, repository: Repository): Session {
  const tokens = tokenKeeper(around, repository);
  const client = (purpose: Purpose) => newClient(around, () => tokens.get(purpose));
  return {
    appId: around.app.id,
    login: () => around.app.login(),
    repository,
    at: { owner: repository.owner, repo: repository.name },
    readToken: () => tokens.get('read'),
    talk: client('talk'),
    read: client('read'),
    publish: client('publish'),
    scan: client('scan'),
    close: () => tokens.close(),
  };
}

/** Keeps tokens for this session alone; one that is about to expire is minted anew. */
function tokenKeeper({ app, clock }: Surroundings, repository: Repository) {
  const kept = new Map<Purpose, Promise<Token>>();
  /** Those that were about to end, as our clock says; GitHub's may know better, and let them live for long. */
  const replaced: Promise<Token>[] = [];
  let closed = false;

  const mint = (purpose: Purpose) => {
    const before = kept.get(purpose);
    if (before !== undefined) replaced.push(before);
    const minting = app.mint(repository, purpose);
    kept.set(purpose, minting);
    // A mint that failed may succeed when it is tried again.
    minting.catch(() => kept.delete(purpose));
    return minting;
  };

  return {
    get: async (purpose: Purpose): Promise<string> => {
      if (closed) throw afterClose();
      const held = kept.get(purpose) ?? mint(purpose);
      const token = await held;
      if (token.expiresAt.getTime() - clock.now().getTime() > margin) return token.token;
      // Another request may have been faster to see it.
      const next = kept.get(purpose);
      return (await (next === undefined || next === held ? mint(purpose) : next)).token;
    },
    close: async (): Promise<void> => {
      closed = true;
      const minted = await Promise.allSettled([...replaced.splice(0), ...kept.values()]);
      kept.clear();
      await Promise.all(
        minted.flatMap((each) => (each.status === 'fulfilled' ? [app.revoke(each.value)] : [])),
      );
    },
  };
}

function afterClose(): SluiceError {
  const message = 'A session with GitHub was used after it had been closed.';
  return new SluiceError({ code: 'defect', kind: 'defect', message });
}

function newClient(
  { app, lane, clock, writer }: Surroundings,
  token: () => Promise<string>,
): Client {
  const octokit = app.client();
  octokit.hook.before('request', async (options) => {
    options.headers.authorization = `token ${await token()}`;
  });
  octokit.hook.wrap('request', (request, options) =>
    options.method === 'GET'
      ? Promise.resolve(request(options))
      : lane.write(async () => {
          // Whatever waited for its turn may have been stopped meanwhile, or slept while another took its run.
          await writer?.sure();
          return request(options);
        }),
  );

  const failed = (thrown: unknown, doing: string) => {
    if (writer?.signal.aborted === true && thrown === writer.signal.reason) return thrown;
    const error = forgeError(thrown, doing, clock.now());
    if (error.kind === 'exhausted' && error.retryAt) lane.pause(error.retryAt);
    return error;
  };
  const find: Client['find'] = async (doing, schema, send) => {
    lane.check(doing);
    try {
      return understood(doing, schema, await send(octokit.rest));
    } catch (thrown) {
      if (statusOf(thrown) === 404) return undefined;
      throw failed(thrown, doing);
    }
  };
  const ask: Client['ask'] = async (doing, schema, send) => {
    lane.check(doing);
    try {
      return understood(doing, schema, await send(octokit.rest));
    } catch (thrown) {
      throw failed(thrown, doing);
    }
  };
  const pages: Client['pages'] = async function* (doing, schema, send) {
    for (let page = 1; page <= pageLimit; page += 1) {
      const items = await ask(doing, z.array(schema), (rest) =>
        send(rest, { page, per_page: pageSize }),
      );
      yield* items;
      if (items.length < pageSize) return;
    }
  };
  return { ask, find, pages };
}

function understood<T>(doing: string, schema: z.ZodType<T>, { data }: { data: unknown }): T {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  // A proxy's page, or an API that changed: nothing that this run could do otherwise.
  throw errors.forgeUnavailable(
    doing,
    `its answer is not understood (${z.prettifyError(read.error)})`,
  );
}
