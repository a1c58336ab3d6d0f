/** Loose objects of a bare repository, read and written without a child: most of what is asked for is one of them. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';

export interface LooseObject {
  readonly type: string;
  readonly bytes: Buffer;
}

const shaPattern = /^[0-9a-f]{40}$/;

export function isSha(text: string): boolean {
  return shaPattern.test(text);
}

function fileOf(folder: string, sha: string): string {
  return join(folder, 'objects', sha.slice(0, 2), sha.slice(2));
}

/** Undefined when there is none of that name, or it stands in a pack. */
export async function readLoose(folder: string, sha: string): Promise<LooseObject | undefined> {
  if (!isSha(sha)) return undefined;
  const packed = await contentOf(fileOf(folder, sha));
  if (packed === undefined) return undefined;
  const whole = await promisify(inflate)(packed);
  const end = whole.indexOf(0);
  const [type = ''] = whole.toString('latin1', 0, end).split(' ');
  return { type, bytes: whole.subarray(end + 1) };
}

/** Answers with the object's SHA. */
export async function writeLoose(
  folder: string,
  type: 'blob' | 'commit' | 'tag' | 'tree',
  content: string | Uint8Array,
): Promise<string> {
  const bytes = Buffer.from(content);
  const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
  const sha = createHash('sha1').update(whole).digest('hex');
  const file = fileOf(folder, sha);
  if (await isThere(file)) return sha;
  await mkdir(join(folder, 'objects', sha.slice(0, 2)), { recursive: true });
  // Git may look for it at any moment: it is there whole or not at all.
  const scratch = join(folder, 'objects', `tmp_obj_${randomUUID()}`);
  await writeFile(scratch, await promisify(deflate)(whole), { mode: 0o444 });
  await rename(scratch, file);
  return sha;
}

/** The SHA of a ref by its whole name; null where there is none. Undefined where only git knows: refs are packed. */
export async function readLooseRef(
  folder: string,
  name: string,
): Promise<string | null | undefined> {
  if (!isRefName(name)) return null;
  const text = (await contentOf(join(folder, name)))?.toString('latin1').trim();
  if (text !== undefined) return isSha(text) ? text : undefined;
  return (await isThere(join(folder, 'packed-refs'))) ? undefined : null;
}

/** As `readLooseRef`, by what people call it: git looks for a tag before it looks for a branch. */
export async function findLooseRef(
  folder: string,
  name: string,
): Promise<string | null | undefined> {
  if (name.startsWith('refs/')) return readLooseRef(folder, name);
  for (const place of ['refs/', 'refs/tags/', 'refs/heads/']) {
    const found = await readLooseRef(folder, place + name);
    if (found !== null) return found;
  }
  return null;
}

/** Git's own rule (git-check-ref-format), for names that begin with `refs/`. */
export function isRefName(name: string): boolean {
  if (!name.startsWith('refs/') || /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\.$/.test(name)) return false;
  return name
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** Undefined where a file cannot be read: git is asked then, and says why. */
async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
