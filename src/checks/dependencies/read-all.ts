/** Reads every manifest and lockfile of a tree: what is asked for, what it came to, and what could not be read. */
import type { Unread } from '#checks/check.ts';
import type { Files } from '#checks/scripts.ts';
import type { Asked, Dependency, Lockfile, LockfileReader, ManifestReader } from './dependency.ts';
import { gemfileLock } from './lockfiles/gemfile.ts';
import { goSum } from './lockfiles/go-sum.ts';
import { composerLock, pipfileLock } from './lockfiles/json-locks.ts';
import { npmLock } from './lockfiles/npm.ts';
import { pnpmLock } from './lockfiles/pnpm.ts';
import { cargoLock, poetryLock, uvLock } from './lockfiles/toml-locks.ts';
import { yarnLock } from './lockfiles/yarn.ts';
import { gemfile, goMod, goModules } from './manifests/line-manifests.ts';
import { composerJson, packageJson } from './manifests/package-json.ts';
import { pinnedRequirements, requirements } from './manifests/requirement.ts';
import { cargoToml, pipfile, pyproject } from './manifests/toml-manifests.ts';

/** By the file's name, in lower case. */
const lockfiles: ReadonlyMap<string, LockfileReader> = new Map([
  ['package-lock.json', npmLock],
  ['npm-shrinkwrap.json', npmLock],
  ['yarn.lock', yarnLock],
  ['pnpm-lock.yaml', pnpmLock],
  ['uv.lock', uvLock],
  ['poetry.lock', poetryLock],
  ['pipfile.lock', pipfileLock],
  ['cargo.lock', cargoLock],
  ['gemfile.lock', gemfileLock],
  ['composer.lock', composerLock],
  ['go.mod', goModules],
  ['go.sum', goSum],
]);

const manifests: ReadonlyMap<string, ManifestReader> = new Map([
  ['package.json', packageJson],
  ['pyproject.toml', pyproject],
  ['pipfile', pipfile],
  ['cargo.toml', cargoToml],
  ['gemfile', gemfile],
  ['composer.json', composerJson],
  ['go.mod', goMod],
]);

/** The lockfiles that are made of a manifest; where one of them lies beside it, the two have to agree. */
const madeOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['package.json', ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml']],
  ['pyproject.toml', ['uv.lock', 'poetry.lock']],
  ['pipfile', ['pipfile.lock']],
  ['cargo.toml', ['cargo.lock']],
  ['gemfile', ['gemfile.lock']],
  ['composer.json', ['composer.lock']],
  ['go.mod', ['go.sum']],
]);

const listOfRequirements = /^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$/;

export function isDependencyFile(path: string): boolean {
  const name = nameOf(path);
  return lockfiles.has(name) || manifests.has(name) || listOfRequirements.test(name);
}

export type Placed<T> = T & { readonly path: string };

export interface Facts {
  readonly dependencies: readonly Placed<Dependency>[];
  readonly asked: readonly Placed<Asked>[];
  /** What a manifest asks for and the lockfile beside it was not made for. */
  readonly astray: readonly (Placed<Asked> & { readonly lockfile: string })[];
  readonly unread: readonly Unread[];
}

export async function readDependencies(files: Files, paths: readonly string[]): Promise<Facts> {
  const locks = new Map<string, Lockfile>();
  const asked: Placed<Asked>[] = [];
  const unread: Unread[] = [];
  for (const path of paths) {
    const { lock, wanted, isRead } = readOne(path, (await files.read(path)) ?? '');
    if (lock !== undefined) locks.set(path, lock);
    asked.push(...(wanted ?? []).map((each) => ({ ...each, path })));
    if (!isRead) unread.push({ path, reason });
  }
  return {
    dependencies: [...locks].flatMap(([path, { dependencies }]) =>
      dependencies.map((each) => ({ ...each, path })),
    ),
    asked,
    astray: asked.flatMap((each) => astrayOf(each, locks)),
    unread,
  };
}

const reason = 'it is not what its name says, or of a version that is not known';

function readOne(path: string, text: string) {
  const name = nameOf(path);
  const isList = listOfRequirements.test(name);
  const readLock = isList ? pinnedRequirements : lockfiles.get(name);
  const readManifest = isList ? requirements : manifests.get(name);
  const lock = readLock?.(text);
  const wanted = readManifest?.(text);
  const isRead = [readLock && lock, readManifest && wanted].some((each) => each !== undefined);
  return { lock, wanted, isRead };
}

function astrayOf(each: Placed<Asked>, locks: ReadonlyMap<string, Lockfile>) {
  const folder = each.path.slice(0, each.path.length - nameOf(each.path).length);
  const beside = (madeOf.get(nameOf(each.path)) ?? []).flatMap((name) =>
    [...locks].filter(([path]) => path.toLowerCase() === `${folder}${name}`.toLowerCase()),
  );
  // With lockfiles of two package managers beside it, one of them may be the one that is kept.
  const first = beside.every(([, lock]) => !lock.holds(each)) ? beside[0] : undefined;
  return first === undefined ? [] : [{ ...each, lockfile: first[0] }];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
