/** Packages by npm in the real sandbox, from a registry on loopback. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bubblewrapSandbox } from '#adapters/bubblewrap/sandbox.ts';
import { lockedPackages } from '#adapters/packages/packages.ts';
import type { Trust } from '#ports/packages.ts';
import type { Layer, Sandbox } from '#ports/sandbox.ts';
import { integrityOf, pack, startRegistry } from '../tiny-registry.ts';
import { scratch } from '../../../scratch.ts';
import type { TinyRegistry } from '../tiny-registry.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const log = pino({ level: 'silent' });
const signal = AbortSignal.timeout(60_000);

const left = pack({
  'package.json': JSON.stringify({
    name: 'left',
    version: '1.0.0',
    bin: 'cli.js',
    scripts: { postinstall: 'touch ran', install: 'touch ran' },
    dependencies: { '@a/b': '^2.0.0' },
  }),
  'cli.js': '#!/usr/bin/env node\nconsole.log(require("@a/b"));\n',
});
const scoped = pack({
  'package.json': JSON.stringify({ name: '@a/b', version: '2.0.0' }),
  'index.js': 'module.exports = "it works";\n',
});

const locked = {
  left: {
    version: '1.0.0',
    resolved: 'https://registry.invalid/left/-/left-1.0.0.tgz',
    integrity: integrityOf(left),
    hasInstallScript: true,
    bin: { left: 'cli.js' },
    dependencies: { '@a/b': '^2.0.0' },
  },
  scoped: { version: '2.0.0', integrity: integrityOf(scoped) },
  elsewhere: {
    version: '1.0.0',
    integrity: integrityOf(Buffer.from('never asked for')),
    optional: true,
    os: ['plan9'],
  },
};

let registry: TinyRegistry;
let sandbox: Sandbox;
let dataDir: string;

beforeAll(async () => {
  dataDir = scratch();
  registry = await startRegistry();
  const ours = ['package.json', 'src/inside', 'node_modules/npm'];
  const tools = ours.map((path) => ({ from: join(root, path), to: `/opt/tools/${path}` }));
  tools.push({ from: process.execPath, to: '/opt/tools/bin/node' });
  sandbox = bubblewrapSandbox({ dataDir, tools, log });
});

afterAll(async () => {
  await sandbox.close();
  await registry.close();
});

beforeEach(() => {
  registry.asked.length = 0;
  registry.answers.clear();
  registry.answers.set('/left/-/left-1.0.0.tgz', left).set('/@a/b/-/b-2.0.0.tgz', scoped);
});

interface More {
  readonly within?: AbortSignal;
  readonly buildScripts?: readonly string[];
  readonly trust?: Trust;
}

function install(tree: Layer, { within = signal, buildScripts = [], trust }: More = {}) {
  const npmRegistry = registry.url;
  const options = { sandbox, npmRegistry, pythonIndex: npmRegistry, buildScripts, dataDir, log };
  return lockedPackages(options).install(tree, within, trust);
}

function treeOf(files: Readonly<Record<string, unknown>>): Layer {
  mkdirSync(join(dataDir, 'layers'), { recursive: true });
  const path = mkdtempSync(join(dataDir, 'layers', 'tree-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(path, name), text);
  }
  return { key: path, path };
}

/** A repository that depends on `left` and, on other systems, on one more. */
function repository(more: Readonly<Record<string, unknown>> = {}, name = 'app'): Layer {
  const asks = { dependencies: { left: '^1.0.0' }, optionalDependencies: { elsewhere: '1.0.0' } };
  return treeOf({
    'package.json': { name, version: '1.0.0', ...asks },
    'package-lock.json': {
      name,
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name, version: '1.0.0', ...asks },
        'node_modules/left': locked.left,
        'node_modules/@a/b': locked.scoped,
        'node_modules/elsewhere': locked.elsewhere,
      },
    },
    ...more,
  });
}

