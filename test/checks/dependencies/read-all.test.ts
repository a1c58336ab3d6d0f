/** Every form of manifest and lockfile is read to the same facts, with their lines. */
import { describe, expect, test } from 'vitest';
import { readDependencies, type Facts } from '#checks/dependencies/read-all.ts';
import type { Texts } from '../texts.ts';

async function facts(texts: Texts): Promise<Facts> {
  const paths = Object.keys(texts);
  return readDependencies({ paths, read: (path) => Promise.resolve(texts[path]) }, paths);
}

/** `line name version origin hash`, with `!` behind what runs a script. */
async function locked(path: string, text: string): Promise<readonly string[]> {
  const { dependencies, unread } = await facts({ [path]: text });
  expect(unread).toEqual([]);
  return dependencies.map(
    ({ line, name, version, origin, hasHash, runsScript }) =>
      `${String(line)} ${name} ${String(version)} ${origin} ${String(hasHash)}${runsScript ? '!' : ''}`,
  );
}

const sha = 'f'.repeat(40);
const npmLock = JSON.stringify(
  {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { a: '^1.0.0' } },
      'node_modules/a': { version: '1.2.0', integrity: 'sha512-x', license: 'MIT' },
      'node_modules/a/node_modules/@s/b': {
        version: '2.0.0',
        resolved: `git+ssh://git@example.org/b.git#${sha}`,
        hasInstallScript: true,
      },
      'node_modules/c': { resolved: 'packages/c', link: true },
    },
  },
  null,
  2,
);

describe('a lockfile', () => {
  test.each<[string, string, readonly string[]]>([
    ['package-lock.json', npmLock, ['9 a 1.2.0 registry true', '14 @s/b 2.0.0 git false!']],
    [
      'yarn.lock',
      `# yarn lockfile v1\n\na@^1.0.0, a@^1.1.0:\n  version "1.2.0"\n  resolved "https://host.example/a/-/a-1.2.0.tgz#abc"\n  integrity sha512-x\n\n"@s/b@git+https://git.example/b.git":\n  version "2.0.0"\n  resolved "git+https://git.example/b.git#${sha}"\n`,
      ['3 a 1.2.0 registry true', '8 @s/b 2.0.0 git false'],
    ],
    [
      'yarn.lock',
      '# This file is generated\n\n__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.2.0\n  resolution: "a@npm:1.2.0"\n  checksum: 10/abc\n\n"root@workspace:.":\n  version: 0.0.0\n  resolution: "root@workspace:."\n',
      ['6 a 1.2.0 registry true'],
    ],
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.2.0\n\npackages:\n\n  a@1.2.0:\n    resolution: {integrity: sha512-x}\n\n  '@s/b@2.0.0':\n    resolution: {integrity: sha512-y}\n    requiresBuild: true\n\n  c@https://host.example/c.tgz:\n    resolution: {tarball: https://host.example/c.tgz}\n    version: 3.0.0\n\nsnapshots:\n\n  a@1.2.0: {}\n",
      ['13 a 1.2.0 registry true', '16 @s/b 2.0.0 registry true!', '20 c 3.0.0 address false'],
    ],
    [
      'uv.lock',
      'version = 1\n\n[[package]]\nname = "me"\nversion = "0.1"\nsource = { editable = "." }\n\n[[package]]\nname = "A_b"\nversion = "1.2"\nsource = { registry = "https://index.example/simple" }\nwheels = [{ url = "x", hash = "sha256:1" }]\n\n[[package]]\nname = "c"\nversion = "2"\nsource = { git = "https://git.example/c?rev=main" }\n',
      ['8 a-b 1.2 registry true', '14 c 2 git null'],
    ],
    [
      'poetry.lock',
      '[[package]]\nname = "a"\nversion = "1.2"\nfiles = [{file = "a.whl", hash = "sha256:1"}]\n\n[[package]]\nname = "b"\nversion = "2"\nfiles = []\n[package.source]\ntype = "git"\nurl = "https://git.example/b"\n',
      ['1 a 1.2 registry true', '6 b 2 git null'],
    ],
    [
      'Pipfile.lock',
      '{\n"_meta": {},\n"default": {\n"a": {"version": "==1.2", "hashes": ["sha256:1"]},\n"b": {"version": "==2"}\n}\n}',
      ['4 a 1.2 registry true', '5 b 2 registry false'],
    ],
    [
      'Cargo.lock',
      'version = 4\n\n[[package]]\nname = "me"\nversion = "0.1.0"\n\n[[package]]\nname = "a"\nversion = "1.2.0"\nsource = "registry+https://crates.example/index"\nchecksum = "1"\n',
      ['7 a 1.2.0 registry true'],
    ],
    [
      'Gemfile.lock',
      'GIT\n  remote: https://git.example/b\n  specs:\n    b (2.0)\n\nGEM\n  remote: https://gems.example/\n  specs:\n    a (1.2)\n      c (>= 1)\n    c (1.16.0-x86_64-linux)\n\nDEPENDENCIES\n  a\n',
      ['4 b 2.0 git null', '9 a 1.2 registry null', '11 c 1.16.0 registry null'],
    ],
    [
      'composer.lock',
      '{\n"packages": [\n{\n"name": "v/A",\n"version": "v1.2.0",\n"license": ["MIT"],\n"dist": {"type": "zip", "url": "https://host.example/a.zip"}\n}\n]\n}',
      ['4 v/a v1.2.0 registry null'],
    ],
    [
      'go.mod',
      'module m\n\nrequire (\n\thost.example/a v1.2.0\n\thost.example/b v0.1.0 // indirect\n)\n\nreplace host.example/b => ./b\n',
      ['4 host.example/a 1.2.0 registry null'],
    ],
    [
      'requirements.txt',
      '# x\na[extra]==1.2 ; python_version > "3"\nb>=2\nc==3 \\\n  --hash=sha256:1\n',
      ['2 a 1.2 registry false', '4 c 3 registry true'],
    ],
  ])('%s', async (path, text, expected) => {
    expect(await locked(path, text)).toEqual(expected);
  });
});

