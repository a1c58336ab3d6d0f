/** Which lockfile of a Python project is installed from, and what is said where there is none that can be. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LockfileRefused } from '#adapters/packages/phases.ts';
import type { Interpreter } from './interpreter.ts';
import type { PythonLock } from './pinned.ts';
import { readRequirements } from './requirements.ts';
import { readUvLock } from './uv-lock.ts';

/** Bytes of a lockfile. */
const cap = 16_000_000;

/** Those of the root, and of a folder `requirements`, that say what the project and its tests need. */
const requirements =
  /^(?:requirements\/)?(?:(?:requirements[-_.])?(?:dev|tests?|testing|base|main)|requirements|(?:dev|tests?)[-_.]requirements)\.(?:txt|lock)$/u;

/** Lockfiles of other tools, and how they are turned into one that is read. */
const others: readonly (readonly [string, string])[] = [
  ['poetry.lock', '`poetry export --with dev -o requirements.txt`'],
  ['pdm.lock', '`pdm export -o requirements.txt`'],
  ['Pipfile.lock', '`pipenv requirements --dev --hash > requirements.txt`'],
  ['pylock.toml', '`uv export -o requirements.txt`'],
];

export type Found =
  | {
      readonly state: 'locked';
      /** Names all that the lockfiles say. */
      readonly content: string;
      readonly read: (interpreter: Interpreter) => Promise<PythonLock>;
    }
  | { readonly state: 'none' | 'failed'; readonly reason: string };

async function namesIn(folder: string): Promise<readonly string[]> {
  // Not there, or no folder.
  return readdir(folder).catch(() => []);
}

async function textOf(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  if (found.size > cap) throw new LockfileRefused(`${name} is larger than ${String(cap)} bytes.`);
  return readFile(path, 'utf8');
}

function digest(texts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

async function fromRequirements(
  folder: string,
  names: readonly string[],
): Promise<Found | undefined> {
  const texts = new Map<string, string | undefined>();
  const read = async (name: string): Promise<string | undefined> => {
    if (!texts.has(name)) texts.set(name, await textOf(folder, name));
    return texts.get(name);
  };
  const hashed: string[] = [];
  for (const name of names) if ((await read(name))?.includes('--hash=')) hashed.push(name);
  if (hashed.length === 0) return undefined;
  // What they include decides too: every file that has such a name counts.
  return {
    state: 'locked',
    content: digest([...(await Promise.all(names.map(read)))]),
    read: (interpreter) => readRequirements(hashed, read, interpreter),
  };
}

/** Whether a pyproject.toml, setup.py or requirements file asks for anything; nothing is made of what it says. */
async function asksForPackages(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    const text = (await textOf(folder, name)) ?? '';
    if (/^[^#\s]/mu.test(text)) return true;
  }
  const project = (await textOf(folder, 'pyproject.toml')) ?? '';
  const setup = `${(await textOf(folder, 'setup.cfg')) ?? ''}${(await textOf(folder, 'setup.py')) ?? ''}`;
  return (
    /^\s*dependencies\s*=\s*\[\s*["']|^\[dependency-groups\]|^\[project\.optional-dependencies\]|^\[tool\.poetry\.dependencies\]/mu.test(
      project,
    ) || setup.includes('install_requires')
  );
}

/** Reads which lockfile there is; throws LockfileRefused for one that is too large. */
export async function findPythonLock(folder: string): Promise<Found> {
  const uv = await textOf(folder, 'uv.lock');
  if (uv !== undefined) {
    const read = (interpreter: Interpreter) => Promise.resolve(readUvLock(uv, interpreter));
    return { state: 'locked', content: digest([uv]), read };
  }
  const below = (await namesIn(join(folder, 'requirements'))).map((name) => `requirements/${name}`);
  const names = [...(await namesIn(folder)), ...below].filter((name) => requirements.test(name));
  const found = await fromRequirements(folder, names.sort());
  if (found) return found;
  for (const [name, remedy] of others) {
    if ((await textOf(folder, name)) === undefined) continue;
    const reason = `The Python packages are locked in ${name}, which is not read here: run ${remedy} and commit the result.`;
    return { state: 'failed', reason };
  }
  if (!(await asksForPackages(folder, names)))
    return { state: 'none', reason: 'No Python packages are asked for.' };
  const reason =
    'The Python packages are not locked by hashes: run `uv lock`, or ' +
    '`uv pip compile --generate-hashes -o requirements.txt`, and commit the result.';
  return { state: 'failed', reason };
}
