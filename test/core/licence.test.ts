/** Licences are read as SPDX has them, and the settings decide over each part. */
import { expect, test } from 'vitest';
import { isAllowed, weightOf } from '#core/licence.ts';

test.each([
  ['MIT', 'permissive'],
  ['(MIT OR GPL-3.0-only)', 'permissive'],
  ['MIT AND GPL-3.0-only', 'strong'],
  ['MIT OR Apache-2.0 AND AGPL-3.0-or-later', 'permissive'],
  ['(MIT OR Apache-2.0) AND LGPL-2.1-only', 'weak'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'weak'],
  ['CC-BY-4.0', 'permissive'],
  ['CC-BY-NC-4.0', 'strong'],
  ['BUSL-1.1', 'strong'],
  ['BSL-1.0', 'permissive'],
  ['SEE LICENSE IN file', 'unknown'],
  ['UNLICENSED', 'unknown'],
  ['MIT OR', 'unknown'],
  ['('.repeat(500), 'unknown'],
  ['', 'unknown'],
])('%s is %s', (text, weight) => {
  expect(weightOf(text)).toBe(weight);
});

test.each([
  ['MIT', { allow: ['MIT'] }, true],
  ['ISC', { allow: ['MIT'] }, false],
  ['MIT OR GPL-3.0-only', { deny: ['GPL-3.0'] }, undefined],
  ['MIT OR GPL-3.0-only', { allow: ['MIT'], deny: ['GPL-3.0'] }, true],
  ['MIT AND GPL-3.0-or-later', { deny: ['GPL-3.0'] }, false],
  ['MIT', {}, undefined],
  ['what is this', { allow: ['MIT'] }, false],
  ['what is this', { deny: ['MIT'] }, undefined],
])('%s with %o: %s', (text, terms, allowed) => {
  expect(isAllowed(text, terms)).toBe(allowed);
});