describe('a manifest', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'package.json',
      '{\n"version": "1.0.0",\n"dependencies": {\n"a": "^1.0.0",\n"b": "git+https://git.example/b.git",\n"c": "owner/repo"\n},\n"devDependencies": {\n"a": "2"\n}\n}',
      [
        '4 a ^1.0.0 registry',
        '5 b git+https://git.example/b.git git',
        '6 c owner/repo git',
        '9 a 2 registry',
      ],
    ],
    [
      'pyproject.toml',
      '[project]\nname = "me"\ndependencies = [\n  "A_b>=1",\n  "c @ https://host.example/c.whl",\n]\n[dependency-groups]\ndev = ["pytest"]\n',
      ['4 a-b >=1 registry', '5 c https://host.example/c.whl address', '8 pytest  registry'],
    ],
    [
      'pyproject.toml',
      '[tool.poetry.dependencies]\npython = "^3"\na = "^1"\nb = { git = "https://git.example/b" }\n',
      ['3 a ^1 registry', '4 b https://git.example/b git'],
    ],
    ['requirements/dev.txt', 'a', []],
    [
      'requirements-dev.txt',
      '-r base.txt\na>=1,<2  # why\ngit+https://git.example/b.git@main#egg=b\n-e .\n',
      ['2 a >=1,<2 registry', '3 b git+https://git.example/b.git@main#egg=b git'],
    ],
    [
      'Cargo.toml',
      '[dependencies]\na = "1"\nb = { path = "../b" }\n',
      ['2 a 1 registry', '3 b ../b path'],
    ],
    [
      'Gemfile',
      "source 'x'\ngem 'a', '~> 1.0'\ngem 'b', github: 'o/b'\n",
      ['2 a ~> 1.0 registry', '3 b  git'],
    ],
    ['composer.json', '{\n"require": {\n"php": "^8",\n"v/a": "^1"\n}\n}', ['4 v/a ^1 registry']],
  ])('%s', async (path, text, expected) => {
    const { asked } = await facts({ [path]: text });
    const told = asked.map(
      ({ line, name, spec, origin }) => `${String(line)} ${name} ${spec} ${origin}`,
    );
    expect(told).toEqual(expected);
  });
});

describe('what a lockfile was not made for', () => {
  const astray = async (texts: Texts) => (await facts(texts)).astray.map(({ name }) => name);
  const manifest = (spec: string) => JSON.stringify({ dependencies: { a: spec } });

  test.each<[string, string, string]>([
    ['package-lock.json', npmLock, '^1.0.0'],
    ['yarn.lock', 'a@^1.0.0:\n  version "1.2.0"\n', '^1.0.0'],
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n",
      '^1.0.0',
    ],
  ])('%s', async (lock, text, spec) => {
    expect(await astray({ 'package.json': manifest(spec), [lock]: text })).toEqual([]);
    expect(await astray({ 'package.json': manifest('^2.0.0'), [lock]: text })).toEqual(['a']);
  });

  test('go.sum', async () => {
    const mod = 'module m\nrequire h.example/a v1.0.0\nrequire h.example/b v1.0.0\n';
    const sum = 'h.example/a v1.0.0 h1:x=\nh.example/a v1.0.0/go.mod h1:y=\n';
    expect(await astray({ 'go.mod': mod, 'go.sum': sum })).toEqual(['h.example/b']);
  });

  test('a lockfile of another folder is not asked', async () => {
    expect(
      await astray({ 'b/package.json': manifest('^9'), 'package-lock.json': npmLock }),
    ).toEqual([]);
  });
});

test('what is not what its name says is unread', async () => {
  const { unread } = await facts({
    'package-lock.json': '{"lockfileVersion": 1, "dependencies": {}}',
    'uv.lock': '[[package',
    'a/yarn.lock': 'what is this',
    'go.mod': '<html>',
  });
  expect(unread.map(({ path }) => path)).toEqual([
    'package-lock.json',
    'uv.lock',
    'a/yarn.lock',
    'go.mod',
  ]);
});
