/** Refusal: an answer of GitHub that is not a success, thrown by actions and routes and written by the door. */

/** One entry of `errors` in a 422. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code:
    'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'too_large' | 'custom';
  readonly message?: string;
  readonly value?: unknown;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** Plain sentences where GitHub has those. */
  readonly errors: readonly (FieldError | string)[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more:
      | readonly (FieldError | string)[]
      | { readonly headers: Readonly<Record<string, string>> } = [],
  ) {
    super(message);
    this.status = status;
    this.errors = 'headers' in more ? [] : more;
    this.headers = 'headers' in more ? more.headers : {};
  }
}

export function notFound(message = 'Not Found'): Refusal {
  return new Refusal(404, message);
}

/** `needed` as GitHub tells it in a header: `issues=write; pull_requests=write`. */
export function notAccessible(needed?: string): Refusal {
  const headers = needed === undefined ? {} : { 'x-accepted-github-permissions': needed };
  return new Refusal(403, 'Resource not accessible by integration', { headers });
}

export function invalid(...errors: readonly FieldError[]): Refusal {
  return new Refusal(422, 'Validation Failed', errors);
}

/** A 422 that gives its reasons as plain sentences, as reviews have it. */
export function unprocessable(...reasons: readonly string[]): Refusal {
  return new Refusal(422, 'Unprocessable Entity', reasons);
}
