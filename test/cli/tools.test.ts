/** The tools of checks as they are pinned: nothing that is installed could be another thing tomorrow. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAtLeast } from '#cli/tool-sources.ts';
import { toolsFor, versionIn } from '#cli/tool-table.ts';

function pins(name: string): string {
  return readFileSync(new URL(`../../docker/tools/${name}`, import.meta.url), 'utf8');
}

test('every package of Python has one version and the hashes of its files', () => {
  const text = pins('requirements.txt').replace(/^#.*\n/gm, '');
  const packages = text.split(/\n(?=\S)/);
  expect(packages.length).toBeGreaterThan(8);
  for (const one of packages)
    expect(one).toMatch(
      /^[\w.-]+==[\w.]+(?: ; [^\\]+)? \\\n(?:\s+--hash=sha256:[0-9a-f]{64}(?: \\)?\s*)+$/,
    );
});

test('what is asked for of Python is what is pinned', () => {
  const asked = pins('requirements.in').trim().split('\n');
  for (const line of asked) expect(pins('requirements.txt')).toContain(`\n${line} \\\n`);
});

test('every package of npm has one version and a hash, and none is asked of an address', () => {
  const { packages } = JSON.parse(pins('package-lock.json')) as {
    packages: Record<string, { integrity?: string; version?: string; resolved?: string }>;
  };
  const { '': own, ...others } = packages;
  expect(own).toBeDefined();
  for (const { integrity, version, resolved } of Object.values(others)) {
    expect(integrity).toMatch(/^sha512-/);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(resolved).toBeUndefined();
  }
});

test('every module of Go that is built has the hash of its files', () => {
  const required = [...pins('go.mod').matchAll(/^\t(\S+) (v\S+)/gm)].map(([, name, version]) =>
    [name, version].join(' '),
  );
  const known = new Set(
    pins('go.sum')
      .split('\n')
      .map((line) => line.replace(/ h1:\S+$/, '')),
  );
  expect(required.length).toBeGreaterThan(2);
  expect(required.filter((one) => !known.has(one))).toEqual([]);
});

test('no program is looked up by its name', () => {
  for (const arch of ['x64', 'arm64'])
    for (const { command } of toolsFor(arch)) expect(command[0]).toMatch(/^\/(?:opt|usr\/bin)\//);
});

test.each([
  ['Haskell Dockerfile Linter 2.15.1\n', '2.15.1'],
  ['v1.7.12\ninstalled by building from source\nbuilt with go1.26.8 compiler', '1.7.12'],
  ['__main__.py 1.9.4\n  python version = 3.11.2', '1.9.4'],
  ['Version: 2.6.8\n', '2.6.8'],
  ['no number', undefined],
])('in %j the version is %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});

test('versions are compared by their numbers', () => {
  expect(isAtLeast('3.9', '3.11')).toBe(false);
  expect(isAtLeast('3.11', '3.11')).toBe(true);
  expect(isAtLeast('1.26.8', '1.26.0')).toBe(true);
});
