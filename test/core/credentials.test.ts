/** Secrets are found where they stand, and what only looks like one is left alone. */
import { describe, expect, test } from 'vitest';
import { findSecrets, holdsCredential } from '#core/credentials.ts';
import { secretShapes } from '#core/secret-shapes.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const random = 'q8Zr2LxV0pTn5WcY7bKd3HsJ9fGm4RtXu6EaQ1iOzBvNyPkM';
const digits = '9f3c5b7a1d8e4c6b2a0f9d7c5e3b1a8f6d4c2e0b';
const token = (...parts: readonly string[]) => parts.join('');

describe('a secret is found by its form', () => {
  test.each([
    ['aws-key', token('AKIA', 'QZ7LXV2PTN5WCYKD')],
    ['aws-secret-key', `aws_secret_access_key = "${random.slice(0, 40)}"`],
    ['github-token', token('ghp_', random.slice(0, 36))],
    [
      'slack-token',
      token('xoxb-', '123456789012-', random.slice(0, 24)).replace('123456', '907351'),
    ],
    ['stripe-key', token('sk_live_', random.slice(0, 24))],
    ['google-key', token('AIza', random.slice(0, 35))],
    ['npm-token', token('npm_', random.slice(0, 36))],
    ['model-key', token('sk-proj-', random)],
    ['vault-token', token('hvs.', random)],
    ['databricks-token', token('dapi', digits.slice(0, 32))],
    ['private-key', `-----BEGIN RSA PRIVATE KEY-----\n${random}\n${random}\n`],
    ['password-in-address', `postgres://app:${random.slice(0, 12)}@db.internal/x`],
    ['named-secret', `const apiKey = "${random.slice(0, 32)}"`],
  ])('%s', (rule, text) => {
    expect(findSecrets(`first line\n${text}\n`).map(({ shape }) => shape.name)).toEqual([rule]);
  });

  test('also where it is packed', () => {
    const packed = btoa(`{"key":"${token('ghp_', random.slice(0, 36))}"}`);
    const [found] = findSecrets(`x = "${packed}"`);
    expect(found?.shape.name).toBe('github-token');
    expect(found?.start).toBe(5);
  });
});

test.each([
  ['an example key', token('AKIA', 'IOSFODNN7EXAMPLE')],
  ['crosses', `ghp_${'x'.repeat(36)}`],
  ['a sentence', 'const apiKey = "your-api-key-goes-here-1"'],
  ['a template', 'const token = "${process.env.TOKEN_VALUE_2}"'],
  ['a password that says so', 'postgres://user:password@localhost/db'],
  ['words in an address', 'https://user:some-token@host.internal/x'],
  ['a class of a style sheet', '.sk-fading-circle-container-one { }'],
  ['the head of a key in code', `if (text.includes('-----BEGIN RSA PRIVATE KEY-----')) fail();`],
  ['a hash', `commit = "${digits}"`],
  ['words with separators', 'token: "color-background-primary-2"'],
])('%s is none', (_what, text) => {
  expect(findSecrets(text)).toEqual([]);
});

test('text that invites patterns to try again and again is read at once', () => {
  const began = performance.now();
  for (const hostile of ['a://a:', 'eyJ', 'password=', '-----BEGIN PRIVATE KEY-----', 'A']) {
    findSecrets(hostile.repeat(100_000 / hostile.length));
  }
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('every shape has a name of its own and words that its secrets hold', () => {
  expect(new Set(secretShapes.map(({ name }) => name)).size).toBe(secretShapes.length);
  expect(secretShapes.filter(({ pattern }) => !pattern.global)).toEqual([]);
  expect(holdsCredential('nothing of that kind')).toBe(false);
});
