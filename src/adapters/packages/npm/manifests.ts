/** What a repository says about its packages: read from its files, and named by one key. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LockfileRefused } from '#adapters/packages/phases.ts';

/** Bytes of a lockfile: the largest ones that are seen have a tenth of it. */
const cap = 64_000_000;

/** A workspace's path is whatever the lockfile says: nothing of ours, a file, or too long. */
const absent = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'];

/** A file's text, or undefined where there is none. Throws LockfileRefused when it is larger than we read. */
async function textOf(folder: string, name: string): Promise<string | undefined> {
  try {
    const { size } = await stat(join(folder, name));
    if (size > cap) throw new LockfileRefused(`${name} is larger than ${String(cap)} bytes.`);
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && absent.includes(String(error.code))) {
      return undefined;
    }
    throw error;
  }
}

const named = z.record(z.string(), z.unknown()).default({});
const Manifest = z.looseObject({
  dependencies: named,
  devDependencies: named,
  optionalDependencies: named,
  workspaces: z.unknown().optional(),
});

/** Whether there is anything to install; a manifest that is not understood is npm's to judge. */
export function asksForPackages(manifest: string): boolean {
  try {
    const read = Manifest.parse(JSON.parse(manifest));
    const lists = [read.dependencies, read.devDependencies, read.optionalDependencies];
    return read.workspaces !== undefined || lists.some((list) => Object.keys(list).length > 0);
  } catch {
    return true;
  }
}

/** The lockfiles that npm reads, the first one first. */
const ours = ['npm-shrinkwrap.json', 'package-lock.json'];
const others: readonly (readonly [string, string])[] = [
  ['yarn.lock', 'yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

export type Manifests =
  | { readonly state: 'locked'; readonly manifest: string; readonly lockfile: string }
  | { readonly state: 'none' | 'failed'; readonly reason: string };

async function withoutLockfile(folder: string, manifest: string): Promise<Manifests> {
  if (!asksForPackages(manifest)) {
    return { state: 'none', reason: 'package.json asks for no packages.' };
  }
  for (const [name, manager] of others) {
    if ((await textOf(folder, name)) === undefined) continue;
    return {
      state: 'failed',
      reason:
        `The packages are locked by ${manager} (${name}), which is unsupported, because only npm's package-lock.json is read ` +
        'strictly enough here to be served file by file: run `npm install --package-lock-only` and commit it beside.',
    };
  }
  return {
    state: 'failed',
    reason: 'There is no package-lock.json: run `npm install --package-lock-only` and commit it.',
  };
}

/** Reads package.json and the lockfile of a tree. */
export async function readManifests(folder: string): Promise<Manifests> {
  const manifest = await textOf(folder, 'package.json');
  if (manifest === undefined) return { state: 'none', reason: 'There is no package.json.' };
  for (const name of ours) {
    const lockfile = await textOf(folder, name);
    if (lockfile !== undefined) return { state: 'locked', manifest, lockfile };
  }
  return withoutLockfile(folder, manifest);
}

/** Names what an install comes to: the same files on the same kind of machine give the same packages. */
export async function installKey(
  folder: string,
  read: { readonly manifest: string; readonly lockfile: string },
  { workspaces, built }: { workspaces: readonly string[]; built: readonly string[] },
): Promise<string> {
  const files = ['.npmrc', ...workspaces.map((one) => `${one}/package.json`)].sort();
  const texts = await Promise.all(files.map(async (name) => [name, await textOf(folder, name)]));
  const machine = [process.platform, process.arch, process.versions.modules];
  const facts = JSON.stringify([2, machine, read.manifest, read.lockfile, texts, built]);
  return `npm-${createHash('sha256').update(facts).digest('hex').slice(0, 40)}`;
}
