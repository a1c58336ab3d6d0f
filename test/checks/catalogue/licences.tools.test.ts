/** What a lockfile does not say is read from the packages that are installed. */
import { expect, test } from 'vitest';
import { licences } from '#checks/catalogue/licences.ts';
import { lookAt } from '../side.ts';

test('licences of installed packages count', async () => {
  const looked = await lookAt(licences, {
    'yarn.lock': '# yarn\n\na@^1.0.0:\n  version "1.0.0"\n\n"@s/b@^1.0.0":\n  version "1.0.0"\n',
    'requirements.txt': 'c_d==1.0\n',
    'node_modules/a/package.json': '{"name":"a","license":"AGPL-3.0-only"}',
    'node_modules/@s/b/package.json': '{"name":"@s/b","license":"MIT"}',
    '.venv/lib/python3.11/site-packages/c_d-1.0.dist-info/METADATA':
      'Metadata-Version: 2.4\nName: c-d\nVersion: 1.0\nLicense-Expression: GPL-3.0-only\n\nText\n',
  });
  expect(looked).toMatchObject({
    said: [
      { path: 'requirements.txt', rule: 'copyleft' },
      { path: 'yarn.lock', line: 3, rule: 'copyleft' },
    ],
  });
});
