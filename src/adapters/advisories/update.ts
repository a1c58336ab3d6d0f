/** Update: advisories from folders, zips, files and addresses into the database; what was there stays until all is read. */
import { mkdtemp, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advisoryErrors } from '#core/advisory-errors.ts';
import type { Ecosystem } from '#core/package-version.ts';
import { replaceEcosystem, type State } from './database.ts';
import { readOsv, type OfPackage } from './osv.ts';
import { zipFiles, ZipInvalid } from './zip.ts';

/** Bytes of a download: OSV's largest zip has about 200 MB. */
const largest = 2_000_000_000;
/** Milliseconds. */
const timeout = 600_000;

export interface Updated {
  readonly ecosystems: ReadonlyMap<Ecosystem, State>;
  /** Files that are no advisories. */
  readonly strange: number;
}

interface Text {
  readonly name: string;
  readonly text: string;
}

/**
 * Replaces what is known of every ecosystem of which a source tells something. Throws invalid `advisories-invalid` where
 * a source holds none, unavailable `advisories-unavailable` where an address does not answer.
 */
export async function updateAdvisories(
  folder: string,
  { sources, now }: { readonly sources: readonly string[]; readonly now: Date },
): Promise<Updated> {
  const all: OfPackage[] = [];
  let strange = 0;
  for (const source of sources) {
    const before = all.length;
    for await (const { text } of textsOf(source)) {
      const read = readOsv(text);
      strange += read === undefined ? 1 : 0;
      all.push(...(read ?? []));
    }
    if (all.length === before) {
      throw advisoryErrors.sourceInvalid(source, 'it holds none of an ecosystem that is known');
    }
  }
  const ecosystems = new Map<Ecosystem, State>();
  for (const [ecosystem, own] of Map.groupBy(all, (each) => each.ecosystem)) {
    ecosystems.set(ecosystem, await replaceEcosystem(folder, ecosystem, { all: own, now }));
  }
  return { ecosystems, strange };
}

async function* textsOf(source: string): AsyncGenerator<Text> {
  if (/^https?:/i.test(source)) yield* textsAt(source);
  else yield* textsOnDisk(source);
}

async function* textsAt(address: string): AsyncGenerator<Text> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-advisories-'));
  try {
    const file = join(folder, 'download');
    await download(address, file);
    yield* textsIn(address, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* textsOnDisk(source: string): AsyncGenerator<Text> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw advisoryErrors.sourceInvalid(source, 'there is nothing');
  if (!found.isDirectory()) {
    yield* textsIn(source, source);
    return;
  }
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    const isWanted = entry.isFile() && /\.(?:json|zip)$/i.test(entry.name);
    if (isWanted) yield* textsIn(source, join(entry.parentPath, entry.name));
  }
}

/** One file: a zip of advisories, or one of them. */
async function* textsIn(source: string, file: string): AsyncGenerator<Text> {
  const handle = await open(file);
  const head = Buffer.alloc(2);
  await handle.read(head, 0, 2, 0);
  await handle.close();
  if (head.toString('latin1') !== 'PK') {
    yield { name: file, text: await readFile(file, 'utf-8') };
    return;
  }
  try {
    for await (const each of zipFiles(file)) if (each.name.endsWith('.json')) yield each;
  } catch (error) {
    if (error instanceof ZipInvalid) throw advisoryErrors.sourceInvalid(source, error.message);
    throw error;
  }
}

/** Plain http only on this machine: whoever is on the way could take advisories out. */
async function download(address: string, file: string): Promise<void> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !/^(?:127\.0\.0\.1|localhost)$/.test(url.hostname)) {
    throw advisoryErrors.sourceInvalid(address, 'its address is not https');
  }
  const handle = await open(file, 'wx', 0o600);
  try {
    await fetchTo(handle, url);
  } catch (error) {
    // What fetch throws itself: no name, no way, no answer in time.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    const cause = error.cause instanceof Error ? error.cause : error;
    throw advisoryErrors.sourceUnavailable(address, cause.message);
  } finally {
    await handle.close();
  }
}

async function fetchTo(handle: FileHandle, url: URL): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
  if (!response.ok || response.body === null) {
    const answered = `it answers ${String(response.status)}`;
    throw advisoryErrors.sourceUnavailable(url.href, answered);
  }
  const body: AsyncIterable<Uint8Array> = response.body;
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > largest) throw advisoryErrors.sourceInvalid(url.href, 'it is too large');
    await handle.write(chunk);
  }
}
