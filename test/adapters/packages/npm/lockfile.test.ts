/** Which lockfiles may be installed from, and what is said of the others. */
import { expect, test } from 'vitest';
import { readLockfile } from '#adapters/packages/npm/lockfile.ts';

const registry = 'http://127.0.0.1:4873/';
const integrity = `sha512-${'A'.repeat(86)}==`;

function lockfile(packages: Record<string, unknown>, lockfileVersion = 3): string {
  return JSON.stringify({ lockfileVersion, packages: { '': { name: 'root' }, ...packages } });
}

function read(packages: Record<string, unknown>) {
  return readLockfile(lockfile(packages), registry);
}

test.each([
  ['without an address', {}],
  ['at a public registry', { resolved: 'https://registry.invalid/left/-/left-1.0.0.tgz' }],
  ['at a registry in a folder', { resolved: 'https://art.invalid/api/npm/left/-/left-1.0.0.tgz' }],
  ['at our own registry', { resolved: `${registry}left/-/left-1.0.0.tgz` }],
  ['with several hashes', { integrity: `sha1-${'A'.repeat(27)}= ${integrity}` }],
])('a package %s is taken', (_, more) => {
  const { packages } = read({ 'node_modules/left': { version: '1.0.0', integrity, ...more } });
  expect(packages).toMatchObject([{ name: 'left', version: '1.0.0', elsewhere: false }]);
});

test.each([
  [
    'with an address but no integrity',
    { integrity: undefined, resolved: 'https://r.invalid/left/-/left-1.0.0.tgz' },
    'no integrity',
  ],
  [
    'with an empty integrity',
    { integrity: '', resolved: 'https://r.invalid/left/-/left-1.0.0.tgz' },
    'no integrity',
  ],
  ['with a weak kind of hash', { integrity: 'md5-AAAAAAAAAAAAAAAAAAAAAA==' }, 'no integrity'],
  ['from git', { resolved: 'git+ssh://git@forge.invalid/a/left.git#abc' }, 'registry'],
  ['from a file', { resolved: 'file:../left.tgz' }, 'registry'],
  ['from any address', { resolved: 'https://files.invalid/left.tgz' }, 'registry'],
  ['over plain http', { resolved: 'http://registry.invalid/left/-/left-1.0.0.tgz' }, 'registry'],
  ['with a query', { resolved: `https://r.invalid/left/-/left-1.0.0.tgz?x=1` }, 'registry'],
  ['of another name', { resolved: 'https://r.invalid/right/-/right-1.0.0.tgz' }, 'registry'],
  ['of another version', { resolved: 'https://r.invalid/left/-/left-2.0.0.tgz' }, 'registry'],
  ['without version', { version: undefined }, 'version'],
  ['with a path for a version', { version: '1.0.0/../../x' }, 'version'],
  ['with a path for a name', { name: '../x' }, 'name'],
  ['with an encoded name', { name: '@a%2fb/c' }, 'name'],
])('a package %s is refused', (_, more, why) => {
  const given = { 'node_modules/left': { version: '1.0.0', integrity, ...more } };
  expect(() => read(given)).toThrow(why);
});

test('a package for which npm left out address and integrity alike is taken, to be pinned later', () => {
  const { packages } = read({ 'node_modules/left': { version: '1.0.0' } });
  expect(packages).toMatchObject([{ name: 'left', version: '1.0.0', integrity: '' }]);
});

test('every refused package is named, not only the first', () => {
  const given = { 'node_modules/a': {}, 'node_modules/b': {} };
  expect(() => read(given)).toThrow(/node_modules\/a: .*; node_modules\/b: /u);
});

test.each([
  ['a link out of the tree', { 'node_modules/x': { link: true, resolved: '../x' } }],
  ['a link to an absolute path', { 'node_modules/x': { link: true, resolved: '/etc' } }],
  ['a link to nowhere', { 'node_modules/x': { link: true } }],
  ['a folder out of the tree', { '../x': { version: '1.0.0' } }],
  ['a package out of the tree', { '../node_modules/x': { version: '1.0.0', integrity } }],
])('%s is refused', (_, packages) => {
  expect(() => read(packages)).toThrow('leads out of the repository');
});

test.each([
  'node_modules/a/b',
  'node_modules/@scope',
  'node_modules/@scope/a/b',
  'node_modules/a/node_modules/b',
  'packages/a/node_modules/b',
  'packages/b',
])('a link at %s, through which another could lead, is refused', (path) => {
  const given = {
    'packages/a': { version: '1.0.0' },
    [path]: { link: true, resolved: 'packages/a', os: ['plan9'] },
  };
  expect(() => read(given)).toThrow(`${path}: a link there is not supported`);
});

test('workspaces are the repository itself; packages below them are told apart', () => {
  const given = read({
    'packages/a': { version: '1.0.0' },
    'node_modules/a': { link: true, resolved: 'packages/a' },
    'packages/a/node_modules/left': { version: '1.0.0', integrity },
  });
  expect(given.workspaces).toEqual(['packages/a']);
  expect(given.nested).toEqual(['packages/a/node_modules']);
  expect(given.packages.map(({ name }) => name)).toEqual(['left']);
});

test('an alias is asked for by its real name, and bundled packages are not asked for', () => {
  const given = read({
    'node_modules/alias': { name: '@scope/real', version: '2.0.0', integrity },
    'node_modules/alias/node_modules/inner': { version: '1.0.0', inBundle: true },
  });
  expect(given.packages.map(({ name }) => name)).toEqual(['@scope/real']);
});

test('a package for another system is known as such', () => {
  const base = { version: '1.0.0', integrity, optional: true };
  const { packages } = read({
    'node_modules/a': { ...base, os: ['plan9'] },
    'node_modules/b': { ...base, os: 'plan9' },
    'node_modules/c': { ...base, cpu: ['!' + process.arch] },
    'node_modules/d': { ...base, os: ['!plan9'], cpu: [process.arch] },
  });
  expect(packages.map(({ elsewhere }) => elsewhere)).toEqual([true, true, true, false]);
});

test.each([
  ['no JSON', '{', 'no JSON'],
  ['an old version', lockfile({}, 1), 'before 2'],
  ['another document', '[]', 'not understood'],
  ['a package that is none', lockfile({ 'node_modules/a': 1 }), 'not understood'],
])('%s is no lockfile', (_, text, why) => {
  expect(() => readLockfile(text, registry)).toThrow(why);
});
