/**
 * Keeps the files of one workspace: the one program in a container that holds its volume and runs nothing of strangers. It
 * fills the volume, writes, looks for what changed and hands folders out; what it says is checked again outside.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { Stats } from 'node:fs';
import { chown, lstat, mkdir, open, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { asSluiceError } from '#core/errors.ts';
import type { FileChange } from '#core/change.ts';
import { isPackageFolder, nameProblem, pathProblem } from '#workspace/names.ts';
import { maxBody, parcel, parcelsOf, type Parcel } from '#workspace/parcels.ts';
import { hasRealFolders, writeFiles } from '#workspace/write.ts';

/** What the app asks for; entries of a tree and files to write follow as parcels of their own. */
export type Asked =
  | { readonly do: 'fill' }
  | { readonly do: 'write'; readonly files: number }
  | { readonly do: 'check'; readonly folder: string }
  /** `own`: folders named as installed packages are that are the repository's. `most`: bytes of one file. */
  | { readonly do: 'collect'; readonly own: readonly string[]; readonly most: number }
  | { readonly do: 'keep'; readonly folder: string }
  /** The base entries that are still as they were filled in, for the keeper that comes after this one. */
  | { readonly do: 'unchanged' }
  /** Takes over what stands in `/old`; parcels name the entries of the base. */
  | { readonly do: 'adopt' };

/** One entry of a tree on its way, its bytes in the body and in those of the parcels after it that say `more`. */
export type Entry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'file'; readonly path: string; readonly run: boolean; readonly size: number }
  | { readonly more: true }
  | { readonly end: true };

const root = '/repo';
const old = '/old';
/** Whom commands run as. */
const user = { uid: 1000, gid: 1000 };
/** Bytes of a path that is handed out: it must fit behind folders of the app's. */
const maxPath = 2048;

/** What each entry of the base was when it was filled in; empty for one that was changed before a take-over. */
const stamps = new Map<string, string>();
/** Which of them were folders. */
const folders = new Set<string>();

const say = async (head: unknown, body?: Uint8Array): Promise<void> => {
  if (!process.stdout.write(parcel(head, body))) await once(process.stdout, 'drain');
};

/** The time of the last change is the kernel's: no program can set it. */
async function stampOf(path: string): Promise<string> {
  const { ctimeNs, ino, size, mode } = await lstat(join(root, path), { bigint: true });
  return [ctimeNs, ino, size, mode].join(' ');
}

async function own(path: string): Promise<void> {
  await chown(path, user.uid, user.gid);
}

type Parcels = AsyncGenerator<Parcel, undefined>;

async function next(parcels: Parcels): Promise<Parcel> {
  const { value } = await parcels.next();
  if (value === undefined) throw new Error('the app went away');
  return value;
}

async function fill(parcels: Parcels): Promise<void> {
  const paths: string[] = [];
  for (;;) {
    const { head: read, body } = await next(parcels);
    // Written by our own app, here and below.
    const head = read as Entry;
    if ('end' in head || 'more' in head) break;
    paths.push(head.path);
    const path = join(root, head.path);
    if (head.kind === 'folder') {
      folders.add(head.path);
      await mkdir(path, 0o755);
      await own(path);
    } else if (head.kind === 'link') await symlink(head.to, path);
    else await fillFile(path, head, { body, parcels });
  }
  for (const path of paths) stamps.set(path, await stampOf(path));
}

async function fillFile(
  path: string,
  { run, size }: { run: boolean; size: number },
  from: { body: Buffer; parcels: Parcels },
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let body = from.body;
    await file.write(body);
    for (let left = size - body.length; left > 0; left -= body.length) {
      ({ body } = await next(from.parcels));
      await file.write(body);
    }
    await file.chmod(run ? 0o755 : 0o644);
    await file.chown(user.uid, user.gid);
  } finally {
    await file.close();
  }
}

async function write(parcels: Parcels, count: number): Promise<void> {
  const files: FileChange[] = [];
  for (let each = 0; each < count; each += 1) {
    const { head: read, body } = await next(parcels);
    const head = read as FileChange & { readonly parts: number };
    const bytes = [body];
    for (let part = 1; part < head.parts; part += 1) bytes.push((await next(parcels)).body);
    const { path, mode } = head;
    const text = Buffer.concat(bytes).toString('base64');
    files.push({
      path,
      mode,
      content: head.content === null ? null : { encoding: 'base64', text },
    });
  }
  await writeFiles(root, files, user);
}

function isForeign(path: string, ownFolders: ReadonlySet<string>): boolean {
  return isPackageFolder(path) && !ownFolders.has(path);
}

