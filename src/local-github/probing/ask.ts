/** Asks GitHub's API over HTTP as the App, its installation, a person or nobody; every exchange can be recorded. */
import { createSign } from 'node:crypto';

/** `app` by its JWT, `installation` by a token of its, `nobody` without; `@ada` is a person of the double. */
export type Who = 'app' | 'installation' | 'nobody' | `@${string}`;

export interface Question {
  /** Absent: `installation`. */
  readonly as?: Who;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
  /** With the query, from the API's root: `/repos/acme/shop/issues?page=2`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As JSON reads it; text when it is not JSON; null when there is none. */
  readonly body: unknown;
}

export type Ask = (question: Question) => Promise<Seen>;

export interface Exchange {
  readonly question: Question;
  readonly seen: Seen;
}

export interface AskOptions {
  /** Up to and without `/repos`: `https://api.github.com`, or `http://127.0.0.1:4010/api/v3`. */
  readonly apiUrl: string;
  readonly app: { readonly id: number; readonly privateKey: string };
  readonly repository: { readonly owner: string; readonly name: string };
  /** A person's token by login. */
  readonly persons?: Readonly<Record<string, string>>;
  /** Hears of each exchange; the credentials are not in it. */
  readonly told?: (exchange: Exchange) => void;
}

/** Milliseconds for one answer. */
const patience = 30_000;

/** Rejects when no answer comes. The installation's token is minted when it is first needed, then kept. */
export function createAsk(options: AskOptions): Ask {
  let minted: Promise<string> | undefined;
  const credential = async (who: Who): Promise<string | undefined> => {
    if (who === 'nobody') return undefined;
    if (who === 'app') return jwt(options.app);
    if (who === 'installation') return (minted ??= mint(options));
    const token = options.persons?.[who.slice(1)];
    if (token === undefined) throw new Error(`nobody gave a token for ${who}`);
    return token;
  };
  return async (question) => {
    const token = await credential(question.as ?? 'installation');
    const seen = await exchange(options.apiUrl, question, token);
    options.told?.({ question, seen });
    return seen;
  };
}

async function exchange(
  apiUrl: string,
  { method = 'GET', path, body, headers }: Question,
  token: string | undefined,
): Promise<Seen> {
  const answer = await fetch(addressOf(apiUrl, path), {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'sluice-rules',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: read(text) };
}

/** GraphQL stands beside the API's root, not below it: `/api/graphql` on servers, `/graphql` on github.com. */
export function addressOf(apiUrl: string, path: string): string {
  return (path === '/graphql' ? apiUrl.replace(/\/v3$/, '') : apiUrl) + path;
}

function read(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The JWT that GitHub takes for the App: at most ten minutes long, its start a little in the past. */
export function jwt({ id, privateKey }: AskOptions['app'], claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const whole = { iss: id, iat: now - 60, exp: now + 540, ...claims };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(whole)}`;
  return `${text}.${createSign('sha256').update(text).sign(privateKey, 'base64url')}`;
}

async function mint({ apiUrl, app, repository }: AskOptions): Promise<string> {
  const { owner, name } = repository;
  const as = async (question: Question): Promise<unknown> => {
    const { status, body } = await exchange(apiUrl, question, jwt(app));
    if (status >= 300) throw new Error(`${question.path} was answered with ${String(status)}`);
    return body;
  };
  const id = at(await as({ path: `/repos/${owner}/${name}/installation` }), 'id');
  const path = `/app/installations/${String(id)}/access_tokens`;
  const token = at(await as({ method: 'POST', path, body: { repositories: [name] } }), 'token');
  if (typeof token !== 'string') throw new Error(`${path} gave no token`);
  return token;
}

/** The value at a path of names and numbers joined by dots; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found;
}
