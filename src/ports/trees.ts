/** Trees: the bare mirror of a repository and a commit's files; git never runs where strange code could write. */
import type { Repository } from '#core/event.ts';
import type { Blob, FileMode } from '#core/change.ts';
import type { Remote } from './forge.ts';
import type { Layer } from './sandbox.ts';

export interface TreeEntry {
  readonly path: string;
  readonly mode: FileMode;
  /** Bytes. */
  readonly size: number;
  /** Names the content: the same content has the same id in every commit. */
  readonly id: string;
}

export interface Trees {
  /** Brings commits into the mirror. Throws stale when the remote has no such commit, unavailable on network errors. */
  fetch(repository: Repository, remote: Remote, commits: readonly string[]): Promise<void>;
  /** The regular files of a commit, sorted by path; links and submodules are left out. */
  list(repository: Repository, commit: string): Promise<readonly TreeEntry[]>;
  /** Names and ids of what else is in it: links, submodules, and files whose names cannot be kept. */
  others(
    repository: Repository,
    commit: string,
  ): Promise<readonly Pick<TreeEntry, 'path' | 'id'>[]>;
  read(repository: Repository, commit: string, path: string): Promise<Blob | undefined>;
  /** Many files at once, those that the commit has, each of at most 16 MB. */
  readAll(
    repository: Repository,
    commit: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, Blob>>;
  /** The commit's files as a read-only folder; the same tree is written once. */
  layer(repository: Repository, commit: string): Promise<Layer>;
}
