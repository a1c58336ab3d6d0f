/** Licences of locked packages are told where they ask too much, or nobody knows what they ask. */
import { expect, test } from 'vitest';
import { licences } from '#checks/catalogue/licences.ts';
import { said } from '../texts.ts';

const lock = JSON.stringify(
  {
    packages: {
      'node_modules/a': { version: '1.0.0', license: 'MIT' },
      'node_modules/b': { version: '1.0.0', license: 'AGPL-3.0-only' },
      'node_modules/c': { version: '1.0.0', license: 'SEE LICENSE IN file' },
    },
  },
  null,
  1,
);
const texts = { 'package-lock.json': lock };

test('copyleft and what nobody knows are told', async () => {
  expect(await said(licences, texts)).toEqual([
    'package-lock.json:7 copyleft',
    'package-lock.json:11 unknown-licence',
  ]);
});

test('the settings decide', async () => {
  const strict = licences.configured?.({ allow: ['MIT', 'AGPL-3.0'] }) ?? licences;
  expect(await said(strict, texts)).toEqual(['package-lock.json:11 not-allowed']);
  const denying = licences.configured?.({ deny: ['MIT'] }) ?? licences;
  expect(await said(denying, texts)).toContain('package-lock.json:3 not-allowed');
});