test('what the lockfile names is installed, runs in the sandbox, and is installed once', async () => {
  const tree = repository({
    '.npmrc':
      'registry=http://127.0.0.1:1/\n@a:registry=http://127.0.0.1:1/\nignore-scripts=false\n',
  });
  const installed = await install(tree);
  expect(installed).toMatchObject({ state: 'installed', packages: 2, cached: false });
  if (installed.state !== 'installed') return;
  const [layer] = installed.layers;
  if (!layer) throw new Error('no layer');
  expect(readFileSync(join(layer.path, 'node_modules/@a/b/index.js'), 'utf8')).toContain('works');
  expect(existsSync(join(layer.path, 'node_modules/left/ran'))).toBe(false);
  expect(registry.asked.sort()).toEqual(['/@a/b/-/b-2.0.0.tgz', '/left/-/left-1.0.0.tgz']);

  const workspace = await sandbox.open([tree, layer]);
  const argv = ['/opt/tools/bin/node', 'node_modules/.bin/left'];
  const done = await workspace.exec({ argv, purpose: 'test' });
  await workspace.close();
  expect(done).toMatchObject({ exitCode: 0, stdout: 'it works\n' });

  registry.asked.length = 0;
  expect(await install(tree)).toEqual({ ...installed, cached: true });
  expect(registry.asked).toEqual([]);
});

test('workspaces of the repository are linked to where they lie', async () => {
  const member = { name: '@app/one', version: '1.0.0', dependencies: { left: '1.0.0' } };
  const tree = treeOf({
    'package.json': { name: 'many', version: '1.0.0', workspaces: ['packages/*'] },
    'packages/one/package.json': member,
    'packages/one/index.js': 'module.exports = "one";\n',
    'package-lock.json': {
      name: 'many',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'many', version: '1.0.0', workspaces: ['packages/*'] },
        'packages/one': member,
        'node_modules/@app/one': { resolved: 'packages/one', link: true },
        'node_modules/left': locked.left,
        'node_modules/@a/b': locked.scoped,
      },
    },
  });
  const installed = await install(tree);
  expect(installed).toMatchObject({ state: 'installed', packages: 2 });
  if (installed.state !== 'installed') return;
  const link = join(installed.layers[0]?.path ?? '', 'node_modules/@app/one');
  expect(readlinkSync(link)).toBe('../../packages/one');
  const workspace = await sandbox.open([tree, ...installed.layers]);
  const argv = ['/opt/tools/bin/node', '-p', 'require("@app/one")'];
  const done = await workspace.exec({ argv, purpose: 'test' });
  await workspace.close();
  expect(done).toMatchObject({ exitCode: 0, stdout: 'one\n' });
});

test('a workspace has packages of its own beside those of the root', async () => {
  const member = { name: 'one', version: '1.0.0', dependencies: { '@a/b': '2.0.0' } };
  const root = { name: 'nested', version: '1.0.0', workspaces: ['packages/*'] };
  const tree = treeOf({
    'package.json': { ...root, dependencies: { left: '1.0.0' } },
    'packages/one/package.json': member,
    'packages/one/index.js': 'module.exports = require("@a/b");\n',
    'package-lock.json': {
      ...{ name: 'nested', lockfileVersion: 3, requires: true },
      packages: {
        '': { ...root, dependencies: { left: '1.0.0' } },
        'packages/one': member,
        'node_modules/one': { resolved: 'packages/one', link: true },
        'node_modules/left': { ...locked.left, dependencies: {} },
        'packages/one/node_modules/@a/b': locked.scoped,
      },
    },
  });
  for (const cached of [false, true]) {
    const installed = await install(tree, { trust: 'anybody' });
    expect(installed).toMatchObject({ state: 'installed', packages: 2, cached });
    if (installed.state !== 'installed') return;
    const workspace = await sandbox.open([tree, ...installed.layers]);
    const argv = ['/opt/tools/bin/node', '-p', 'require("one")'];
    const done = await workspace.exec({ argv, purpose: 'test' });
    await workspace.close();
    expect(done).toMatchObject({ exitCode: 0, stdout: 'it works\n' });
  }
  expect(await install(tree)).toMatchObject({ cached: false });
});

