/** Finds the described operation that a method and path mean. */
import type { Operation } from './description.ts';

export interface Found {
  readonly operation: Operation;
  /** Its place in the description. */
  readonly index: number;
}

/** The operation for a method and a path without its query, or nothing; `/api/v3` or `/api/uploads` in front is ignored. */
export type Router = (method: string, path: string) => Found | undefined;

interface Route extends Found {
  readonly pattern: RegExp;
  readonly literal: number;
}

export function createRouter(operations: readonly Operation[]): Router {
  const routes = operations.map((operation, index) => route({ operation, index }));
  // The more of a path is said literally, the better it fits: `/issues/comments/{id}` before `/issues/{number}`.
  routes.sort((a, b) => b.literal - a.literal);
  const byMethod = Map.groupBy(routes, ({ operation }) => operation.method);
  return (method, path) => {
    const asked = path.replace(/^\/api\/(?:v3|uploads)(?=\/)/, '').replace(/(.)\/$/, '$1');
    return byMethod
      .get(method === 'HEAD' ? 'GET' : method)
      ?.find(({ pattern }) => pattern.test(asked));
  };
}

function route({ operation, index }: Found): Route {
  const source = operation.path
    // The contents of the root are asked for with an empty path, with or without the slash.
    .replace(/\/\{path\}$/, '{/path}')
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replace(/[.\\+()]/g, '\\$&');
      if (part === '{/path}') return '(?:/.+)?';
      return operation.long?.includes(part.slice(1, -1)) === true ? '.+' : '[^/]+';
    })
    .join('');
  const literal = operation.path.replace(/\{[^}]+\}/g, '').length;
  return { operation, index, pattern: new RegExp(`^${source}$`), literal };
}
