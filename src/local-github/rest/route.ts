/**
 * Route: one REST operation. To add an area: a file in this folder with a table of routes, and its line in `all.ts`.
 * A path is GitHub's own with `:name` for a part and `:name*` for one that may hold slashes.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Scope } from '#local-github/caller.ts';
import { notFound, Refusal } from '#local-github/refusal.ts';
import { apiRoot } from '#local-github/shapes/links.ts';
import type { Delivery, GitHub, Repository } from '#local-github/state.ts';
import { tokenReaches, roleOf } from '#local-github/caller.ts';

export interface Exchange {
  readonly github: GitHub;
  readonly caller: Caller;
  /** Without `/api/v3`, decoded nowhere. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON object of the body; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly redeliver: (delivery: Delivery) => void;
}

export interface Answer {
  readonly status: number;
  /** JSON, unless it is bytes of the `content-type` in `headers`. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  /** The body is any file and not JSON. */
  readonly takes?: 'bytes';
  readonly run: (exchange: Exchange) => Answer | Promise<Answer>;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const noContent: Answer = { status: 204 };

export interface Compiled extends Route {
  readonly pattern: RegExp;
}

/** Longer literal paths first, so that `/issues/comments/1` is not taken for issue "comments". */
export function compile(routes: readonly Route[]): readonly Compiled[] {
  const literal = ({ path }: Route): number => path.replaceAll(/:\w+\*?/g, '').length;
  return [...routes]
    .sort((a, b) => literal(b) - literal(a))
    .map((route) => ({ ...route, pattern: pattern(route.path) }));
}

function pattern(path: string): RegExp {
  const source = path
    .replaceAll('.', '\\.')
    .replaceAll(/:(\w+)\*/g, '(?<$1>.+?)')
    .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}/?$`);
}

/** The route of a request with its parameters. */
export function match(
  routes: readonly Compiled[],
  method: string,
  path: string,
): { readonly route: Route; readonly params: Record<string, string> } | undefined {
  for (const route of routes) {
    const found = route.method === method ? route.pattern.exec(path) : null;
    if (!found) continue;
    const params = Object.entries(found.groups ?? {});
    return { route, params: Object.fromEntries(params.map(([k, v]) => [k, decode(v)])) };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'Bad Request');
  }
}

/** The repository of the path, as the caller sees it. Throws 404 where they do not. */
export function scopeOf({ github, caller, params }: Exchange): Scope {
  const { owner = '', repo = '' } = params;
  const repository = findRepository(github, owner, repo);
  if (!repository || !sees(caller, repository)) throw notFound();
  return { github, caller, repository };
}

export function findRepository({ state }: GitHub, owner: string, name: string) {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return state.repositories.find((each) => same(each.owner.login, owner) && same(each.name, name));
}

export function sees(caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'installation') return tokenReaches(caller.token, repository);
  if (caller.kind === 'user') return roleOf(repository, caller.account.login) !== undefined;
  return caller.kind === 'app' || !repository.private;
}

/** Throws 404 when the part of the path is no number. */
export function idOf({ params }: Exchange, name: string): number {
  const text = params[name] ?? '';
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly headers: Readonly<Record<string, string>>;
}

/** One page of a list, with the `Link` header to the others; `standard` items where the caller says nothing. */
export function page<T>(
  { github, path, query }: Exchange,
  all: readonly T[],
  standard = 30,
): Page<T> {
  const asked = Math.min(100, Math.max(0, Number(query.get('per_page'))));
  const size = asked || standard;
  const number = Math.max(1, Number(query.get('page')) || 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (target: number, rel: string): string => {
    const address = new URL(apiRoot(github) + path);
    address.search = query.toString();
    address.searchParams.set('page', String(target));
    return `<${address.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  const items = all.slice((number - 1) * size, number * size);
  return { items, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

/** A whole answer of one page. */
export function paged<T>(
  exchange: Exchange,
  all: readonly T[],
  shape: (item: T) => unknown,
): Answer {
  const { items, headers } = page(exchange, all);
  return { status: 200, body: items.map(shape), headers };
}
