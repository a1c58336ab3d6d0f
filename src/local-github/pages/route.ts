/** Route: one address below `/owner/name`, and what answers it. */
import type { IncomingMessage } from 'node:http';
import { readForm } from './form.ts';
import type { Page, RepositoryVisit } from './view.ts';

/** A file that the browser keeps. */
export interface Download {
  readonly bytes: Buffer;
  readonly type: string;
  readonly name: string;
}

export type Answer =
  | { readonly page: Page }
  | { readonly redirect: string }
  /** Shown as plain text, whatever it is. */
  | { readonly text: Buffer | string }
  | { readonly file: Download };

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  /** `found` is what the pattern's group matched. */
  readonly answer: (
    visit: RepositoryVisit,
    found: string,
    request: IncomingMessage,
  ) => Promise<Answer> | Answer;
}

export function get(pattern: RegExp, answer: Route['answer']): Route {
  return { method: 'GET', pattern, answer };
}

export function post(
  pattern: RegExp,
  press: (visit: RepositoryVisit, found: string, form: URLSearchParams) => Promise<string>,
): Route {
  return {
    method: 'POST',
    pattern,
    async answer(visit, found, request) {
      const form = await readForm(request, new URL(visit.github.url).host);
      return { redirect: await press(visit, found, form) };
    },
  };
}
