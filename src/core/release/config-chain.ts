/** Files of configuration that extend one another: which is read next, and what they say together. */

/** Where a file lies; without `ref` at the head of the default branch. */
export interface Target {
  readonly owner: string;
  readonly name: string;
  readonly path: string;
  readonly ref?: string | undefined;
}

export const maximumExtends = 33;

export function describeTarget({ owner, name, path, ref }: Target): string {
  return `${owner}/${name}:${path}${ref === undefined ? '' : `@${ref}`}`;
}

/** Where to look first, and then in the organisation's own `.github` repository. */
export function firstTargets(
  repository: { readonly owner: string; readonly name: string; readonly ref?: string },
  file = 'release-drafter.yml',
): readonly Target[] {
  const first = { ...repository, path: `.github/${file}` };
  const isShared = repository.name === '.github';
  return isShared ? [first] : [first, { ...first, name: '.github', ref: undefined }];
}

export type NextTarget = { readonly target: Target } | { readonly problem: string };

/**
 * What `_extends: from` means in a file: `[github:][[owner/]repository:]path[@ref]`, or a repository alone, in which the
 * file has the same name. Beside a file of the same repository, a path begins in that file's folder.
 */
export function targetOf(from: string, parent: Target): NextTarget {
  const text = from.trim();
  if (text.startsWith('file:')) {
    return { problem: 'A file of a checkout cannot be extended here: name it with `github:`.' };
  }
  const read = partsOf(text.replace(/^github:/, ''));
  if (read === undefined) {
    return { problem: `\`${text}\` is not of the form \`owner/repository:path@ref\`.` };
  }
  const { path, ref } = read;
  const { owner, name } = repositoryOf(read.repository, parent);
  const isHere = owner === parent.owner && name === parent.name;
  const at = { owner, name, ref: ref ?? (isHere ? parent.ref : undefined) };
  const file = path === '' ? (parent.path.split('/').at(-1) ?? '') : path;
  const isBeside = isHere && at.ref === parent.ref;
  return { target: { ...at, path: placeOf(file, isBeside ? folderOf(parent.path) : undefined) } };
}

/** Without an owner it is the same owner's. */
function repositoryOf(
  written: string | undefined,
  { owner, name }: Target,
): Pick<Target, 'owner' | 'name'> {
  const [last = name, first = owner] = (written?.split('/') ?? []).toReversed();
  return { owner: first, name: last };
}

interface Parts {
  readonly repository: string | undefined;
  readonly path: string;
  readonly ref: string | undefined;
}

function partsOf(text: string): Parts | undefined {
  const [, before = '', ref] = /^([^@ ]+)(?:@([^@: ]+))?$/.exec(text) ?? [];
  const [, repository, path] = /^((?:[^/:]+\/)?[^/:]+):([^:]*)$/.exec(before) ?? [];
  if (repository !== undefined) return { repository, path: path ?? '', ref };
  if (before === '' || before.includes(':')) return undefined;
  if (!isBareRepository(before)) return { repository: undefined, path: before, ref };
  return /^(?:[^/]+\/)?[^/]+$/.test(before) ? { repository: before, path: '', ref } : undefined;
}

/** A path has an ending. */
function isBareRepository(text: string): boolean {
  const last = text.split('/').at(-1) ?? '';
  return !last.includes('.') || last === '.github';
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** From the root with a leading slash, else from the folder of the file that names it or from `.github`. */
function placeOf(path: string, folder: string | undefined): string {
  if (path.startsWith('/')) return normal(path);
  if (folder !== undefined) return normal(`${folder}/${path}`);
  return path.startsWith('.github/') ? normal(path) : normal(`.github/${path}`);
}

function normal(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept.join('/');
}

export type Strategy = 'override' | 'append' | 'prepend';

/** One file, read as YAML. */
export interface ChainFile {
  readonly keys: ReadonlyMap<string, unknown>;
  readonly strategies: ReadonlyMap<string, Strategy>;
}

/** A piece of the merged configuration and where it was written: the file by its place in the chain, and its path there. */
export interface Origin {
  readonly file: number;
  readonly path: readonly (string | number)[];
}

export interface Merged {
  readonly value: Readonly<Record<string, unknown>>;
  /** Of a key, and of each item of a list: `categories.0`. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly {
    readonly file: number;
    readonly key: string;
    readonly problem: string;
  }[];
}

/** The first file extends the second, and so on: what stands nearer goes before. A strategy holds for its own file only. */
export function mergeChain(files: readonly ChainFile[]): Merged {
  const value = new Map<string, unknown>();
  const origins = new Map<string, Origin>();
  const problems: { file: number; key: string; problem: string }[] = [];
  for (const [file, { keys, strategies }] of [...files.entries()].reverse()) {
    for (const [key, own] of keys) {
      const strategy = strategies.get(key) ?? 'override';
      const joined = join(own, value.get(key), strategy);
      if (typeof joined === 'string') {
        problems.push({ file, key, problem: joined });
        continue;
      }
      value.set(key, strategy === 'override' ? own : joined.list);
      place(origins, { file, key, strategy, mine: joined.mine, inherited: joined.inherited });
    }
  }
  return { value: Object.fromEntries(value), origins, problems };
}

interface Joined {
  readonly list: readonly unknown[];
  readonly mine: number;
  readonly inherited: number;
}

/** Or why the two are not to be joined. */
function join(own: unknown, above: unknown, strategy: Strategy): Joined | string {
  const [mine, inherited] = [listOf(own), strategy === 'override' ? [] : listOf(above)];
  if (strategy !== 'override' && (mine === undefined || inherited === undefined)) {
    const whose = mine === undefined ? 'it is' : 'what it extends is';
    return `It cannot be joined by \`${strategy}\`: ${whose} no list.`;
  }
  const [before, after] = [inherited ?? [], mine ?? []];
  const list = strategy === 'append' ? [...before, ...after] : [...after, ...before];
  return { list, mine: after.length, inherited: before.length };
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

interface Placing {
  readonly file: number;
  readonly key: string;
  readonly strategy: Strategy;
  readonly mine: number;
  readonly inherited: number;
}

function place(
  origins: Map<string, Origin>,
  { file, key, strategy, mine, inherited }: Placing,
): void {
  const at = (index: number) => `${key}.${String(index)}`;
  const older = Array.from({ length: inherited }, (_, index) => origins.get(at(index)));
  origins.set(key, { file, path: [key] });
  const shift = strategy === 'prepend' ? mine : 0;
  for (const [index, origin] of older.entries()) if (origin) origins.set(at(shift + index), origin);
  const from = strategy === 'append' ? inherited : 0;
  for (let index = 0; index < mine; index += 1)
    origins.set(at(from + index), { file, path: [key, index] });
}
