/** Secrets are masked wherever text is kept, logged or published. */
import { describe, expect, test } from 'vitest';
import { redact } from '#core/redact.ts';

const long = 'Ab1'.repeat(20);
const jwt = `eyJ${long}.eyJ${long}.${long}`;

describe('a secret is masked in its sentence', () => {
  test.each([
    ['an installation token', `ghs_${long}`],
    ['an installation token of the long format', `ghs_12345_${jwt}`],
    ['a personal token', `ghp_${long}`],
    ['a fine-grained token', `github_pat_${long}`],
    ['a signed token', jwt],
    ['a key of a model', `sk-${long}`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${long}\n-----END RSA PRIVATE KEY-----`],
  ])('%s', (_what, secret) => {
    expect(redact(`before ${secret} after`)).toBe('before [redacted] after');
  });

  test.each(['Basic', 'bearer', 'token'])('an authorization by %s', (scheme) => {
    expect(redact(`authorization: ${scheme} ${long}`)).toBe(`authorization: ${scheme} [redacted]`);
  });

  test('a private key that is cut off', () => {
    expect(redact(`-----BEGIN PRIVATE KEY-----\n${long}`)).toBe('[redacted]');
  });
});

test.each(['a token of thanks', 'ghp_short', 'sk-short', 'basic arithmetic', 'eyJust a word'])(
  '"%s" is no secret',
  (text) => {
    expect(redact(text)).toBe(text);
  },
);