/** Undefined for a name that can be in no change: it is not even looked at. */
async function entryAt(name: string, path: string): Promise<Stats | undefined> {
  const problem = nameProblem(name) ?? pathProblem(path);
  return problem === undefined ? lstat(join(root, path)) : undefined;
}

async function* changed(folder: string, skip: (path: string) => boolean): AsyncGenerator<string> {
  for (const name of await readdir(join(root, folder))) {
    const path = join(folder, name);
    const found = await entryAt(name, path);
    // A file of the base whose name is a folder's now is gone.
    if (found?.isDirectory() !== true || folders.has(path)) seen.add(path);
    if (found?.isDirectory()) yield* skip(path) ? [] : changed(path, skip);
    else if (!found || stamps.get(path) !== (await stampOf(path))) yield path;
  }
}

const seen = new Set<string>();

async function collect({ own: modules, most }: Extract<Asked, { do: 'collect' }>): Promise<void> {
  const ownFolders = new Set(modules);
  seen.clear();
  for await (const path of changed('', (it) => isForeign(it, ownFolders))) await tell(path, most);
  for (const path of stamps.keys()) if (!seen.has(path)) await say({ removed: path });
}

async function tell(path: string, most: number): Promise<void> {
  const problem = pathProblem(path);
  if (problem !== undefined) return say({ path, problem });
  const found = await lstat(join(root, path));
  const kind = found.isFile()
    ? 'file'
    : found.isSymbolicLink()
      ? 'link'
      : found.isFIFO() || found.isSocket()
        ? 'pipe'
        : 'device';
  const { mode, size } = found;
  if (kind !== 'file' || size > most) return say({ path, kind, mode, size });
  const file = await open(join(root, path), 'r');
  try {
    await say({ path, kind, mode, size }, await file.readFile());
  } finally {
    await file.close();
  }
}

async function keep(folder: string): Promise<void> {
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const name of await readdir(join(root, at))) {
      const path = `${at}/${name}`;
      if (name.includes('\ufffd')) continue;
      if (Buffer.byteLength(path) > maxPath) throw new RangeError('It has too long a path.');
      const found = await lstat(join(root, path));
      if (found.isDirectory()) {
        await say({ kind: 'folder', path });
        waiting.push(path);
      } else if (found.isSymbolicLink())
        await say({ kind: 'link', path, to: await readlink(join(root, path)) });
      else if (found.isFile()) await hand(path, found);
    }
  }
}

async function hand(path: string, { mode, size }: { mode: number; size: number }): Promise<void> {
  const file = await open(join(root, path), 'r');
  try {
    await say({ kind: 'file', path, run: (mode & 0o100) !== 0, size });
    const chunk = Buffer.alloc(Math.min(size, maxBody));
    for (let left = size; left > 0;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) throw new Error('a file became shorter');
      await say({ more: true }, chunk.subarray(0, bytesRead));
      left -= bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function unchanged(): Promise<void> {
  for (const [path, stamp] of stamps) {
    const now = await stampOf(path).catch(() => '');
    await say({ path, folder: folders.has(path), same: now === stamp && stamp !== '' });
  }
}

async function adopt(parcels: Parcels): Promise<void> {
  execFileSync('/bin/cp', ['-a', '--', `${old}/.`, root]);
  for (const name of await readdir(old)) await rm(join(old, name), { recursive: true });
  for (;;) {
    const { head: read } = await next(parcels);
    const head = read as { path: string; folder: boolean; same: boolean } | { end: true };
    if ('end' in head) break;
    if (head.folder) folders.add(head.path);
    stamps.set(head.path, head.same ? await stampOf(head.path) : '');
  }
}

async function check(folder: string): Promise<void> {
  const problem = folder === '' ? undefined : pathProblem(folder);
  if (problem !== undefined || !(await hasRealFolders(root, folder)))
    throw new RangeError(`${folder} is not a folder of the workspace.`);
}

async function answer(asked: Asked, parcels: Parcels): Promise<void> {
  switch (asked.do) {
    case 'fill':
      return fill(parcels);
    case 'write':
      return write(parcels, asked.files);
    case 'check':
      return check(asked.folder);
    case 'collect':
      return collect(asked);
    case 'keep':
      await check(asked.folder);
      return keep(asked.folder);
    case 'unchanged':
      return unchanged();
    case 'adopt':
      return adopt(parcels);
  }
}

if (import.meta.main) {
  const parcels = parcelsOf(process.stdin);
  for await (const { head } of parcels) {
    try {
      // Written by our own app.
      await answer(head as Asked, parcels);
      await say({ end: true });
    } catch (thrown) {
      const { kind, message } = asSluiceError(thrown);
      const isRefusal = kind === 'invalid' || thrown instanceof RangeError;
      await say({
        failed: isRefusal && thrown instanceof Error ? thrown.message : message,
        isRefusal,
      });
    }
  }
}
