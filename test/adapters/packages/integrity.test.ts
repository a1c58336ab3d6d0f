/** Bytes are compared with the strongest hash that is named, and with no weaker one. */
import { expect, test } from 'vitest';
import { watchIntegrity } from '#adapters/packages/integrity.ts';
import { integrityOf } from './tiny-registry.ts';

const bytes = Buffer.from('bytes');
const other = Buffer.from('other');

test.each([
  ['the right hash', integrityOf(bytes), true],
  ['the wrong hash', integrityOf(other), false],
  ['one of two', `${integrityOf(other)} ${integrityOf(bytes)}`, true],
  ['a weaker one that is right', `${integrityOf(other)} ${integrityOf(bytes, 'sha1')}`, false],
  ['an old lockfile', integrityOf(bytes, 'sha1'), true],
  ['a hash cut short', integrityOf(bytes).slice(0, 20), false],
  ['an empty hash', 'sha512-', false],
  ['nothing', '', false],
])('%s', (_, integrity, fits) => {
  const watch = watchIntegrity(integrity);
  watch.see(bytes.subarray(0, 2));
  watch.see(bytes.subarray(2));
  expect(watch.fits()).toBe(fits);
});
