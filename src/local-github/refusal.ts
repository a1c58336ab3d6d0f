/** Refusal: an answer of GitHub that is not a success, thrown by actions and routes and written by the door. */

/** One entry of `errors` in a 422. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'custom';
  readonly message?: string;
  readonly value?: unknown;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(status: number, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(message = 'Not Found'): Refusal {
  return new Refusal(404, message);
}

export function notAccessible(): Refusal {
  return new Refusal(403, 'Resource not accessible by integration');
}

export function invalid(...errors: readonly FieldError[]): Refusal {
  return new Refusal(422, 'Validation Failed', errors);
}
