/** Versions are ordered as their registries order them, and an advisory's ranges are read so. */
import { describe, expect, test } from 'vitest';
import { fixedVersion, isAffected } from '#core/advisory.ts';
import { compareVersions, type Ecosystem } from '#core/package-version.ts';

/** Each list from the earliest to the latest. */
const orders: readonly (readonly [Ecosystem, readonly string[]])[] = [
  [
    'npm',
    [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
    ],
  ],
  [
    'Go',
    [
      'v0.0.0-20190101000000-abcdefabcdef',
      'v0.0.1',
      'v1.2.3-pre',
      'v1.2.3',
      'v1.12.0+incompatible',
    ],
  ],
  [
    'PyPI',
    [
      '1.0.dev1',
      '1.0a1.dev1',
      '1.0a1',
      '1.0b2',
      '1.0rc1',
      '1.0',
      '1.0+local.1',
      '1.0.post1.dev2',
      '1.0.post1',
      '1.1',
      '1.10',
      '1!0.1',
    ],
  ],
  ['RubyGems', ['1.0.a', '1.0.b1', '1.0', '1.0.1', '1.9', '1.10']],
  [
    'Packagist',
    ['1.0-dev', '1.0-alpha1', 'v1.0.0-beta2', '1.0.0RC1', '1.0.0', '1.0.0-p1', '1.0.0.1'],
  ],
];

describe('versions are ordered', () => {
  test.each(orders)('%s', (ecosystem, versions) => {
    for (const [at, one] of versions.entries()) {
      for (const [later, other] of versions.entries()) {
        const order = compareVersions(ecosystem, one, other);
        expect(Math.sign(order ?? NaN), `${one} and ${other}`).toBe(Math.sign(at - later));
      }
    }
  });
});

test.each<[Ecosystem, string, string]>([
  ['PyPI', '1.0', '1.0.0'],
  ['PyPI', '1.0.0-1', '1.0.post1'],
  ['PyPI', '1.0-alpha.1', '1.0a1'],
  ['PyPI', '1.0c1', '1.0rc1'],
  ['Packagist', 'v1.2', '1.2.0.0'],
  ['npm', '1.2.3+build', '1.2.3'],
])('%s has %s for %s', (ecosystem, one, other) => {
  expect(compareVersions(ecosystem, one, other)).toBe(0);
});

test.each<[Ecosystem, string]>([
  ['npm', 'latest'],
  ['npm', '1'.repeat(300)],
  ['PyPI', '1.0-what'],
  ['Packagist', 'dev-main'],
])('%s does not order %s', (ecosystem, version) => {
  expect(compareVersions(ecosystem, version, '1.0.0')).toBeUndefined();
});

describe('an advisory', () => {
  const advisory = {
    ranges: [
      [{ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }],
      [{ introduced: '3.0.0' }, { lastAffected: '3.4.0' }],
    ],
    versions: ['9.9.9'],
  };

  test.each([
    ['0.1.0', true],
    ['1.2.0-rc.1', true],
    ['1.2.0', false],
    ['2.0.0', true],
    ['2.1.0', false],
    ['3.4.0', true],
    ['3.4.1', false],
    ['9.9.9', true],
    ['what', undefined],
  ])('speaks of %s: %s', (version, affected) => {
    expect(isAffected('npm', version, advisory)).toBe(affected);
  });

  test('names the version to go to', () => {
    expect(fixedVersion('npm', '2.0.3', advisory)).toBe('2.1.0');
    expect(fixedVersion('npm', '3.0.0', advisory)).toBeUndefined();
  });

  test('the order in which its events are written does not matter', () => {
    const ranges = [[{ fixed: '1.2.0' }, { introduced: '1.0.0' }]];
    expect(isAffected('npm', '1.1.0', { ranges, versions: [] })).toBe(true);
    expect(isAffected('npm', '1.3.0', { ranges, versions: [] })).toBe(false);
  });
});
