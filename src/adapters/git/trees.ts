/** Trees on git: bare mirrors in the data directory, and a commit's files written as a read-only layer. */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blob } from '#core/change.ts';
import { blobOf } from '#core/change.ts';
import type { Repository } from '#core/event.ts';
import { errors } from '#core/errors.ts';
import type { Layer } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import type { Trees } from '#ports/trees.ts';
import { streamBlobs } from './blob-stream.ts';
import { fetchCommits, readRemote } from './fetch.ts';
import { runGit } from './git.ts';
import { readListing } from './listing.ts';
import type { BlobEntry, Listing } from './listing.ts';
import { findMirror, hasCommit, openMirror } from './mirror.ts';
import { clearHalves, makeHalf, markUsed } from './scratch.ts';
import { writeFiles } from './writer.ts';

export interface GitTreesOptions {
  /** The app's own folder: layers are kept in it. */
  readonly dataDir: string;
  /** Where mirrors are kept; in the app's own folder when absent. */
  readonly mirrors?: string | undefined;
  readonly log: Log;
  /** Whether plain http is spoken to a forge on this machine. */
  readonly loopbackHttp?: boolean;
  /** What a commit may have at most. */
  readonly limits?: { readonly files: number; readonly bytes: number };
}

/** Bytes of a file that is read into memory: a pack of a megabyte may hold one of a gigabyte. */
const mostRead = 16_000_000;
/** One GB of files is beyond what a sandbox's run could use. */
const usualLimits = { files: 50_000, bytes: 1_000_000_000 };

type Settled = GitTreesOptions & {
  readonly mirrors: string;
  readonly limits: { files: number; bytes: number };
};

