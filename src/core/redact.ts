/** Secrets never leave: masks what looks like a credential in text that is about to be kept, logged or published. */
import { secretShapes } from './secret-shapes.ts';

/** Tokens of a known form, `Authorization` headers, and what git is given: the same token behind a name, in base64. */
const shapes: readonly RegExp[] = [
  ...secretShapes.filter(({ masked }) => masked).map(({ pattern }) => pattern),
  /(?<=\b(?:basic|bearer|token) )[A-Za-z0-9._~+/=-]{16,}/gi,
  /eC1hY2Nlc3MtdG9rZW46[A-Za-z0-9+/=]{8,}/g,
];

export function redact(text: string): string {
  return shapes.reduce((masked, shape) => masked.replace(shape, '[redacted]'), text);
}
