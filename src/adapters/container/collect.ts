/** Collect: what the keeper says about the files that commands left, read strictly and compared with the layers here. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { blobOf, type FileMode } from '#core/change.ts';
import type { Collected } from '#ports/sandbox.ts';
import { isPackageFolder, nameProblem, pathProblem, shownName } from '#workspace/names.ts';
import { maxFile, maxFiles, maxRefused, maxTotal } from '#workspace/change-limits.ts';
import type { Parcel } from '#workspace/parcels.ts';
import type { Keeper } from './keeper.ts';
import type { Tree } from './layers.ts';

const Found = z.object({
  path: z.string(),
  kind: z.enum(['file', 'link', 'pipe', 'device']),
  mode: z.int().nonnegative(),
  size: z.int().nonnegative(),
});
const Said = z.union([
  Found,
  z.object({ path: z.string(), problem: z.string() }),
  z.object({ removed: z.string() }),
]);

type File = Collected['files'][number];

interface Walk {
  readonly tree: Tree;
  readonly files: File[];
  readonly refused: Collected['refused'][number][];
  readonly removed: string[];
  bytes: number;
}

/** Throws unavailable when the keeper says what makes no sense. No command may run meanwhile. */
export async function collect(keeper: Keeper, tree: Tree): Promise<Collected> {
  const walk: Walk = { tree, files: [], refused: [], removed: [], bytes: 0 };
  for await (const parcel of keeper.changes(tree.ownModules, maxFile)) await visit(walk, parcel);
  // What is refused stays as it is on the base, and so does what was below.
  const stays = new Set(walk.refused.map(({ path }) => path));
  for (const path of walk.removed) {
    if (!foldersOf(path).some((each) => stays.has(each))) visitRemoved(walk, path);
  }
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  const refused = walk.refused.map(({ path, reason }) => ({ path: shownName(path), reason }));
  return { files: walk.files.sort(byPath), refused: refused.sort(byPath).slice(0, maxRefused) };
}

/** The path itself and every folder above it. */
function foldersOf(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

async function visit(walk: Walk, { head, body }: Parcel): Promise<void> {
  const said = Said.parse(head);
  if ('removed' in said) {
    if (!isInstalled(walk.tree, said.removed)) walk.removed.push(said.removed);
    return;
  }
  const { path } = said;
  const name = path.split('/').at(-1) ?? '';
  const problem = nameProblem(name) ?? pathProblem(path) ?? kindProblem(said);
  if (problem === undefined) await visitFile(walk, Found.parse(said), body);
  else refuse(walk, path, problem);
}

/** Installed packages are no part of a change, unless the repository keeps them itself. */
function isInstalled({ ownModules }: Tree, path: string): boolean {
  return foldersOf(path).some((each) => isPackageFolder(each) && !ownModules.includes(each));
}

/** Why something can never be part of a change. */
function kindProblem(said: Exclude<z.infer<typeof Said>, { removed: string }>): string | undefined {
  if ('problem' in said) return 'it cannot be read';
  if (said.kind === 'link') return 'it is a symbolic link';
  if (said.kind === 'pipe') return 'it is a pipe or socket';
  if (said.kind === 'device') return 'it is a device';
  if ((said.mode & 0o7000) !== 0) return 'it asks to run as another user';
  if (said.size > maxFile) return `it is larger than ${maxFile / 1024} KiB`;
  return undefined;
}

async function visitFile(walk: Walk, found: z.infer<typeof Found>, bytes: Buffer): Promise<void> {
  const { path } = found;
  const mode: FileMode = (found.mode & 0o100) === 0 ? '100644' : '100755';
  const before = walk.tree.nodes.get(path);
  const isEdit = before?.kind === 'file';
  if (isEdit && modeOf(before) === mode && before.size === bytes.length) {
    if (bytes.equals(await readFile(before.at))) return;
  }
  const kind = isEdit ? 'edited' : 'created';
  add(walk, { path, mode, content: blobOf(bytes), kind }, bytes.length);
}

function visitRemoved(walk: Walk, path: string): void {
  const before = walk.tree.nodes.get(path);
  if (before?.kind === 'file') {
    add(walk, { path, mode: modeOf(before), content: null, kind: 'deleted' }, 0);
  } else if (before?.kind === 'link')
    refuse(walk, path, 'a link or device of the base was removed');
}

function modeOf({ run }: { readonly run: boolean }): FileMode {
  return run ? '100755' : '100644';
}

function add(walk: Walk, file: File, size: number): void {
  if (walk.files.length >= maxFiles) {
    refuse(walk, file.path, `more than ${maxFiles} files changed`);
  } else if (walk.bytes + size > maxTotal) {
    refuse(walk, file.path, `the changed files have more than ${maxTotal / 2 ** 20} MiB`);
  } else {
    walk.bytes += size;
    walk.files.push(file);
  }
}

/** All of them are kept until the end: what is removed below one that was not would else count. */
function refuse(walk: Walk, path: string, reason: string): void {
  walk.refused.push({ path, reason });
}