function nameOf(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

function checkCommit(commit: string): void {
  if (!/^[0-9a-f]{40}$|^[0-9a-f]{64}$/u.test(commit)) throw errors.commitGone(`"${commit}"`);
}

/** The mirror that has the commit. Throws stale where it was never fetched. */
async function mirrorOf(
  { mirrors }: Settled,
  repository: Repository,
  commit: string,
): Promise<string> {
  checkCommit(commit);
  const mirror = await findMirror(mirrors, repository.id, commit);
  if (mirror === undefined || !(await markUsed(mirror)))
    throw errors.commitGone(`${nameOf(repository)} at ${commit}`);
  return mirror;
}

async function listFiles(mirror: string, args: readonly string[], files: number): Promise<Listing> {
  const end = await runGit({
    gitDir: mirror,
    args: ['ls-tree', '-z', '-l', '--full-tree', ...args],
    // No name that is kept is longer than 1,024 bytes; most are a tenth of that.
    cap: Math.max(1_000_000, files * 400),
  });
  if (end.cut) throw errors.repositoryTooLarge('The commit', `it has more than ${files} files`);
  if (!end.ok) throw errors.repositoryBroken('The mirror', end.stderr.trim());
  return readListing(end.stdout);
}

/** Everything in the commit, if it is within the limits. */
async function listAll(options: Settled, repository: Repository, commit: string) {
  const mirror = await mirrorOf(options, repository, commit);
  const { files, bytes } = options.limits;
  const listing = await listFiles(mirror, ['-r', '--end-of-options', commit], files);
  const size = listing.files.reduce((sum, file) => sum + file.size, 0);
  const where = nameOf(repository);
  if (listing.files.length > files) {
    throw errors.repositoryTooLarge(where, `it has more than ${files} files`);
  }
  if (size > bytes) {
    throw errors.repositoryTooLarge(where, `its files are larger than ${bytes} bytes together`);
  }
  return { mirror, ...listing };
}

/** The name of the commit's tree. */
async function treeOf(mirror: string, commit: string): Promise<string> {
  const end = await runGit({
    gitDir: mirror,
    args: ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    input: `${commit}^{tree}\n`,
  });
  const tree = /^([0-9a-f]+) tree$/mu.exec(end.stdout.toString('latin1'))?.[1];
  if (tree === undefined) throw errors.commitGone(commit);
  return tree;
}

async function bringIn(
  options: Settled,
  repository: Repository,
  { remote, commits }: { remote: Parameters<Trees['fetch']>[1]; commits: readonly string[] },
): Promise<void> {
  commits.forEach(checkCommit);
  const url = readRemote(remote, options.loopbackHttp ?? false);
  const mirror = await openMirror(options.mirrors, repository.id, url.host);
  await markUsed(mirror);
  const known = await Promise.all(commits.map((commit) => hasCommit(mirror, commit)));
  const missing = [...new Set(commits.filter((_, n) => !known[n]))];
  if (missing.length === 0) return;
  const where = nameOf(repository);
  await fetchCommits({ where, mirror, remote, url, commits: missing, bytes: options.limits.bytes });
  options.log.info({ repository: where, commits: missing }, 'commits fetched');
}

async function readBlob(mirror: string, file: BlobEntry, cap: number): Promise<Blob> {
  const end = await runGit({ gitDir: mirror, args: ['cat-file', 'blob', file.id], cap });
  if (end.cut) throw errors.repositoryTooLarge(file.path, `it has more than ${cap} bytes`);
  if (!end.ok) throw errors.repositoryBroken('The mirror', end.stderr.trim());
  return blobOf(end.stdout);
}

async function read(options: Settled, mirror: string, at: { commit: string; path: string }) {
  const args = ['--end-of-options', at.commit, at.path];
  const { files } = await listFiles(mirror, args, options.limits.files);
  const file = files.find((one) => one.path === at.path);
  return file && readBlob(mirror, file, Math.min(mostRead, options.limits.bytes));
}

async function readAll(
  options: Settled,
  repository: Repository,
  { commit, paths }: { commit: string; paths: readonly string[] },
): Promise<ReadonlyMap<string, Blob>> {
  const { mirror, files } = await listAll(options, repository, commit);
  const asked = new Set(paths);
  const wanted = files.filter(({ path, size }) => asked.has(path) && size <= mostRead);
  const blobs = new Map<string, Blob>();
  if (wanted.length === 0) return blobs;
  const stream = streamBlobs(
    mirror,
    wanted.map(({ id }) => id),
  );
  for await (const bytes of stream) {
    const file = wanted[blobs.size];
    if (file !== undefined) blobs.set(file.path, blobOf(bytes));
  }
  const { size } = blobs;
  if (size < wanted.length)
    throw errors.repositoryBroken('The mirror', `git gave ${size} of ${wanted.length} files`);
  return blobs;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Gives the half-made folder its name; another writer of the same tree may have been faster. */
async function finish(half: string, path: string): Promise<void> {
  try {
    await rename(half, path);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    if (!(await isFolder(path))) throw error;
  }
}

async function layer(options: Settled, repository: Repository, commit: string): Promise<Layer> {
  const mirror = await mirrorOf(options, repository, commit);
  const layers = join(options.dataDir, 'layers');
  const key = `tree-${await treeOf(mirror, commit)}`;
  const path = join(layers, key);
  if ((await isFolder(path)) && (await markUsed(path))) return { key, path };
  const { files, others } = await listAll(options, repository, commit);
  await mkdir(layers, { recursive: true });
  await clearHalves(layers);
  const half = await makeHalf(layers);
  try {
    await writeFiles(mirror, files, half);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    throw error;
  }
  await finish(half, path);
  const facts = {
    repository: nameOf(repository),
    commit,
    files: files.length,
    leftOut: others.length,
  };
  options.log.info(facts, 'tree written');
  return { key, path };
}

/** See the port for what each call throws. */
export function gitTrees(options: GitTreesOptions): Trees {
  const settled: Settled = {
    ...options,
    mirrors: options.mirrors ?? join(options.dataDir, 'mirrors'),
    limits: options.limits ?? usualLimits,
  };
  return {
    fetch: (repository, remote, commits) => bringIn(settled, repository, { remote, commits }),
    list: async (repository, commit) => {
      const { files } = await listAll(settled, repository, commit);
      return files;
    },
    others: async (repository, commit) => {
      const { others } = await listAll(settled, repository, commit);
      return others;
    },
    read: async (repository, commit, path) =>
      read(settled, await mirrorOf(settled, repository, commit), { commit, path }),
    readAll: (repository, commit, paths) => readAll(settled, repository, { commit, paths }),
    layer: (repository, commit) => layer(settled, repository, commit),
  };
}