test('links behind links cannot make one outside of the layer', async () => {
  const outside = scratch();
  const name = outside.slice(1);
  const deep = 'node_modules/a/b/c/d/e/f/g/h';
  const asks = { name: 'links', version: '1.0.0', dependencies: { left: '1.0.0' } };
  const tree = treeOf({
    'package.json': asks,
    'package-lock.json': {
      ...{ name: 'links', lockfileVersion: 3, requires: true },
      packages: {
        ...{ '': asks, 'node_modules/left': locked.left, 'node_modules/@a/b': locked.scoped },
        // npm takes each of them; the way up from the second is counted from where it seems to lie.
        ...{ [name]: { version: '1.0.0' }, 'any/file': { version: '1.0.0' } },
        [deep]: { resolved: 'node_modules/left', link: true },
        [`${deep}/m`]: { resolved: name, link: true },
        [`${deep}/m/planted`]: { resolved: 'any/file', link: true },
      },
    },
  });
  expect(await install(tree)).toMatchObject({ state: 'failed' });
  expect(readdirSync(outside)).toEqual([]);
});

test('workspaces that are files, folders or nowhere are no reason to fall over', async () => {
  const tree = treeOf({
    'package.json': { name: 'odd' },
    'file/package.json/inner': 'x',
    'package-lock.json': {
      lockfileVersion: 3,
      packages: {
        ...{ 'package.json': {}, file: {}, nowhere: {}, ['x'.repeat(5000)]: {} },
        'node_modules/left': locked.left,
      },
    },
  });
  expect(await install(tree)).toEqual({
    state: 'failed',
    reason: 'What npm ci installed cannot be kept: node_modules is not a folder of the workspace.',
  });
});

test('a package whose bytes changed is named, and nothing is kept', async () => {
  registry.answers.set('/@a/b/-/b-2.0.0.tgz', left);
  const tree = repository({}, 'changed');
  const failed = await install(tree);
  expect(failed).toEqual({
    state: 'failed',
    reason: "@a/b@2.0.0: its bytes are not those of the lockfile's integrity",
  });
  registry.answers.set('/@a/b/-/b-2.0.0.tgz', scoped);
  expect(await install(tree)).toMatchObject({ state: 'installed', cached: false });
});

test('a registry that is down is tried again later', async () => {
  registry.answers.set('/left/-/left-1.0.0.tgz', 503);
  await expect(install(repository({}, 'down'))).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'registry-unavailable',
  });
});

test('a lockfile that does not fit package.json is told', async () => {
  const asks = {
    name: 'apart',
    version: '1.0.0',
    dependencies: { left: '^1.0.0', more: '^1.0.0' },
  };
  const failed = await install(repository({ 'package.json': asks }, 'apart'));
  expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('GET /more') });
  expect(registry.asked).toEqual([]);
});

test('an install is given up when the run is', async () => {
  const given = AbortSignal.abort(new Error('superseded'));
  await expect(install(repository({}, 'aborted'), { within: given })).rejects.toThrow('superseded');
});

test.each([
  ['no package.json', { 'README.md': 'x' }, 'none', 'no package.json'],
  ['no dependencies', { 'package.json': { name: 'x' } }, 'none', 'asks for no packages'],
  [
    'an empty lockfile',
    { 'package.json': {}, 'package-lock.json': { lockfileVersion: 3, packages: {} } },
    'none',
    'names no packages',
  ],
  [
    'no lockfile',
    { 'package.json': { dependencies: { a: '1' } } },
    'failed',
    'npm install --package-lock-only',
  ],
  ['yarn', { 'package.json': { dependencies: { a: '1' } }, 'yarn.lock': '' }, 'failed', 'only npm'],
  [
    'pnpm',
    { 'package.json': { devDependencies: { a: '1' } }, 'pnpm-lock.yaml': '' },
    'failed',
    'only npm',
  ],
  [
    'an old lockfile',
    { 'package.json': {}, 'package-lock.json': { lockfileVersion: 1 } },
    'failed',
    'npm 7 or later',
  ],
  [
    'a package from git',
    {
      'package.json': {},
      'package-lock.json': {
        lockfileVersion: 3,
        packages: {
          'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@forge.invalid/a.git' },
        },
      },
    },
    'failed',
    'does not come from a registry',
  ],
  [
    'a workspace whose path can be none',
    {
      'package.json': {},
      'package-lock.json': {
        lockfileVersion: 3,
        packages: { 'a\0b': {}, 'node_modules/@a/b': locked.scoped },
      },
    },
    'failed',
    'leads out of the repository',
  ],
])('a repository with %s is answered without running anything', async (_, files, state, why) => {
  const answered = await install(treeOf(files));
  expect(answered).toMatchObject({ state, reason: expect.stringContaining(why) });
  expect(registry.asked).toEqual([]);
});
