/** Reads the files of a zip one after another: stored and deflated, also of the large form (zip64) that OSV's are of. */
import { open, type FileHandle } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** Bytes of one file in it; an advisory has a few thousand. */
const largest = 16 * 1024 * 1024;
/** Bytes of its list of files. */
const largestList = 512 * 1024 * 1024;

export class ZipInvalid extends Error {
  override readonly name = 'ZipInvalid';
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Names and texts. Throws ZipInvalid where it is none, or one that is not read: encrypted, in parts, too large. */
export async function* zipFiles(
  path: string,
): AsyncGenerator<{ readonly name: string; readonly text: string }> {
  const file = await open(path);
  try {
    for (const entry of await entriesOf(file)) {
      if (entry.name.endsWith('/')) continue;
      yield { name: entry.name, text: await textOf(file, entry) };
    }
  } finally {
    await file.close();
  }
}

async function bytes(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead !== length) throw new ZipInvalid('it ends before its parts do');
  return buffer;
}

/** Where the list of files lies: at the end, behind which only a comment may stand. */
async function listOf(file: FileHandle): Promise<{ offset: number; size: number; count: number }> {
  const { size } = await file.stat();
  const length = Math.min(size, 65_557);
  const tail = await bytes(file, size - length, length);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at < 0 || at + 22 > tail.length) throw new ZipInvalid('it is no zip');
  const count = tail.readUInt16LE(at + 10);
  const offset = tail.readUInt32LE(at + 16);
  if (count !== 0xffff && offset !== 0xffffffff) {
    return { count, offset, size: tail.readUInt32LE(at + 12) };
  }
  const locator = tail.subarray(Math.max(0, at - 20), at);
  if (locator.length < 20 || locator.readUInt32LE(0) !== 0x07064b50) {
    throw new ZipInvalid('its large list is missing');
  }
  const end = await bytes(file, Number(locator.readBigUInt64LE(8)), 56);
  return {
    count: Number(end.readBigUInt64LE(32)),
    size: Number(end.readBigUInt64LE(40)),
    offset: Number(end.readBigUInt64LE(48)),
  };
}

async function entriesOf(file: FileHandle): Promise<readonly Entry[]> {
  const { offset, size, count } = await listOf(file);
  if (size > largestList) throw new ZipInvalid('its list of files is too large');
  const list = await bytes(file, offset, size);
  const entries: Entry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== 0x02014b50) {
      throw new ZipInvalid('its list of files is broken');
    }
    const name = list.readUInt16LE(at + 28);
    const more = list.readUInt16LE(at + 30);
    entries.push({
      name: list.toString('utf-8', at + 46, at + 46 + name),
      method: list.readUInt16LE(at + 10),
      packed: list.readUInt32LE(at + 20),
      size: list.readUInt32LE(at + 24),
      offset: placeOf(list, at, { start: at + 46 + name, length: more }),
    });
    at += 46 + name + more + list.readUInt16LE(at + 32);
  }
  return entries;
}

/** Beyond 4 GB the place stands in the last eight bytes of a field of its own; sizes of single files are never that large. */
function placeOf(list: Buffer, at: number, field: { start: number; length: number }): number {
  const plain = list.readUInt32LE(at + 42);
  if (plain !== 0xffffffff) return plain;
  if (field.length < 12 || list.readUInt16LE(field.start) !== 1) {
    throw new ZipInvalid('a file of it has no place');
  }
  return Number(list.readBigUInt64LE(field.start + 4));
}

async function textOf(file: FileHandle, { name, method, packed, size, offset }: Entry) {
  if (size > largest || packed > largest) throw new ZipInvalid(`${name} in it is too large`);
  const head = await bytes(file, offset, 30);
  const start = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const data = await bytes(file, start, packed);
  if (method === 0) return data.toString('utf-8');
  if (method !== 8) throw new ZipInvalid(`${name} in it is packed in a way that is not known`);
  return inflateRawSync(data, { maxOutputLength: largest }).toString('utf-8');
}
