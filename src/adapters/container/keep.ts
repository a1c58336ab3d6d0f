/** Keep: writes a folder of a workspace into the data directory as a layer of its own, from what the keeper hands out. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, symlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import { pathProblem } from '#workspace/names.ts';
import type { Parcel } from '#workspace/parcels.ts';
import type { Keeper } from './keeper.ts';

const Entry = z.union([
  z.object({ kind: z.literal('folder'), path: z.string() }),
  z.object({ kind: z.literal('link'), path: z.string(), to: z.string().min(1) }),
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    run: z.boolean(),
    size: z.int().nonnegative(),
  }),
  z.object({ more: z.literal(true) }),
]);

export interface Keeping {
  /** Relative to the repository; the layer has its content under the same path. */
  readonly folder: string;
  /** The layer's folder, which appears whole or not at all. */
  readonly target: string;
  /** The most that the files may have together. */
  readonly bytes: number;
}

interface Draft {
  readonly root: string;
  readonly folder: string;
  readonly links: { readonly path: string; readonly to: string }[];
  file: { readonly handle: FileHandle; left: number } | undefined;
  room: number;
}

/** Whoever kept the same target first wins. Throws invalid `workspace-refused`. No command may run meanwhile. */
export async function keepFolder(keeper: Keeper, keeping: Keeping): Promise<void> {
  const { folder, target, bytes } = keeping;
  const problem = pathProblem(folder);
  if (problem !== undefined) throw errors.workspaceRefused(`${folder} cannot be kept: ${problem}.`);
  const root = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  const draft: Draft = { root, folder, links: [], file: undefined, room: bytes };
  let refusal: Error | undefined;
  try {
    await mkdir(join(root, folder), { recursive: true, mode: 0o775 });
    for await (const parcel of keeper.folder(folder)) {
      // The rest is heard out, since the next question's answer stands behind it.
      if (refusal === undefined)
        await take(draft, parcel).catch((error: unknown) => (refusal = asError(error)));
    }
    if (refusal !== undefined) throw refusal;
    // Last, so that nothing is ever written through one.
    for (const { path, to } of draft.links) await symlink(to, join(root, path));
    await rename(root, target).catch((error: unknown) => {
      if (!isTaken(error)) throw error;
    });
  } finally {
    await draft.file?.handle.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function take(draft: Draft, { head, body }: Parcel): Promise<void> {
  const entry = Entry.parse(head);
  if ('more' in entry) return pour(draft, body);
  const { path } = entry;
  if (!path.startsWith(`${draft.folder}/`) || normalize(path) !== path || path.includes('\0'))
    throw errors.workspaceRefused(`${path} does not lie in the folder.`);
  if (entry.kind === 'folder') await mkdir(join(draft.root, path), 0o775);
  else if (entry.kind === 'file') await openFile(draft, entry);
  else if (staysInside(path, entry.to)) draft.links.push(entry);
}

async function openFile(
  draft: Draft,
  { path, run, size }: { path: string; run: boolean; size: number },
): Promise<void> {
  draft.room -= size;
  if (draft.room < 0) throw errors.workspaceRefused('It is larger than a workspace may be.');
  const handle = await open(join(draft.root, path), 'wx', run ? 0o775 : 0o664);
  draft.file = { handle, left: size };
  if (size === 0) await pour(draft, Buffer.alloc(0));
}

async function pour(draft: Draft, bytes: Buffer): Promise<void> {
  const { file } = draft;
  if (!file || bytes.length > file.left) throw errors.workspaceRefused('A file became longer.');
  await file.handle.write(bytes);
  file.left -= bytes.length;
  if (file.left > 0) return;
  await file.handle.close();
  draft.file = undefined;
}

function staysInside(path: string, link: string): boolean {
  if (link.startsWith('/') || link.includes('\0')) return false;
  const target = normalize(join(dirname(path), link));
  return target !== '..' && !target.startsWith('../');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EEXIST', 'ENOTEMPTY'].includes(String(error.code))
  );
}
