/** Asks a real repository: reads only, one after another, and not one more once GitHub names a limit. */
import type { Place } from '#local-github/rules/rule.ts';
import { createAsk, jwt, type Ask, type AskOptions, type Question, type Seen } from './ask.ts';
import type { Double } from './double.ts';

/** GitHub asked for a pause; nothing more is asked. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
}

export interface Live {
  readonly place: Place;
  /** Why nothing more is asked, once GitHub has named a limit. */
  readonly stopped: () => LimitReached | undefined;
}

/** Throws where the repository cannot be read as the App's installation. */
export async function openLive(options: AskOptions): Promise<Live> {
  const { owner, name } = options.repository;
  const { ask, stopped } = readOnly(createAsk(options));
  const root = `/repos/${owner}/${name}`;
  const { status, body } = await ask({ path: root });
  const branch = field(body, 'default_branch');
  if (status !== 200 || typeof branch !== 'string')
    throw new Error(`the repository was answered with ${String(status)}`);
  const repository = { owner, name, defaultBranch: branch };
  const sign = (claims?: object): string => jwt(options.app, claims);
  return { place: { repository, root, ask, jwt: sign, double: noDouble }, stopped };
}

function readOnly(ask: Ask): { readonly ask: Ask; readonly stopped: Live['stopped'] } {
  let last: Promise<unknown> = Promise.resolve();
  let limit: LimitReached | undefined;
  const once = async (question: Question): Promise<Seen> => {
    if (!isReading(question))
      throw new Error(`${question.method ?? ''} is not asked of a real one`);
    if (limit) throw limit;
    const seen = await ask(question);
    limit = limitOf(seen);
    if (limit) throw limit;
    return seen;
  };
  return {
    stopped: () => limit,
    ask(question) {
      const mine = last.then(() => once(question));
      last = mine.catch(leftToTheCaller);
      return mine;
    },
  };
}

/** The caller gets the same failure from its own promise; the next question only waits for the end of this one. */
function leftToTheCaller(): void {
  return undefined;
}

/** GET and HEAD, and of GraphQL queries alone. */
export function isReading({ method = 'GET', path, body }: Question): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  if (method !== 'POST' || path !== '/graphql') return false;
  const query = field(body, 'query');
  return typeof query === 'string' && /^\s*(query\b|\{)/.test(query) && !/\bmutation\b/.test(query);
}

function limitOf({ status, headers }: Seen): LimitReached | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers['retry-after'];
  if (after !== undefined) return new LimitReached(`GitHub asks to wait ${after} seconds`);
  if (headers['x-ratelimit-remaining'] !== '0' && status === 403) return undefined;
  const reset = Number(headers['x-ratelimit-reset'] ?? 0) * 1000;
  const when = reset > 0 ? ` until ${new Date(reset).toISOString()}` : '';
  return new LimitReached(`the rate limit is used up${when}`);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function refuse(): never {
  throw new Error('this row changes something: it is for the double alone');
}

/** Rows that change nothing have no use for it, and no other row is ever run here. */
const noDouble: Double = {
  get github() {
    return refuse();
  },
  done: refuse,
  issue: refuse,
  branch: refuse,
  pull: refuse,
};
