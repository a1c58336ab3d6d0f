/** Which Python lockfiles are installed from, and what is said of the others. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Interpreter } from '#adapters/packages/python/interpreter.ts';
import { findPythonLock } from '#adapters/packages/python/lockfiles.ts';
import { scratch } from '../../../scratch.ts';

const interpreter: Interpreter = {
  ...{ os_name: 'posix', sys_platform: 'linux', platform_machine: 'x86_64' },
  ...{ platform_python_implementation: 'CPython', platform_release: '', platform_version: '' },
  ...{ platform_system: 'Linux', python_version: '3.11', python_full_version: '3.11.2' },
  ...{ implementation_name: 'cpython', implementation_version: '3.11.2', glibc: '2.36' },
};
const hash = 'a'.repeat(64);
const other = 'b'.repeat(64);

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = scratch();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function read(files: Readonly<Record<string, string>>) {
  const found = await findPythonLock(folderOf(files));
  if (found.state !== 'locked') throw new Error(found.reason);
  return found.read(interpreter);
}

test('requirements with hashes are read, also those that they include', async () => {
  const lock = await read({
    'requirements.txt': `# made by a tool\n--index-url https://elsewhere.invalid/\nFoo_Bar[x]==1.0 ; python_version >= "3.9" \\\n    --hash=sha256:${hash} \\\n    --hash=sha256:${other}  # via app\nwin==1 ; sys_platform == "win32" --hash=sha256:${hash}\n-e .\n`,
    'requirements-dev.txt': `-r requirements.txt\npytest==8.0.0 --hash=sha256:${other}\n`,
  });
  expect(lock.packages).toEqual(
    [
      { name: 'pytest', version: '8.0.0', hashes: [other] },
      { name: 'foo-bar', version: '1.0', hashes: [hash, other] },
    ].toSorted(
      (a, b) =>
        lock.packages.findIndex(({ name }) => name === a.name) -
        lock.packages.findIndex(({ name }) => name === b.name),
    ),
  );
  expect(lock.local).toEqual([{ path: '', name: null, version: '0' }]);
});

test.each([
  ['a package without a hash', `a==1 --hash=sha256:${hash}\nb==1\n`, 'without a SHA-256 hash'],
  ['a weaker hash alone', `a==1 --hash=md5:${hash}\n`, 'without a SHA-256 hash'],
  ['no version', `a --hash=sha256:${hash}\n`, 'pins no package'],
  ['any version of one', `a==1.* --hash=sha256:${hash}\n`, 'pins no package'],
  ['an address', `a @ https://x.invalid/a.whl --hash=sha256:${hash}\n`, 'pins no package'],
  ['a git repository', `git+https://x.invalid/a --hash=sha256:${hash}\n`, 'pins no package'],
  [
    'an editable git repository',
    `-e git+https://x.invalid/a\nb==1 --hash=sha256:${hash}\n`,
    'pins no package',
  ],
  ['a file above', `-r ../../secret.txt\nb==1 --hash=sha256:${hash}\n`, 'There is no'],
  ['a project above', `-e ./../other\nb==1 --hash=sha256:${hash}\n`, 'pins no package'],
  ['two versions', `a==1 --hash=sha256:${hash}\na==2 --hash=sha256:${hash}\n`, 'names a 2'],
  [
    'an option that runs something',
    `--config-settings=x\na==1 --hash=sha256:${hash}\n`,
    'pins no package',
  ],
])('requirements with %s are refused', async (_, text, why) => {
  await expect(read({ 'requirements.txt': text })).rejects.toThrow(why);
});

const uvPackage = (name: string, more = '') =>
  `[[package]]\nname = "${name}"\nversion = "1.0"\nsource = { registry = "https://elsewhere.invalid/simple" }\n${more}wheels = [\n  { url = "https://x.invalid/${name}.whl", hash = "sha256:${hash}", size = 1 },\n]\n\n`;
const uvRoot = (dependencies: string, more = '', source = 'editable = "."') =>
  `version = 1\nrequires-python = ">=3.9"\n\n[[package]]\nname = "app"\nversion = "2.0"\nsource = { ${source} }\ndependencies = [${dependencies}]\n${more}\n`;

test('of uv.lock only what this machine and the tests need is taken', async () => {
  const lock = await read({
    'uv.lock':
      uvRoot(
        '{ name = "a", extra = ["fast"] }, { name = "win", marker = "sys_platform == \'win32\'" }',
        '\n[package.dev-dependencies]\ndev = [{ name = "pytest" }]\ndocs = [{ name = "sphinx" }]\n',
      ) +
      uvPackage('a', '[package.optional-dependencies]\nfast = [{ name = "b" }]\n').replace(
        /(\[package\.optional[^]*?\n)(wheels[^]*?\]\n)/u,
        '$2$1',
      ) +
      ['b', 'win', 'pytest', 'sphinx'].map((name) => uvPackage(name)).join(''),
  });
  expect(lock.packages.map(({ name }) => name).sort()).toEqual(['a', 'b', 'pytest']);
  expect(lock.local).toEqual([{ path: '', name: 'app', version: '2.0' }]);
});

test.each([
  ['of another version', 'version = 2\n', 'not understood'],
  ['that is no TOML', 'version = \n', 'no TOML'],
  ['without a project', `version = 1\n\n${uvPackage('a')}`, 'no project'],
  ['of a project above', uvRoot('', '', 'editable = "../other"'), 'does not lie in the repository'],
  ['with a package that is not there', uvRoot('{ name = "a" }'), 'which a is meant'],
  [
    'with a package from git',
    uvRoot('{ name = "a" }') +
      uvPackage('a').replace(/registry = "[^"]*"/u, 'git = "https://x.invalid/a?rev=1"'),
    'from: git',
  ],
  [
    'with a weak hash',
    uvRoot('{ name = "a" }') + uvPackage('a').replace('sha256:', 'md5:'),
    'not understood',
  ],
])('a uv.lock %s is refused', async (_, text, why) => {
  await expect(read({ 'uv.lock': text })).rejects.toThrow(why);
});

test.each([
  ['nothing of Python', {}, 'none', 'No Python packages'],
  ['requirements without hashes', { 'requirements.txt': 'a==1\n' }, 'failed', 'uv lock'],
  [
    'only a pyproject.toml',
    { 'pyproject.toml': '[project]\ndependencies = ["a"]\n' },
    'failed',
    'uv lock',
  ],
  ['a lockfile of poetry', { 'poetry.lock': '' }, 'failed', 'poetry export'],
])('a repository with %s', async (_, files, state, why) => {
  expect(await findPythonLock(folderOf(files))).toMatchObject({
    state,
    reason: expect.stringContaining(why),
  });
});
