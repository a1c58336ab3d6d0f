/** Packages that are not what they are taken for are told, and what cannot be known is never called clean. */
import { describe, expect, test } from 'vitest';
import { dependencies, dependenciesCheck } from '#checks/catalogue/dependencies.ts';
import { knownNames } from '#checks/dependencies/known-names.ts';
import { nearMiss } from '#checks/dependencies/near-miss.ts';
import type { Advisory } from '#core/advisory.ts';
import type { Advisories } from '#ports/advisories.ts';
import type { Registry } from '#ports/registry.ts';
import { lookAtTexts, said } from '../texts.ts';

const now = () => new Date('2026-06-01T00:00:00Z');
const manifest = (packages: Readonly<Record<string, string>>) =>
  JSON.stringify({ dependencies: packages }, null, 1);

function database(updated: Date | undefined, advisories: readonly Advisory[] = []): Advisories {
  return {
    version: 'one',
    updated: () => updated,
    about: (_ecosystem, names) =>
      Promise.resolve(new Map(names.includes('flawed') ? [['flawed', advisories]] : [])),
  };
}

const flaw: Advisory = {
  id: 'GHSA-aaaa-bbbb-cccc',
  summary: 'Reads too far',
  severity: 'high',
  ranges: [[{ introduced: '0' }, { fixed: '1.2.0' }]],
  versions: [],
};

describe('a name that is almost a known one', () => {
  test.each([
    ['npm', 'expresss', 'express'],
    ['npm', 'lodahs', 'lodash'],
    ['npm', 'types-node', '@types/node'],
    ['npm', 'crossenv', 'cross-env'],
    ['PyPI', 'reqests', 'requests'],
    ['PyPI', 'pythondateutil', 'python-dateutil'],
    ['npm', 'preact', undefined],
    ['npm', 'mysql2', undefined],
    ['npm', 'my-own-package', undefined],
    ['PyPI', 'boto3', undefined],
    ['Go', 'expresss', undefined],
  ] as const)('%s: %s', (ecosystem, name, known) => {
    expect(nearMiss(ecosystem, name)).toBe(known);
  });

  test('no known name is one, and there are enough of them', () => {
    expect(knownNames.npm.filter((name) => nearMiss('npm', name) !== undefined)).toEqual([]);
    expect(knownNames.npm.length).toBeGreaterThanOrEqual(300);
    expect(knownNames.PyPI.length).toBeGreaterThanOrEqual(300);
  });
});

test.each<[string, string, string]>([
  ['anything', '*', 'not-pinned'],
  ['from-git', 'git+https://git.example/a.git#main', 'git-source'],
  ['from-an-address', 'https://host.example/a.tgz', 'address-source'],
  ['over-http', 'http://host.example/a.tgz', 'plain-http'],
])('%s %s', async (name, spec, rule) => {
  expect(await said(dependencies, { 'package.json': manifest({ [name]: spec }) })).toEqual([
    `package.json:3 ${rule}`,
  ]);
});

test('a commit of 40 digits and a plain range are fine', async () => {
  const spec = `git+https://git.example/a.git#${'a1'.repeat(20)}`;
  const texts = { 'package.json': manifest({ 'at-a-commit': spec, plain: '^1.0.0' }) };
  expect(await said(dependencies, texts)).toEqual([]);
});

test('a lockfile is looked at for hashes, scripts and hosts', async () => {
  const one = (host: string) => ({
    version: '1.0.0',
    resolved: `https://${host}/x/-/x-1.0.0.tgz`,
    integrity: 'sha512-x',
  });
  const lock = JSON.stringify(
    {
      packages: {
        'node_modules/a': one('usual.example'),
        'node_modules/b': one('usual.example'),
        'node_modules/c': { ...one('odd.example'), hasInstallScript: true },
        'node_modules/d': { version: '1.0.0' },
      },
    },
    null,
    1,
  );
  const rules = (await said(dependencies, { 'package-lock.json': lock })).map(
    (each) => each.split(' ')[1],
  );
  expect(rules.toSorted()).toEqual(['install-script', 'no-hash', 'other-host']);
});

describe('known flaws', () => {
  const lock = { 'requirements.txt': 'flawed==1.1\nfine==1.0\n' };

  test('are told with the version that mends them', async () => {
    const check = dependenciesCheck({ advisories: database(now(), [flaw]), now });
    const looked = await lookAtTexts(check, lock);
    expect(looked).toMatchObject({
      said: [{ rule: flaw.id, level: 'error', line: 1, path: 'requirements.txt' }],
      unread: [],
    });
    expect(JSON.stringify(looked)).toContain('mended in 1.2.0');
  });

  test.each([
    ['there is no database', undefined, /no database/],
    ['it is old', database(new Date('2026-01-01T00:00:00Z')), /days old/],
    ['it does not know the ecosystem', database(undefined), /no database/],
  ])('nothing is called clean where %s', async (_why, advisories, reason) => {
    const looked = await lookAtTexts(dependenciesCheck({ advisories, now }), lock);
    const unread = 'said' in looked ? (looked.unread ?? []) : [];
    expect(unread).toHaveLength(1);
    expect(unread[0]?.reason).toMatch(reason);
  });

  test('a version that has no order is named', async () => {
    const check = dependenciesCheck({ advisories: database(now(), [flaw]), now });
    const looked = await lookAtTexts(check, { 'requirements.txt': 'flawed==what\n' });
    expect(looked).toMatchObject({
      said: [],
      unread: [{ reason: expect.stringContaining('no order') as string }],
    });
  });
});

test('a registry is asked, where there is one, whether a package exists and since when', async () => {
  const registry: Registry = {
    about: (_ecosystem, name) =>
      Promise.resolve(
        name === 'made-up-name'
          ? { state: 'unknown' }
          : { state: 'known', first: name === 'young' ? new Date('2026-05-20T00:00:00Z') : null },
      ),
  };
  const check = dependenciesCheck({ registry, now });
  const texts = { 'package.json': manifest({ 'made-up-name': '^1', young: '^1', grown: '^1' }) };
  expect(await said(check, texts)).toEqual([
    'package.json:3 unknown-package',
    'package.json:4 young-package',
  ]);
});
