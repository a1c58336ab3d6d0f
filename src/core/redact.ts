/** Secrets never leave: masks what looks like a credential in text that is about to be kept, logged or published. */

/**
 * Token shapes. GitHub's two formats: 40 characters, and `ghs_<app>_<jwt>` of about 520 with dots and dashes
 * (GitHub changelog, April 2026); JWTs; `Authorization` headers; PEM blocks; OpenAI-style keys.
 */
const shapes: readonly RegExp[] = [
  /gh[opsur]_[A-Za-z0-9._-]{36,}/g,
  /github_pat_[A-Za-z0-9_]{22,}/g,
  /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /(?<=\b(?:basic|bearer|token) )[A-Za-z0-9._~+/=-]{16,}/gi,
  // What git is given: the same token behind a name, in base64.
  /eC1hY2Nlc3MtdG9rZW46[A-Za-z0-9+/=]{8,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
];

export function redact(text: string): string {
  return shapes.reduce((masked, shape) => masked.replace(shape, '[redacted]'), text);
}
