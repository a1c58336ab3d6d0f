/**
 * The bare mirror of one repository: an object store without refs, configuration or locks. Each fetch goes into a
 * folder of its own and is moved in by renames, so that two at once, or a kill at any line, cannot harm it.
 */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeHalf, clearHalves } from './scratch.ts';

/** How many commits of ours are offered to the server, so that it sends only what is new since then. */
const offered = 8;

/** Lays down what git needs to take a folder for a bare repository. */
async function makeRepository(folder: string): Promise<void> {
  await mkdir(join(folder, 'objects', 'pack'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'objects', 'info'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'refs'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n');
}

/** The folder of a repository: its id names it, the host keeps apart what two forges give the same number. */
export async function openMirror(parent: string, id: number, host: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const mirror = join(parent, `${String(id)}@${host.replace(/[^a-z0-9.-]/giu, '_')}`);
  await makeRepository(mirror);
  await mkdir(join(mirror, 'commits'), { recursive: true, mode: 0o700 });
  return mirror;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Whether the commit and everything below it was brought in whole. */
export function hasCommit(mirror: string, commit: string): Promise<boolean> {
  return exists(join(mirror, 'commits', commit));
}

/** The mirror that holds a commit of the repository, whichever host it came from. */
export async function findMirror(
  parent: string,
  id: number,
  commit: string,
): Promise<string | undefined> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(`${String(id)}@`))) {
    if (await hasCommit(join(parent, name), commit)) return join(parent, name);
  }
  return undefined;
}

async function newestCommits(mirror: string): Promise<readonly string[]> {
  const folder = join(mirror, 'commits');
  const names = await readdir(folder);
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  dated.sort((a, b) => b.at - a.at);
  return dated.slice(0, offered).map(({ name }) => name);
}

/** A throw-away repository that can see what the mirror has and says so to the server. */
export async function makeIncoming(mirror: string): Promise<string> {
  await clearHalves(mirror);
  const incoming = await makeHalf(mirror);
  await makeRepository(incoming);
  await writeFile(join(incoming, 'objects', 'info', 'alternates'), `${join(mirror, 'objects')}\n`);
  const known = await newestCommits(mirror);
  if (known.length > 0) {
    // The history below them was never fetched: each is told as the end of what we have.
    await writeFile(join(incoming, 'shallow'), known.map((commit) => `${commit}\n`).join(''));
    await mkdir(join(incoming, 'refs', 'kept'));
    for (const commit of known) {
      await writeFile(join(incoming, 'refs', 'kept', commit), `${commit}\n`);
    }
  }
  return incoming;
}

/** Bytes of the packs that have arrived so far, also of the unfinished one. */
export async function sizeOfPacks(repository: string): Promise<number> {
  const folder = join(repository, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Moves what arrived into the mirror; the index comes last, since git looks for a pack by it. */
export async function takeIn(
  mirror: string,
  incoming: string,
  commits: readonly string[],
): Promise<void> {
  const from = join(incoming, 'objects', 'pack');
  const names = (await readdir(from)).filter((name) => name.startsWith('pack-'));
  names.sort((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx')));
  for (const name of names) {
    await rename(join(from, name), join(mirror, 'objects', 'pack', name));
  }
  for (const commit of commits) await writeFile(join(mirror, 'commits', commit), '');
}

export async function dropIncoming(incoming: string): Promise<void> {
  await rm(incoming, { recursive: true, force: true });
}
